// The extras of a frame while it is built: a few numbers, held inline.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cassert>

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

/// Numbers in wire order: `Extras::of(flags, expiry)`. No command has more than 30 bytes of them (SET_WITH_META).
class Extras {
public:
    static constexpr std::size_t capacity = 31;

    Extras() noexcept = default;

    /// Each argument's type is its width on the wire.
    template <class... Numbers>
    static Extras of(Numbers... numbers) noexcept {
        Extras extras;
        (extras.add(numbers), ...);
        return extras;
    }

    template <class Number>
    void add(Number number) noexcept {
        assert(size_ + sizeof number <= capacity);
        store_be(bytes_.data() + size_, number);
        size_ = static_cast<std::uint8_t>(size_ + sizeof number);
    }
    void add(ByteView bytes) noexcept {
        assert(size_ + bytes.size() <= capacity);
        std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
        size_ = static_cast<std::uint8_t>(size_ + bytes.size());
    }

    ByteView view() const noexcept { return {bytes_.data(), size_}; }

private:
    std::array<char, capacity> bytes_{};
    std::uint8_t size_ = 0;
};

}  // namespace txcouchbase::protocol
