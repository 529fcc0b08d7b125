// The process of one node: it serves until the process that started it is gone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace txcouchbase::cluster::tool {

/// Of the command line, when it is that of a node's process; the channel is this descriptor.
constexpr const char* node_process_verb = "--node-process";
constexpr int channel_descriptor = 3;

/// Returns the exit code.
int run_node_process();

}  // namespace txcouchbase::cluster::tool
