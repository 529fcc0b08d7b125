// SPDX-License-Identifier: Apache-2.0
#include "cli/kv_command.hpp"

#include <algorithm>

#include "cli/environment.hpp"
#include "cli/password.hpp"

namespace txcouchbase::cli {
namespace {

constexpr std::string_view shared_help = R"(
  -U, --connect STRING  memcached://, couchbase://, couchbases:// or http://
                        HOST[:PORT][,HOST...][/BUCKET], or $TXCB_CONNECT
  -u NAME, -P PASSWORD  log in, or $TXCB_USER and $TXCB_PASSWORD; others see the
                        command line, so -P - asks, or reads a line of input
  --allow-plain         the password may travel in clear
  --ca-file FILE        PEM of the authorities to trust over TLS
  --timeout MS          for each operation and connection (default 2500)
                        and for finding a cluster (10000)
  --json                print objects, one a line; docs/txcb.md describes them
  --explain             tell what each failed operation went through

Exit code: 0 done; 1 a key is not there; 2 an operation failed; 3 no connection;
64 wrong command line; 74 input or output failed.
)";

constexpr std::string_view local_server = "memcached://127.0.0.1:11211";
constexpr std::uint64_t longest_timeout = 86'400'000;

Option timeout_option(ConnectionOptions& chosen) {
    return {"--timeout", "", true, [&chosen](std::string_view value) -> std::string {
                const auto number = parse_number(value);
                if (!number || *number == 0 || *number > longest_timeout)
                    return "--timeout is a number of milliseconds from 1 to 86400000";
                const std::chrono::milliseconds timeout{*number};
                chosen.timeout = chosen.connect_timeout = chosen.bootstrap_timeout = timeout;
                // Whoever waits longer for an answer waits as long through silence.
                chosen.silence_timeout = std::max(chosen.silence_timeout, timeout);
                return "";
            }};
}

/// What no option said, the environment may have said.
void complete(KvCommand& command) {
    const auto complete_one = [](std::string& text, const char* variable) {
        if (text.empty()) text = from_environment(variable);
    };
    complete_one(command.connect, connect_variable);
    if (command.connect.empty()) command.connect = local_server;
    complete_one(command.options.username, user_variable);
    complete_one(command.options.password, password_variable);
}

}  // namespace

std::optional<int> read_command(const Verb& verb, Arguments arguments, std::vector<Option> own,
                                KvCommand& command, Console& console) {
    ConnectionOptions& chosen = command.options;
    for (Option& option :
         std::vector{text_option("--connect", "-U", command.connect), text_option("", "-u", chosen.username),
                     text_option("", "-P", chosen.password), flag("--allow-plain", "", chosen.allow_plain),
                     text_option("--ca-file", "", chosen.tls.ca_file), timeout_option(chosen),
                     flag("--json", "", command.json), flag("--explain", "", command.explain)})
        own.push_back(std::move(option));
    if (const auto code =
            read_arguments(verb, shared_help, arguments, std::move(own), command.operands, console))
        return code;
    const bool asks = chosen.password == "-";
    complete(command);
    std::string complaint;
    if (chosen.username.empty() != chosen.password.empty())
        complaint = "a user name (-u) and a password (-P) need each other";
    else if (asks)
        complaint = read_password(console, chosen.password);
    if (!complaint.empty()) return refuse(verb.name, complaint, console);
    return std::nullopt;
}

}  // namespace txcouchbase::cli
