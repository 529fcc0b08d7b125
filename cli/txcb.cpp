// SPDX-License-Identifier: Apache-2.0
#include "cli/txcb.hpp"

#include <algorithm>
#include <iomanip>

#include "cli/decode_verb.hpp"
#include "cli/get_verb.hpp"
#include "cli/incr_verb.hpp"
#include "cli/rm_verb.hpp"
#include "cli/set_verb.hpp"
#include "cli/stats_verb.hpp"
#include "cli/version_verb.hpp"

namespace txcouchbase::cli {
namespace {

struct Verb {
    std::string_view name;
    std::string_view summary;
    int (*run)(Arguments, Console&);
};

constexpr Verb verbs[] = {
    {"get", "print the values of keys", run_get},
    {"set", "store a value", run_set},
    {"rm", "remove keys", run_rm},
    {"incr", "count up or down", run_incr},
    {"stats", "print the statistics of the servers", run_stats},
    {"version", "print the versions of the servers", run_version},
    {"decode", "read frames in hexadecimal and print them as JSON", run_decode},
};

void print_help(std::ostream& out) {
    out << "txcb <verb> [...]: Couchbase and memcached from the command line.\n\n";
    for (const Verb& verb : verbs)
        out << "  " << std::left << std::setw(10) << verb.name << verb.summary << '\n';
    out << "\n  txcb <verb> --help   what the verb does and takes\n"
           "  txcb --help          this text\n"
           "  txcb --version       the version of txcb itself\n";
}

}  // namespace

int run_txcb(Arguments arguments, Console& console) {
    if (arguments.empty()) {
        print_help(console.err);
        return exit_usage;
    }
    const std::string_view first = arguments.front();
    if (first == "--help" || first == "-h") {
        print_help(console.out);
        return exit_ok;
    }
    if (first == "--version") {
        console.out << "txcb " TXCB_VERSION "\n";
        return exit_ok;
    }
    const Verb* const verb = std::ranges::find(verbs, first, &Verb::name);
    if (verb == std::end(verbs)) {
        console.err << "txcb: there is no verb '" << first << "'; txcb --help lists them\n";
        return exit_usage;
    }
    return verb->run(arguments.subspan(1), console);
}

}  // namespace txcouchbase::cli
