// Counts what this test program takes from the heap, by its own operator new.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace txcouchbase::net {

/// Calls of operator new since the program began.
std::size_t allocations() noexcept;
/// Bytes that operator new gave out and operator delete has not taken back.
std::size_t bytes_held() noexcept;

}  // namespace txcouchbase::net
