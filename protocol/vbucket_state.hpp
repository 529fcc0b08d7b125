// What a node does with a vBucket (PROTOCOL 2.4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace txcouchbase::protocol {

enum class VbucketState : std::uint32_t {
    alive = 0,  ///< only in requests: active, replica or pending
    active = 1,
    replica = 2,
    pending = 3,
    dead = 4,
};

}  // namespace txcouchbase::protocol
