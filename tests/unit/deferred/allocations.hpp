// Counts what this test program takes from the heap, by its own operator new.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace txcouchbase::test {

/// Calls of operator new since the program began.
std::size_t allocations() noexcept;

}  // namespace txcouchbase::test
