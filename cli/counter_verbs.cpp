// SPDX-License-Identifier: Apache-2.0
#include "cli/counter_verbs.hpp"

#include "cli/duration.hpp"
#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr std::string_view operands = "one KEY, and perhaps a DELTA";
constexpr std::string_view shared_options = R"(
  --initial N           the value of a counter that is not there yet
  --ttl TIME            how long such a new counter lives: seconds, or 90s, 5m,
                        2h, 1d; without it there is no end
)";

constexpr Verb incr_verb =
    verb_on_a_key("incr", operands, shared_options, R"(txcb incr [OPTION]... KEY [DELTA]

Adds DELTA, or 1, to a counter and prints its new value. A negative DELTA takes
away, but not below 0. Numbers have 64 bits; beyond them adding goes on from 0.
)");

constexpr Verb decr_verb =
    verb_on_a_key("decr", operands, shared_options, R"(txcb decr [OPTION]... KEY [DELTA]

Takes DELTA, or 1, from a counter, but not below 0, and prints its new value. A
negative DELTA adds.
)");

std::optional<Delta> parse_delta(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    if (is_negative) text.remove_prefix(1);
    const auto distance = parse_number(text);
    if (!distance) return std::nullopt;
    return is_negative ? -Delta{*distance} : Delta{*distance};
}

/// A counter has no format, so its value is shown as text under --json like that of a get.
nlohmann::json describe_counter(const ValueResult& result) {
    nlohmann::json object = describe(static_cast<const OperationResult&>(result));
    object["value"] = std::to_string(result.number());
    return object;
}

using Count = Deferred<ValueResult> (Connection::*)(Key, const CounterOptions&);

int run_count(const Verb& verb, Count count, Arguments arguments, Console& console) {
    CounterOptions options;
    KvCommand command;
    if (const auto code = read_command(
            verb, arguments,
            {number_option("--initial", "a number from 0 to 18446744073709551615", options.initial),
             ttl_option(options.ttl)},
            command, console))
        return *code;
    if (command.operands.size() == 2) {
        const auto delta = parse_delta(command.operands[1]);
        if (!delta) return refuse(verb.name, "DELTA is a whole number of up to 64 bits", console);
        options.delta = *delta;
    }
    if (!options.ttl.is_none() && !options.initial)
        return refuse(verb.name, "--ttl is for a new counter, which needs --initial", console);
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport&) {
        return (cb.*count)(command.operands.front(), options).add_callback([&](const ValueResult& result) {
            if (command.json) return print_line(console.out, describe_counter(result));
            console.out << result.number() << '\n';
        });
    });
}

}  // namespace

int run_incr(Arguments arguments, Console& console) {
    return run_count(incr_verb, &Connection::incr, arguments, console);
}

int run_decr(Arguments arguments, Console& console) {
    return run_count(decr_verb, &Connection::decr, arguments, console);
}

}  // namespace txcouchbase::cli
