// SPDX-License-Identifier: Apache-2.0
#include "client/cluster_calls.hpp"

#include "client/replica_read.hpp"
#include "protocol/document_requests.hpp"

namespace txcouchbase {

namespace request = protocol::request;
using protocol::Opcode;

Error unsupported_error(Opcode opcode, std::string_view key, std::string_view cause) {
    return Error{errc::not_supported,
                 {.operation = std::string{protocol::name(opcode)},
                  .key = std::string{key},
                  .cause = std::string{cause}}};
}

detail::OperationHandle issue_unsupported(Core& core, Opcode opcode, std::string_view key,
                                          std::string_view cause) {
    check_key(key);
    return core.issue_refused(unsupported_error(opcode, key, cause));
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

Call make_lock(Core& core, std::string_view key, const Ttl& ttl, const RequestOptions& options,
               const Transcoder* transcoder) {
    check_key(key);
    check_own_timeout(options.timeout);
    if (ttl.is_none()) refuse_argument(key, "a lock needs a time to live");
    if (ttl.kind() == Ttl::Kind::absolute)
        refuse_argument(key, "a lock's time to live is a duration, no date");
    const std::uint32_t seconds = expiry_of(key, ttl);
    return {.request = request::get_locked(stored_key(core, key, transcoder), seconds),
            .kind = core.value_kind(),
            .options = {options, core.options().quiet, core.options().data_passthrough}};
}

Call make_unlock(Core& core, std::string_view key, std::uint64_t cas, const RequestOptions& options,
                 const Transcoder* transcoder) {
    check_key(key);
    check_own_timeout(options.timeout);
    if (cas == 0) refuse_argument(key, "unlocking needs the CAS that locking gave");
    return {.request = request::unlock_key(stored_key(core, key, transcoder), cas),
            .kind = core.mutation_kind(),
            .options = options};
}

CompositePtr make_replica_read(Core& core, std::string_view key, const GetOptions& options,
                               const Transcoder* transcoder) {
    check_replica_get(key, options);
    const IssueOptions issue{options, options.quiet.value_or(core.options().quiet),
                             options.no_format || core.options().data_passthrough};
    return std::make_shared<ReplicaRead>(core, stored_key(core, key, transcoder), std::nullopt, issue);
}

CompositePtr make_replica_read(Core& core, std::string_view key, const ReplicaOptions& options,
                               const Transcoder* transcoder) {
    check_key(key);
    check_own_timeout(options.timeout);
    const IssueOptions issue{options, options.quiet.value_or(core.options().quiet),
                             core.options().data_passthrough};
    return std::make_shared<ReplicaRead>(core, stored_key(core, key, transcoder), options.replica_index,
                                         issue);
}

CompositePtr make_observation(Core& core, std::string_view key, const ObserveOptions& options,
                              const Transcoder* transcoder, bool as_value) {
    check_key(key);
    check_own_timeout(options.timeout);
    return std::make_shared<Observation>(core, stored_key(core, key, transcoder), options.master_only,
                                         as_value, IssueOptions{options});
}

CompositePtr make_durability(Core& core, std::string_view key, const EndureOptions& options,
                             const Transcoder* transcoder) {
    check_endure(key, options);
    return std::make_shared<Durability>(core, stored_key(core, key, transcoder), durability_of(options),
                                        options.cas, options.check_removed);
}

}  // namespace txcouchbase
