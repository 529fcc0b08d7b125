// SPDX-License-Identifier: Apache-2.0
#include "cli/touch_verb.hpp"

#include "cli/duration.hpp"
#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb{
    .name = "touch",
    .help = R"(txcb touch [OPTION]... KEY...

Sets how long the keys live from now on. A key that is not there is named on
standard error; the others are set all the same.

  --ttl TIME            seconds to live, or 90s, 5m, 2h, 1d; without it no end
)",
    .operands = "one KEY or more",
    .least = 1,
    .most = SIZE_MAX,
    .keys = SIZE_MAX,
};

}  // namespace

int run_touch(Arguments arguments, Console& console) {
    Ttl ttl;
    KvCommand command;
    if (const auto code = read_command(verb, arguments, {ttl_option(ttl)}, command, console)) return *code;
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport& report) {
        return for_each_key(
            command.operands, report, [&](std::string_view key) { return cb.touch(key, ttl); },
            show_in_json(command, console));
    });
}

}  // namespace txcouchbase::cli
