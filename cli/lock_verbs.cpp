// SPDX-License-Identifier: Apache-2.0
#include "cli/lock_verbs.hpp"

#include "cli/duration.hpp"
#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

using namespace std::chrono_literals;

constexpr Verb lock_verb{
    .name = "lock",
    .help = R"(txcb lock [OPTION]... KEY

Locks a key and prints two lines: the CAS that unlocks it, and its value. Nobody
else can change the key until the CAS comes back or the time is over. Memcached
has no locks: there it fails.

  --ttl TIME            how long the lock holds: seconds, or 90s, 5m (default
                        15); servers cut it to what they allow
)",
    .operands = "one KEY",
    .least = 1,
    .most = 1,
    .keys = 1,
};

constexpr Verb unlock_verb{
    .name = "unlock",
    .help = R"(txcb unlock [OPTION]... KEY CAS

Unlocks a key. CAS is what txcb lock printed. Memcached has no locks: there it
fails.
)",
    .operands = "a KEY and its CAS",
    .least = 2,
    .most = 2,
    .keys = 1,
};

}  // namespace

int run_lock(Arguments arguments, Console& console) {
    Ttl ttl = 15s;  // what Couchbase takes when it is not told
    KvCommand command;
    if (const auto code = read_command(lock_verb, arguments, {ttl_option(ttl, 1s)}, command, console))
        return *code;
    return run_on_server(lock_verb, command, console, [&](Connection& cb, KvReport&) {
        return cb.lock(command.operands.front(), ttl).add_callback([&](const ValueResult& result) {
            if (command.json) return print_line(console.out, describe(result));
            console.out << result.cas() << '\n' << result.bytes() << '\n';
        });
    });
}

int run_unlock(Arguments arguments, Console& console) {
    KvCommand command;
    if (const auto code = read_command(unlock_verb, arguments, {}, command, console)) return *code;
    const auto cas = parse_number(command.operands[1]);
    if (!cas || *cas == 0)
        return refuse(unlock_verb.name, "CAS is a number from 1 to 18446744073709551615", console);
    return run_on_server(unlock_verb, command, console, [&](Connection& cb, KvReport&) {
        return cb.unlock(command.operands.front(), *cas).add_callback(show_in_json(command, console));
    });
}

}  // namespace txcouchbase::cli
