// SPDX-License-Identifier: Apache-2.0
#include "cli/get_verb.hpp"

#include "cli/field_format.hpp"
#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr KvVerb verb{
    .name = "get",
    .help = R"(txcb get [--json] [-n] [OPTION]... KEY...

Prints the values in the order of the keys, byte for byte, with a newline behind
each. A key that is not there is named on standard error.

  --json                an object a line: key, value, cas (as text), flags; what
                        is no UTF-8 is key_hex or value_hex, in hexadecimal
  -n, --no-newline      no newline behind the values
)",
    .operands = "one KEY or more",
    .least = 1,
    .most = SIZE_MAX,
    .keys = SIZE_MAX,
};

std::string describe(const ValueResult& result) {
    nlohmann::json object;
    put_text(object, "key", result.key());
    put_text(object, "value", result.bytes());
    // As text, because many readers of JSON round numbers beyond 2^53.
    object["cas"] = std::to_string(result.cas());
    object["flags"] = result.flags();
    return object.dump();
}

}  // namespace

int run_get(Arguments arguments, Console& console) {
    bool as_json = false;
    bool no_newline = false;
    KvCommand command;
    if (const auto code = read_command(verb, arguments,
                                       {flag("--json", "", as_json), flag("--no-newline", "-n", no_newline)},
                                       command, console))
        return *code;
    if (as_json && no_newline)
        return refuse(verb.name, "--json is an object a line, so -n is not for it", console);
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport& report) {
        return for_each_key(
            command.operands, report, [&cb](std::string_view key) { return cb.get(key); },
            [&](const ValueResult& result) {
                if (as_json)
                    console.out << describe(result);
                else
                    console.out << result.bytes();
                if (!no_newline) console.out << '\n';
            });
    });
}

}  // namespace txcouchbase::cli
