// SPDX-License-Identifier: Apache-2.0
#include "client/unsupported.hpp"

namespace txcouchbase {

using protocol::Opcode;

Error unsupported_error(Opcode opcode, std::string_view key, std::string_view cause) {
    return Error{errc::not_supported,
                 {.operation = std::string{protocol::name(opcode)},
                  .key = std::string{key},
                  .cause = std::string{cause}}};
}

void check_lock(std::string_view key, const Ttl& ttl, const RequestOptions& options) {
    check_key(key);
    check_own_timeout(options.timeout);
    if (ttl.is_none()) refuse_argument(key, "a lock needs a time to live");
    if (ttl.kind() == Ttl::Kind::absolute)
        refuse_argument(key, "a lock's time to live is a duration, no date");
    static_cast<void>(expiry_of(key, ttl));
}

void check_unlock(std::string_view key, std::uint64_t cas, const RequestOptions& options) {
    check_key(key);
    check_own_timeout(options.timeout);
    if (cas == 0) refuse_argument(key, "unlocking needs the CAS that locking gave");
}

void check_replica_get(std::string_view key, const GetOptions& options) {
    check_key(key);
    check_own_timeout(options.timeout);
    if (!options.ttl.is_none()) refuse_argument(key, "a ttl cannot be set on a replica");
}

void check_endure(std::string_view key, const EndureOptions& options) {
    check_key(key);
    check_own_timeout(options.timeout);
    check_interval(options.interval);
}

AsyncResult<ValueResult> unsupported_replica_get(Core& core, std::string_view key,
                                                 const GetOptions& options) {
    check_replica_get(key, options);
    return unsupported<ValueResult>(core, Opcode::get_replica, key, no_replicas);
}

AsyncResult<ValueResult> unsupported_lock(Core& core, std::string_view key, const Ttl& ttl,
                                          const RequestOptions& options) {
    check_lock(key, ttl, options);
    return unsupported<ValueResult>(core, Opcode::get_locked, key, no_locks);
}

AsyncResult<OperationResult> unsupported_unlock(Core& core, std::string_view key, std::uint64_t cas,
                                                const RequestOptions& options) {
    check_unlock(key, cas, options);
    return unsupported<OperationResult>(core, Opcode::unlock_key, key, no_locks);
}

}  // namespace txcouchbase
