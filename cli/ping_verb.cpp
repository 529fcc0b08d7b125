// SPDX-License-Identifier: Apache-2.0
#include "cli/ping_verb.hpp"

#include <array>
#include <cstdio>

#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb{
    .name = "ping",
    .help = R"(txcb ping [OPTION]...

Prints a line for every server: its address and how long it took to answer.
Connecting does not count.
)",
    .operands = "no operands",
    .least = 0,
    .most = 0,
    .keys = 0,
};

std::string milliseconds(std::chrono::microseconds time) {
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%.3f ms", static_cast<double>(time.count()) / 1000);
    return text.data();
}

}  // namespace

int run_ping(Arguments arguments, Console& console) {
    KvCommand command;
    if (const auto code = read_command(verb, arguments, {}, command, console)) return *code;
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport&) {
        return cb.ping().add_callback([&](const PingResult& times) {
            for (const auto& [node, time] : times) {
                if (command.json)
                    print_line(console.out, nlohmann::json{{"node", node}, {"microseconds", time.count()}});
                else
                    console.out << node << ' ' << milliseconds(time) << '\n';
            }
        });
    });
}

}  // namespace txcouchbase::cli
