// SPDX-License-Identifier: Apache-2.0
#include "cli/stats_verb.hpp"

#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb{
    .name = "stats",
    .help = R"(txcb stats [OPTION]... [GROUP...]

Prints a line for every statistic of every server: the server's address, the
name and the value, sorted by name. A GROUP is one that the server knows:
settings, items, slabs... Without one they are the general statistics.
)",
    .operands = "any number of GROUPs",
    .least = 0,
    .most = SIZE_MAX,
    .keys = 0,
};

void print(const KvCommand& command, Console& console, const std::string& node, const std::string& name,
           const std::string& value) {
    if (!command.json) {
        console.out << node << ' ' << printable(name) << ' ' << printable(value) << '\n';
        return;
    }
    nlohmann::json object{{"node", node}};
    put_text(object, "name", name);
    put_text(object, "value", value);
    print_line(console.out, object);
}

}  // namespace

int run_stats(Arguments arguments, Console& console) {
    KvCommand command;
    if (const auto code = read_command(verb, arguments, {}, command, console)) return *code;
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport&) {
        return (command.operands.empty() ? cb.stats() : cb.stats(command.operands))
            .add_callback([&](const StatsResult& stats) {
                for (const auto& [name, values] : stats)
                    for (const auto& [node, value] : values) print(command, console, node, name, value);
            });
    });
}

}  // namespace txcouchbase::cli
