// SPDX-License-Identifier: Apache-2.0
#include "cli/stats_verb.hpp"

#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr KvVerb verb{
    .name = "stats",
    .help = R"(txcb stats [OPTION]... [GROUP]

Prints a line for every statistic of every server: the server's address, the
name and the value, sorted by name. GROUP is one that the server knows:
settings, items, slabs... Without it they are the general statistics.
)",
    .operands = "one GROUP at most",
    .least = 0,
    .most = 1,
    .keys = 0,
};

}  // namespace

int run_stats(Arguments arguments, Console& console) {
    KvCommand command;
    if (const auto code = read_command(verb, arguments, {}, command, console)) return *code;
    const std::string_view group = command.operands.empty() ? "" : command.operands.front();
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport&) {
        return cb.stats(group).add_callback([&console](const StatsResult& stats) {
            for (const auto& [name, values] : stats)
                for (const auto& [node, value] : values)
                    console.out << node << ' ' << printable(name) << ' ' << printable(value) << '\n';
        });
    });
}

}  // namespace txcouchbase::cli
