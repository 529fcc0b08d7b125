// Finds where a row ends: the object that begins here, in whatever pieces, without looking at what it says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "views/byte_classes.hpp"

namespace txcouchbase::views {

/**
 * Follows brackets and strings, and nothing else of JSON.
 *
 *     set_piece(bytes)    the next bytes of the stream; they stay where they are until the next set_piece()
 *     begin(at)           a row begins at this byte of the piece, its brace
 *     scan(at)            goes on at this byte, the brace or the first of a piece, and moves it: behind the row, to
 *                         the end of the piece or to the byte that is too much
 *
 * Each 64 bytes are classified once however many rows they hold. A bracket is not compared with the one it closes, and
 * control bytes in strings are not looked for: wherever such a row ends, its content fails the check (row.hpp).
 *
 * Cost: 2 instructions a byte, 14 a bracket and 60 a row; four times that in a block of 64 bytes with a backslash
 *       (`txcb-bench codec --what rows`).
 */
class RowScanner {
public:
    enum class Outcome : std::uint8_t { need_bytes, row, too_long, too_deep };

    /// At least 64 bytes are allowed.
    RowScanner(std::size_t max_row, int max_depth) noexcept;

    void set_piece(std::string_view piece) noexcept;
    void begin(std::size_t at) noexcept {
        limit_ = at + max_row_;
        depth_ = 0;
        in_string_ = 0;
        is_escaped_ = false;
        const std::size_t first = at - block_;
        if (first >= ByteClasses::block || (strings_ >> first & 1) != 0) begin_with_care(at);
        brackets_ &= ~std::uint64_t{0} << (at - block_);
    }
    Outcome scan(std::size_t& at) noexcept;

private:
    /// So far that no byte of a piece is in the block there.
    static constexpr std::size_t far = static_cast<std::size_t>(-1) / 2;

    void begin_with_care(std::size_t at) noexcept;
    void look_at(std::size_t block) noexcept;
    void look_with_care() noexcept;
    /// The rest of the block behind `at`, where a byte may be escaped, missing or too much.
    Outcome scan_with_care(std::size_t& at) noexcept;
    std::uint64_t escaped_bytes(std::size_t first, std::size_t size) noexcept;
    Outcome follow(std::uint64_t brackets, std::size_t& at) noexcept;

    std::size_t max_row_;
    int max_depth_;
    std::string_view piece_;

    // Of the block that was looked at last.
    std::size_t block_ = far;     // where it begins in the piece
    std::uint64_t strings_ = 0;   // from each quote to the next, as if none were escaped
    bool is_easy_ = false;        // none is, all of its bytes are there, and none of them is too much: then
    std::uint64_t brackets_ = 0;  // those outside of strings, behind the row that has ended; and otherwise
    ByteClasses classes_;
    std::uint64_t backslashes_ = 0;

    // Of the row.
    std::size_t limit_ = 0;  // where it must have ended, in the piece or behind it
    int depth_ = 0;
    std::uint64_t in_string_ = 0;  // 1: in a string, where scan() goes on
    bool is_escaped_ = false;      // the byte there
};

}  // namespace txcouchbase::views
