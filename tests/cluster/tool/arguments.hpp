// The command line of txcb-cluster, read.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "tests/cluster/options.hpp"

namespace txcouchbase::cluster::tool {

/// Those of `txcb` (docs/txcb.md).
enum ExitCode : int {
    exit_ok = 0,
    exit_failed = 2,     ///< the cluster refused, or could not start
    exit_no_server = 3,  ///< nobody answers at the control URL
    exit_usage = 64,
};

using Arguments = std::span<const std::string_view>;

/// txcb-cluster [options]
struct ServeArguments {
    Options options = {};
    bool has_process_per_node = false;
    std::string ca_file = {};
    std::string sample = {};
    std::string scenario = {};
};
/// txcb-cluster ctl --at URL VERB [name=value...], or the JSON itself
struct ControlArguments {
    std::string url = {};
    std::string user = "Administrator";
    std::string password = {};  ///< empty: the environment's, else "password"
    std::string json = {};
};
struct HelpWanted {};
struct BadArguments {
    std::string words;  ///< names the argument
};

std::variant<ServeArguments, ControlArguments, HelpWanted, BadArguments> read_arguments(Arguments arguments);

extern const std::string_view help;

}  // namespace txcouchbase::cluster::tool
