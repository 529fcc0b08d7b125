// SPDX-License-Identifier: Apache-2.0
#include "cli/version_verb.hpp"

#include "cli/kv_run.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb{
    .name = "version",
    .help = R"(txcb version [OPTION]...

Prints a line for every server: its address and its version.
(txcb --version is the version of txcb itself.)
)",
    .operands = "no operands",
    .least = 0,
    .most = 0,
    .keys = 0,
};

}  // namespace

int run_version(Arguments arguments, Console& console) {
    KvCommand command;
    if (const auto code = read_command(verb, arguments, {}, command, console)) return *code;
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport&) {
        return cb.versions().add_callback([&](const VersionResult& versions) {
            for (const auto& [node, version] : versions) {
                if (command.json) {
                    nlohmann::json object{{"node", node}};
                    put_text(object, "version", version);
                    print_line(console.out, object);
                } else {
                    console.out << node << ' ' << printable(version) << '\n';
                }
            }
        });
    });
}

}  // namespace txcouchbase::cli
