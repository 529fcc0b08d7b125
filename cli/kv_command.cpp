// SPDX-License-Identifier: Apache-2.0
#include "cli/kv_command.hpp"

#include <algorithm>
#include <cstdlib>

#include "cli/password.hpp"

namespace txcouchbase::cli {
namespace {

constexpr std::string_view shared_help = R"(
  -U, --connect STRING  memcached://HOST[:PORT][,HOST[:PORT]...]; without it
                        TXCB_CONNECT, or else memcached://127.0.0.1:11211
  -u NAME               log in as NAME; the password comes by -P -
  -P -                  ask for the password on the terminal and do not show it;
                        where there is none, read it as a line of standard input
  --allow-plain         the password may travel in clear
  --timeout MS          for connecting and for each operation (default 2500)

Exit code: 0 done; 1 a key is not there; 2 an operation failed; 3 no connection;
64 wrong command line; 74 standard input or output failed.
)";

constexpr std::size_t longest_key = 250;
constexpr std::uint64_t longest_timeout = 86'400'000;

std::string default_server() {
    const char* const text = std::getenv("TXCB_CONNECT");
    return text != nullptr && *text != '\0' ? text : "memcached://127.0.0.1:11211";
}

/// What the options say beside the command itself.
struct Wishes {
    bool help = false;
    bool password = false;
};

void add_shared_options(std::vector<Option>& options, KvCommand& command, Wishes& wishes) {
    const auto text = [](std::string& target) {
        return [&target](std::string_view value) {
            target = value;
            return std::string{};
        };
    };
    options.push_back(flag("--help", "-h", wishes.help));
    options.push_back({"--connect", "-U", true, text(command.connect)});
    options.push_back({"", "-u", true, text(command.options.username)});
    options.push_back({"", "-P", true, [&wishes](std::string_view value) -> std::string {
                           wishes.password = value == "-";
                           // Whoever lists the processes of the machine sees their arguments.
                           return wishes.password ? ""
                                                  : "-P takes nothing but -; others see the command line";
                       }});
    options.push_back(flag("--allow-plain", "", command.options.allow_plain));
    options.push_back({"--timeout", "", true, [&command](std::string_view value) -> std::string {
                           const auto number = parse_number(value);
                           if (!number || *number == 0 || *number > longest_timeout)
                               return "--timeout is a number of milliseconds from 1 to 86400000";
                           const std::chrono::milliseconds timeout{*number};
                           ConnectionOptions& chosen = command.options;
                           chosen.timeout = chosen.connect_timeout = timeout;
                           // Whoever waits longer for an answer waits as long through silence.
                           chosen.silence_timeout = std::max(chosen.silence_timeout, timeout);
                           return "";
                       }});
}

std::string check(const KvVerb& verb, const KvCommand& command, const Wishes& wishes) {
    const auto& operands = command.operands;
    if (operands.size() < verb.least || operands.size() > verb.most)
        return "it takes " + std::string{verb.operands};
    for (std::size_t i = 0; i < std::min(verb.keys, operands.size()); ++i)
        if (operands[i].empty() || operands[i].size() > longest_key) return "a key has 1 to 250 bytes";
    if (wishes.password == command.options.username.empty()) return "-u NAME and -P - need each other";
    return {};
}

}  // namespace

std::optional<int> read_command(const KvVerb& verb, Arguments arguments, std::vector<Option> own,
                                KvCommand& command, Console& console) {
    Wishes wishes;
    command.connect = default_server();
    add_shared_options(own, command, wishes);
    std::string complaint = read_options(arguments, own, command.operands);
    if (complaint.empty() && wishes.help) {
        console.out << verb.help << shared_help;
        return finish(verb.name, exit_ok, console);
    }
    if (complaint.empty()) complaint = check(verb, command, wishes);
    if (complaint.empty() && wishes.password) complaint = read_password(console, command.options.password);
    if (!complaint.empty()) return refuse(verb.name, complaint, console);
    return std::nullopt;
}

}  // namespace txcouchbase::cli
