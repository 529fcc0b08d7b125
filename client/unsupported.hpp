// What a plain memcached cannot do: the arguments are checked all the same, and the errback hears of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/results.hpp>

#include "client/calls.hpp"
#include "client/option_check.hpp"

namespace txcouchbase {

// Why not.
constexpr std::string_view durability = "memcached keeps one copy of a value, in memory";
constexpr std::string_view no_locks = "memcached has no locks";
constexpr std::string_view no_replicas = "memcached has no replicas";

/// Throws ArgumentError for the timeout of what does.
template <class Options>
bool needs_cluster(const Options& options) {
    const bool does = options.persist_to != 0 || options.replicate_to != 0;
    if (does) check_own_timeout(options.timeout);
    return does;
}

/// The NotSupportedError of an operation.
Error unsupported_error(protocol::Opcode opcode, std::string_view key, std::string_view cause);

// The checks of operations that only clusters have. Throw ArgumentError.
void check_lock(std::string_view key, const Ttl& ttl, const RequestOptions& options);
void check_unlock(std::string_view key, std::uint64_t cas, const RequestOptions& options);
void check_replica_get(std::string_view key, const GetOptions& options);
void check_endure(std::string_view key, const EndureOptions& options);

template <class R>
AsyncResult<R> unsupported(Core& core, protocol::Opcode opcode, std::string_view key,
                           std::string_view cause) {
    check_key(key);
    return AsyncResult<R>{core.issue_refused(unsupported_error(opcode, key, cause))};
}

AsyncResult<ValueResult> unsupported_replica_get(Core& core, std::string_view key, const GetOptions& options);
AsyncResult<ValueResult> unsupported_lock(Core& core, std::string_view key, const Ttl& ttl,
                                          const RequestOptions& options);
AsyncResult<OperationResult> unsupported_unlock(Core& core, std::string_view key, std::uint64_t cas,
                                                const RequestOptions& options);

}  // namespace txcouchbase
