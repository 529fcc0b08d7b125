// Memory for what must not outlive its use: passwords, keys and messages that contain them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

/// Overwrites memory in a way that the optimiser may not leave out.
void wipe(void* memory, std::size_t size) noexcept;

/// Compares without a branch on the contents, so that the time taken tells nothing about them. Empty equals nothing,
/// not even empty: an empty digest is one that could not be computed, and must not match another.
bool equal_in_constant_time(ByteView a, ByteView b) noexcept;

/// A string that is wiped when it dies. It never grows (growing would leave a copy in freed memory) and never moves.
class Secret {
public:
    Secret() = default;
    /// The pieces, one behind the other.
    explicit Secret(std::initializer_list<ByteView> pieces);
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(bytes_.data(), bytes_.size()); }

    ByteView view() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

}  // namespace txcouchbase::protocol
