// How the replies of the protocol become results.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <txcouchbase/results.hpp>

#include "net/operation.hpp"

namespace txcouchbase {

class Transcoder;

// One handler per kind of operation; each belongs to an OperationKind of a Core.
extern const net::OperationHandler value_handler;     // GET: a ValueResult
extern const net::OperationHandler mutation_handler;  // SET, DELETE and their kin: an OperationResult
extern const net::OperationHandler counter_handler;   // INCREMENT, DECREMENT: a ValueResult of decimal digits
extern const net::OperationHandler touch_handler;     // TOUCH: an OperationResult
extern const net::OperationHandler node_handler;      // NOOP, VERSION, STAT: one or several NodeReply
extern const net::OperationHandler map_handler;       // GET_CLUSTER_CONFIG: told the cluster's life
extern const net::OperationHandler
    gathered_handler;  // what stands for a request to every node (broadcast.hpp)

/// One reply of a command that concerns a node, not a key.
struct NodeReply {
    std::string_view name;
    std::string_view value;
    bool is_last = true;
    const protocol::Frame* frame = nullptr;  ///< all of it; valid during the call
};

/// Ends an operation with a result of its type R.
template <class R>
void succeed(net::Operation& operation, R result);

/// A value of our own making.
ValueResult value_result(std::string_view key, std::string_view value, std::uint32_t flags);
/// A result that says that there is none, in memory of its own.
ValueResult failed_result(std::string_view key, errc rc);
/// A result as the transcoder reads it, in memory of its own. Throws what the transcoder throws.
ValueResult decoded_result(const ValueResult& stored, const Transcoder& transcoder);
/// The same of its key alone.
ValueResult with_decoded_key(const ValueResult& stored, const Transcoder& transcoder);

}  // namespace txcouchbase
