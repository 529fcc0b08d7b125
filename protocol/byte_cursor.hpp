// Walks over bytes from front to back and never beyond their end: what every reader of a body is written with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

/**
 * Each step says whether the bytes were there, so that a layout reads as one chain:
 *
 *     return in.number(entry.vbucket) && in.number(key_size) && in.bytes(key_size, entry.key);
 */
class ByteCursor {
public:
    explicit ByteCursor(ByteView bytes) noexcept : rest_(bytes) {}

    ByteView rest() const noexcept { return rest_; }
    bool at_end() const noexcept { return rest_.empty(); }

    bool bytes(std::size_t count, ByteView& out) noexcept {
        if (count > rest_.size()) return false;
        out = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return true;
    }

    /// A big-endian number, or an enumerator of that size; values that have no name are kept as they are.
    template <class T>
    bool number(T& out) noexcept {
        if (sizeof(T) > rest_.size()) return false;
        out = static_cast<T>(load_be<std::make_unsigned_t<T>>(rest_.data()));
        rest_.remove_prefix(sizeof(T));
        return true;
    }

private:
    ByteView rest_;
};

}  // namespace txcouchbase::protocol
