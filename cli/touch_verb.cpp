// SPDX-License-Identifier: Apache-2.0
#include "cli/touch_verb.hpp"

#include "cli/duration.hpp"
#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb = verb_on_keys("touch", R"(txcb touch [OPTION]... KEY...

Sets how long the keys live from now on. A key that is not there is named on
standard error; the others are set all the same.

  --ttl TIME            seconds to live, or 90s, 5m, 2h, 1d; without it no end
)");

}  // namespace

int run_touch(Arguments arguments, Console& console) {
    Ttl ttl;
    KvCommand command;
    if (const auto code = read_command(verb, arguments, {ttl_option(ttl)}, command, console)) return *code;
    const auto touch = [&ttl](Connection& cb, std::string_view key) { return cb.touch(key, ttl); };
    return run_on_keys(verb, command, console, touch, show_in_json(command, console));
}

}  // namespace txcouchbase::cli
