// A body that is one record after another, read lazily: STAT specs, OBSERVE entries, scanned documents...
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iterator>

#include "protocol/byte_cursor.hpp"
#include "protocol/defect.hpp"

namespace txcouchbase::protocol {

/**
 * The records of a body, for a range-for. Nothing is stored but the bytes, which somebody else owns.
 *
 * Shape:  made by read_records, which walked the whole body once; so the walk in a loop cannot fail, and a damaged
 *         body is refused before its first record is used.
 * Cost:   no allocation; reading twice is cheaper than a vector would be.
 *
 * T is read by `bool parse(ByteCursor&, T&) noexcept`, which takes at least one byte or returns false.
 */
template <class T>
class Records {
public:
    class Iterator {
    public:
        using value_type = T;
        using difference_type = std::ptrdiff_t;

        Iterator() noexcept = default;
        explicit Iterator(ByteView bytes) noexcept : rest_(bytes) { ++*this; }

        const T& operator*() const noexcept { return record_; }
        const T* operator->() const noexcept { return &record_; }
        Iterator& operator++() noexcept {
            at_end_ = rest_.at_end() || !parse(rest_, record_);
            return *this;
        }
        void operator++(int) noexcept { ++*this; }
        bool operator==(std::default_sentinel_t) const noexcept { return at_end_; }

    private:
        ByteCursor rest_{{}};
        T record_{};
        bool at_end_ = true;
    };

    Records() noexcept = default;
    explicit Records(ByteView bytes) noexcept : bytes_(bytes) {}

    Iterator begin() const noexcept { return Iterator{bytes_}; }
    std::default_sentinel_t end() const noexcept { return {}; }
    bool empty() const noexcept { return bytes_.empty(); }

    std::size_t count() const noexcept {
        std::size_t n = 0;
        for ([[maybe_unused]] const T& record : *this) ++n;
        return n;
    }

private:
    ByteView bytes_;
};

/// The records of `body`, or `defect` when it does not end exactly behind one.
template <class T>
Read<Records<T>> read_records(ByteView body, Defect defect) noexcept {
    ByteCursor in{body};
    for (T record{}; !in.at_end();)
        if (!parse(in, record)) return defect;
    return Records<T>{body};
}

}  // namespace txcouchbase::protocol
