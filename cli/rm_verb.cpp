// SPDX-License-Identifier: Apache-2.0
#include "cli/rm_verb.hpp"

#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb{
    .name = "rm",
    .help = R"(txcb rm [OPTION]... KEY...

Removes the keys. A key that is not there is named on standard error; the others
are removed all the same.
)",
    .operands = "one KEY or more",
    .least = 1,
    .most = SIZE_MAX,
    .keys = SIZE_MAX,
};

}  // namespace

int run_rm(Arguments arguments, Console& console) {
    KvCommand command;
    if (const auto code = read_command(verb, arguments, {}, command, console)) return *code;
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport& report) {
        return for_each_key(
            command.operands, report, [&cb](std::string_view key) { return cb.remove(key); },
            show_in_json(command, console));
    });
}

}  // namespace txcouchbase::cli
