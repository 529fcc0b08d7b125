// SPDX-License-Identifier: Apache-2.0
#include "client/replica_read.hpp"

#include <txcouchbase/exceptions.hpp>

#include "protocol/document_requests.hpp"

namespace txcouchbase {

void ReplicaRead::start() {
    deadline_ = core().now() + (options_.timeout.count() != 0 ? options_.timeout : core().options().timeout);
    try_next();
}

void ReplicaRead::try_next() {
    const Router& router = core().router();
    const unsigned last = only_ ? *only_ + 1 : router.map()->table.replicas();
    for (unsigned index = only_ && next_ == 0 ? *only_ : next_; index < last; ++index) {
        next_ = index + 1;
        const auto node = router.replica(key_, index);
        if (!node) continue;
        try {
            ask<ValueResult>(
                {.node = *node, .vbucket = router.route(key_).vbucket}, protocol::request::get_replica(key_),
                core().value_kind(), options_, [this](ValueResult& result) { this->end(std::move(result)); },
                [this](const Error& error) {
                    last_ = error;
                    if (error.rc() == errc::not_my_vbucket) misdirected_ = error;
                    try_next();
                });
            return;
        } catch (const CouchbaseError& refused) {
            last_ = refused.error();
        }
    }
    give_up();
}

void ReplicaRead::give_up() {
    const auto again = [this] {
        next_ = 0;
        last_ = misdirected_ = {};
        try_next();
    };
    if (misdirected_ && asks_again(misdirected_, deadline_, again)) return;
    if (last_ && last_.rc() == errc::not_found && is_quiet_) return end(failed_result(key_, errc::not_found));
    if (last_) return fail(last_);
    fail(Error{errc::no_matching_server,
               {.operation = std::string{protocol::name(protocol::Opcode::get_replica)},
                .key = key_,
                .cause = "no node has this replica of the key"}});
}

}  // namespace txcouchbase
