// SPDX-License-Identifier: Apache-2.0
#include "cli/txcb.hpp"

#include <algorithm>
#include <iomanip>

#include "cli/counter_verbs.hpp"
#include "cli/decode_verb.hpp"
#include "cli/get_verb.hpp"
#include "cli/hash_verb.hpp"
#include "cli/lock_verbs.hpp"
#include "cli/ping_verb.hpp"
#include "cli/rm_verb.hpp"
#include "cli/stats_verb.hpp"
#include "cli/store_verbs.hpp"
#include "cli/strerror_verb.hpp"
#include "cli/touch_verb.hpp"
#include "cli/version_verb.hpp"

namespace txcouchbase::cli {
namespace {

struct Entry {
    std::string_view name;
    std::string_view summary;
    int (*run)(Arguments, Console&);
};

constexpr Entry verbs[] = {
    {"get", "print the values of keys", run_get},
    {"set", "store a value", run_set},
    {"add", "store a value where there is none", run_add},
    {"replace", "store a value where there is one", run_replace},
    {"rm", "remove keys", run_rm},
    {"touch", "set how long keys live", run_touch},
    {"incr", "count up", run_incr},
    {"decr", "count down", run_decr},
    {"lock", "keep others from changing a key", run_lock},
    {"unlock", "let them again", run_unlock},
    {"stats", "print the statistics of the servers", run_stats},
    {"ping", "print how long the servers take to answer", run_ping},
    {"version", "print the versions of the servers", run_version},
    {"hash", "print where keys belong, without a server", run_hash},
    {"strerror", "print what an error code means", run_strerror},
    {"decode", "read frames in hexadecimal and print them as JSON", run_decode},
};

void print_help(std::ostream& out) {
    out << "txcb <verb> [...]: Couchbase and memcached from the command line.\n\n";
    for (const Entry& verb : verbs)
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
    const Entry* const verb = std::ranges::find(verbs, first, &Entry::name);
    if (verb == std::end(verbs)) {
        console.err << "txcb: there is no verb '" << first << "'; txcb --help lists them\n";
        return exit_usage;
    }
    return verb->run(arguments.subspan(1), console);
}

}  // namespace txcouchbase::cli
