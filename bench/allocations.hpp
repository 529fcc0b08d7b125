// Counts what operator new is asked for, in the whole program.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace txcouchbase::bench {

std::uint64_t allocations() noexcept;

}  // namespace txcouchbase::bench
