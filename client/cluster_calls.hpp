// The operations that only clusters have: their arguments, what asks for them, and how a plain memcached fails them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/results.hpp>

#include "client/calls.hpp"
#include "client/composite.hpp"
#include "client/durability.hpp"
#include "client/option_check.hpp"

namespace txcouchbase {

// Why memcached cannot.
constexpr std::string_view durability = "memcached keeps one copy of a value, in memory";
constexpr std::string_view no_locks = "memcached has no locks";
constexpr std::string_view no_replicas = "memcached has no replicas";

/// Whether a change is to be on so many nodes. Throws ArgumentError for the timeout of one that is.
template <class Options>
bool is_durable(const Options& options) {
    const bool is = options.persist_to != 0 || options.replicate_to != 0;
    if (is) check_own_timeout(options.timeout);
    return is;
}

template <class Options>
DurabilityOptions durability_of(const Options& options) {
    DurabilityOptions wish{.persist_to = options.persist_to, .replicate_to = options.replicate_to};
    if constexpr (requires { options.interval; }) wish.interval = options.interval;
    if (options.timeout.count() != 0) wish.timeout = options.timeout;
    return wish;
}

/// The NotSupportedError of an operation.
Error unsupported_error(protocol::Opcode opcode, std::string_view key, std::string_view cause);

/// An operation that memcached does not have. Throws ArgumentError for the key.
detail::OperationHandle issue_unsupported(Core& core, protocol::Opcode opcode, std::string_view key,
                                          std::string_view cause);

// The checks of operations that only clusters have. Throw ArgumentError.
void check_replica_get(std::string_view key, const GetOptions& options);
void check_endure(std::string_view key, const EndureOptions& options);

// What asks for them; `key` is the caller's. Throw ArgumentError, and ValueFormatError for a transcoder's key.
Call make_lock(Core& core, std::string_view key, const Ttl& ttl, const RequestOptions& options,
               const Transcoder* transcoder);
Call make_unlock(Core& core, std::string_view key, std::uint64_t cas, const RequestOptions& options,
                 const Transcoder* transcoder);

using CompositePtr = std::shared_ptr<Composite>;
CompositePtr make_replica_read(Core& core, std::string_view key, const GetOptions& options,
                               const Transcoder* transcoder);
CompositePtr make_replica_read(Core& core, std::string_view key, const ReplicaOptions& options,
                               const Transcoder* transcoder);
/// `as_value`: as a ValueResult whose value is the list in JSON, for results of several keys.
CompositePtr make_observation(Core& core, std::string_view key, const ObserveOptions& options,
                              const Transcoder* transcoder, bool as_value);
CompositePtr make_durability(Core& core, std::string_view key, const EndureOptions& options,
                             const Transcoder* transcoder);

}  // namespace txcouchbase
