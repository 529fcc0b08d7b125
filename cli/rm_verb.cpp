// SPDX-License-Identifier: Apache-2.0
#include "cli/rm_verb.hpp"

#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb = verb_on_keys("rm", R"(txcb rm [OPTION]... KEY...

Removes the keys. A key that is not there is named on standard error; the others
are removed all the same.
)");

}  // namespace

int run_rm(Arguments arguments, Console& console) {
    KvCommand command;
    if (const auto code = read_command(verb, arguments, {}, command, console)) return *code;
    const auto remove = [](Connection& cb, std::string_view key) { return cb.remove(key); };
    return run_on_keys(verb, command, console, remove, show_in_json(command, console));
}

}  // namespace txcouchbase::cli
