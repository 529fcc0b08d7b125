// Counts what this test program holds of the heap, by its own operator new.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace txcouchbase::test {

/// Bytes that operator new was asked for and operator delete has not taken back; the heap's overhead apart.
std::size_t bytes_held() noexcept;

}  // namespace txcouchbase::test
