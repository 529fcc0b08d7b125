// What the nodes that have a copy of a document say of it, and when that is enough.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "protocol/document_responses.hpp"
#include "protocol/error.hpp"

namespace txcouchbase {

/// One node's answer. With a mutation's token it is asked whether it has come as far as that, else for the key.
struct CopyReport {
    bool is_active = false;
    Error error = {};  ///< there was no answer
    /// found: it has the change, in memory; persisted: on disk; not_found: by token, it has not come as far yet.
    protocol::KeyState state = protocol::KeyState::not_found;
    std::uint64_t cas = 0;  ///< of the key; by token, 0
    bool is_lost = false;   ///< by token: a failover has forgotten the change
};

/// What is waited for.
struct DurabilityWish {
    unsigned persist_to = 0;    ///< nodes that must have it on disk, the active one among them
    unsigned replicate_to = 0;  ///< replicas that must have it
    std::uint64_t cas = 0;      ///< not 0: of this version
    bool is_removal = false;    ///< the document's end is waited for
    bool by_token = false;
};

enum class DurabilityVerdict : std::uint8_t { wait, fulfilled, not_found, replaced, lost };

/// Spec: API.md 2.6 of the original's library; PROTOCOL 10.8.
DurabilityVerdict judge_durability(const std::vector<CopyReport>& reports, const DurabilityWish& wish);

}  // namespace txcouchbase
