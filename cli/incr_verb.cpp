// SPDX-License-Identifier: Apache-2.0
#include "cli/incr_verb.hpp"

#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr KvVerb verb{
    .name = "incr",
    .help = R"(txcb incr [--initial N] [OPTION]... KEY [DELTA]

Adds DELTA, or 1, to a counter and prints its new value. A negative DELTA takes
away, but not below 0. Numbers have 64 bits; beyond them adding goes on from 0.

  --initial N           the value of a counter that is not there yet
)",
    .operands = "one KEY, and perhaps a DELTA",
    .least = 1,
    .most = 2,
    .keys = 1,
};

}  // namespace

int run_incr(Arguments arguments, Console& console) {
    CounterOptions options;
    KvCommand command;
    if (const auto code = read_command(
            verb, arguments,
            {number_option("--initial", "a number from 0 to 18446744073709551615", options.initial)}, command,
            console))
        return *code;
    std::string_view delta = command.operands.size() == 2 ? command.operands[1] : "1";
    const bool is_negative = delta.starts_with('-');
    if (is_negative) delta.remove_prefix(1);
    const auto distance = parse_number(delta);
    if (!distance) return refuse(verb.name, "DELTA is a whole number of up to 64 bits", console);
    options.delta = *distance;

    const std::string_view key = command.operands.front();
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport&) {
        return (is_negative ? cb.decr(key, options) : cb.incr(key, options))
            .add_callback([&console](const ValueResult& result) { console.out << result.number() << '\n'; });
    });
}

}  // namespace txcouchbase::cli
