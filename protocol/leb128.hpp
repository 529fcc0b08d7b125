// Collection ids as they stand in front of a key: unsigned LEB128 of 1 to 5 bytes (PROTOCOL 1.6).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

constexpr std::size_t max_leb128_size = 5;

/// A number in its shortest encoding, the only one that a server accepts.
class Leb128 {
public:
    explicit Leb128(std::uint32_t value) noexcept;

    ByteView bytes() const noexcept { return {bytes_.data(), size_}; }
    std::size_t size() const noexcept { return size_; }

private:
    std::array<char, max_leb128_size> bytes_{};
    std::size_t size_ = 0;
};

/// What stood at the front of a buffer: the number and how many bytes it took. `size` is larger than
/// `Leb128{value}.size()` when the writer padded.
struct DecodedLeb128 {
    std::uint32_t value = 0;
    std::size_t size = 0;
};

/**
 * Reads the number at the front of `bytes`; what follows it is not looked at.
 *
 * Shape:  1 to 5 bytes; padded encodings are read, as the specification asks of clients.
 * Errors: nothing when no byte of the first five ends the number, or when the fifth exceeds 32 bits.
 */
std::optional<DecodedLeb128> decode_leb128(ByteView bytes) noexcept;

}  // namespace txcouchbase::protocol
