// Cuts the answer to a view query into its rows while it arrives, and keeps what stands around them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/error.hpp"
#include "views/envelope.hpp"
#include "views/row_scanner.hpp"

namespace txcouchbase::views {

/// What an answer may have at most; more ends it.
struct RowLimits {
    std::size_t max_row = 20 * 1024 * 1024;  ///< bytes of one row; 64 are always allowed
    std::size_t max_metadata = 256 * 1024;   ///< bytes of everything beside the rows, spaces not counted
    int max_depth = 1000;                    ///< arrays and objects that are open at once in one row or value
};

/**
 * A reader of {"total_rows":3,"rows":[{...},{...}],"errors":[...]}, whose members may come in any order.
 *
 *     put(bytes)    the next piece of the body; the piece before must have been used up
 *     next()        row: row() is the next one; again
 *                   need_bytes: the piece is used up; put() the next one, or finish() when the body has ended
 *                   failed: error(), for good
 *
 * Pausing is not calling next().
 *
 * Shape:    pieces of any size. A row is a JSON object. Of its inside the brackets outside of strings are counted;
 *           the rest is for whoever asks (row.hpp), and is then that row's failure alone.
 * Lifetime: the bytes of a piece stay until it is used up. row() is valid until the next call of next() or put(); it is
 *           a part of the piece unless the row came in several.
 * Errors:   protocol_error with the byte of the body, counted from 0, at which it went wrong. Whatever the pieces, the
 *           same rows come, then the same error.
 * Cost:     rows that lie in one piece are not copied and nothing is allocated for them; bytes of others are copied
 *           once. Beside the limits it holds nothing. Less than 4 instructions a byte (`txcb-bench codec --what rows`).
 */
class RowReader {
public:
    enum class Outcome : std::uint8_t { need_bytes, row, failed };

    explicit RowReader(RowLimits limits = {}) noexcept;

    void put(std::string_view bytes) noexcept;
    Outcome next();
    /// The body has ended. Errors: as those of next(), when that is in the middle of something or there were no rows.
    Error finish();

    std::string_view row() const noexcept { return row_; }
    const Error& error() const noexcept { return error_; }
    /// Rows so far.
    std::uint64_t row_count() const noexcept { return row_count_; }

    /// The object around the rows as far as its members are complete, with empty `rows`: JSON once finish() was well.
    std::string_view metadata() const noexcept { return envelope_.text(); }
    /// The JSON of a member that is complete, `rows` excepted; empty when there is none.
    std::string_view metadata(std::string_view name) const noexcept;

private:
    enum class Stage : std::uint8_t { envelope, first_row, in_row, behind_row, next_row, failed };

    Outcome read_envelope();
    Outcome begin_row();
    Outcome read_row();
    /// The row did not end in this piece.
    Outcome hold_row(RowScanner::Outcome outcome);
    Outcome end_rows(const char* expected);
    /// Up to the next byte that is no space. False: it has not come.
    bool skip_space() noexcept;
    void release() noexcept;
    Outcome fail_expecting(const char* what);
    Outcome fail(const std::string& cause);

    RowLimits limits_;
    Stage stage_ = Stage::envelope;
    Envelope envelope_;
    RowScanner scanner_;
    std::string_view piece_;
    std::size_t at_ = 0;         // in the piece
    std::size_t row_begin_ = 0;  // the same, of the row that is being read
    std::uint64_t offset_ = 0;   // of the piece in the body
    std::string held_;           // what earlier pieces had of the row
    std::string_view row_;
    std::uint64_t row_count_ = 0;
    Error error_;
};

}  // namespace txcouchbase::views
