// How cluster maps are ordered: epoch, then revision (PROTOCOL 2.2 and 2.8).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>

namespace txcouchbase::protocol {

/// The greater one is the newer map. Servers before 7.x have no epoch, which is written as -1.
struct ConfigVersion {
    std::int64_t epoch = -1;
    std::int64_t revision = 0;

    // (version 14 takes the 0 that comparisons are compared with for a pointer)
    auto operator<=>(const ConfigVersion&) const noexcept = default;  // NOLINT(modernize-use-nullptr)
};

}  // namespace txcouchbase::protocol
