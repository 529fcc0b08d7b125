// SPDX-License-Identifier: Apache-2.0
#include "cli/get_verb.hpp"

#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb = verb_on_keys("get", R"(txcb get [-n] [OPTION]... KEY...

Prints the values in the order of the keys, byte for byte, with a newline behind
each. A key that is not there is named on standard error.

  -n, --no-newline      no newline behind the values
)");

}  // namespace

int run_get(Arguments arguments, Console& console) {
    bool no_newline = false;
    KvCommand command;
    if (const auto code =
            read_command(verb, arguments, {flag("--no-newline", "-n", no_newline)}, command, console))
        return *code;
    if (command.json && no_newline)
        return refuse(verb.name, "--json is an object a line, so -n is not for it", console);
    const auto get = [](Connection& cb, std::string_view key) { return cb.get(key); };
    return run_on_keys(verb, command, console, get, [&](const ValueResult& result) {
        if (command.json) return print_line(console.out, describe(result));
        console.out << result.bytes();
        if (!no_newline) console.out << '\n';
    });
}

}  // namespace txcouchbase::cli
