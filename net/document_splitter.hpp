// Cuts a stream of documents, each followed by four newlines, into documents.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/bytes.hpp"

namespace txcouchbase::net {

using protocol::ByteView;

/**
 * Shape:    documents of 1 to `limit` bytes; nothing between two separators is no document. Whatever the pieces, the
 *           same documents come out, and the same one is the first that is too long.
 * Lifetime: document() is valid until the next put().
 * Cost:     one copy of each byte.
 */
class DocumentSplitter {
public:
    enum class Outcome : std::uint8_t { need_bytes, document, too_long };

    explicit DocumentSplitter(std::size_t limit) noexcept : limit_(limit) {}

    /// Takes from the front of `bytes` what belongs to the next document. too_long stays.
    Outcome put(ByteView& bytes);
    ByteView document() const noexcept { return text_; }

private:
    static constexpr std::size_t separator = 4;

    std::size_t limit_;
    std::string text_;  // with the newlines of a separator that has begun
    std::size_t newlines_ = 0;
    bool is_complete_ = false;
};

}  // namespace txcouchbase::net
