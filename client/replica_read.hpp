// Reading a document from a replica.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/composite.hpp"

namespace txcouchbase {

/// Tries the replicas in their order until one has an answer, or only the one that is asked for. Fails with the last
/// error; with no_matching_server when there is nobody to ask.
/// Spec: PROTOCOL 10.7; rget of the original.
class ReplicaRead final : public Composite {
public:
    /// `key`: as it is stored.
    ReplicaRead(Core& core, std::string_view key, std::optional<unsigned> index, IssueOptions options)
        : Composite(core), key_(key), only_(index), options_(options), is_quiet_(options.traits.is_quiet) {
        options_.traits.is_quiet = false;  // one that misses is followed by the next
    }

private:
    void start() override;
    void try_next();
    void give_up();

    std::string key_;
    std::optional<unsigned> only_;
    IssueOptions options_;
    net::TimePoint deadline_;
    unsigned next_ = 0;
    bool is_quiet_;
    Error last_;
    Error misdirected_;  // of a node that does not keep the vBucket any more
};

}  // namespace txcouchbase
