// Commands of the control surface that concern one node: inject, clear_faults, map, clock.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "tests/cluster/node/faults.hpp"

namespace txcouchbase::cluster {

struct ClearFaults {};
/// What the node is to say when it is asked for the map of a bucket.
struct MapControl {
    enum class Mode : std::uint8_t {
        freeze,   ///< the one of now, from now on
        repeat,   ///< push the one of now once more
        garbage,  ///< `text`, from now on
        release,  ///< the truth
    };
    std::string bucket;
    Mode mode = Mode::release;
    std::string text = {};
};
/// The node's clock is off by so much.
struct ClockControl {
    std::chrono::milliseconds offset{0};
};

using NodeCommand = std::variant<Fault, ClearFaults, MapControl, ClockControl>;

/**
 * Reads a command, or says what is wrong with it.
 *
 * Shape: {"do": "inject", "kind": "status", "opcode": "GET" or 0, "status": "ETMPFAIL" or 134, "bucket", "key_prefix",
 *        "count"}, {"do": "clear_faults"}, {"do": "map", "bucket", "mode", "text"}, {"do": "clock", "offset_ms"}.
 *        A member "node" says who is meant and is left to the caller. Others are refused.
 */
std::variant<NodeCommand, std::string> read_node_control(std::string_view json);

}  // namespace txcouchbase::cluster
