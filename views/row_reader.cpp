// SPDX-License-Identifier: Apache-2.0
#include "views/row_reader.hpp"

#include <algorithm>

#include "protocol/error_words.hpp"
#include "views/json_text.hpp"

namespace txcouchbase::views {
namespace {

/// Of a buffer that was needed for a row in pieces, as much stays for the next one.
constexpr std::size_t kept_capacity = 64 * 1024;

/// What the server writes between two rows.
constexpr std::string_view usual_gap = ",\r\n{";

bool is_space(char byte) noexcept {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

}  // namespace

RowReader::RowReader(RowLimits limits) noexcept
    : limits_(limits),
      envelope_(limits.max_metadata, limits.max_depth),
      scanner_(limits.max_row, limits.max_depth) {}

void RowReader::put(std::string_view bytes) noexcept {
    offset_ += piece_.size();
    piece_ = bytes;
    at_ = 0;
    row_begin_ = 0;
    scanner_.set_piece(bytes);
}

// The first three are parts of next(), which is worth 50 instructions a row.
inline void RowReader::release() noexcept {
    if (stage_ == Stage::in_row || held_.empty()) return;
    held_.clear();
    if (held_.capacity() > kept_capacity) std::string{}.swap(held_);
}

inline bool RowReader::skip_space() noexcept {
    while (at_ < piece_.size() && is_space(piece_[at_])) ++at_;
    return at_ < piece_.size();
}

inline RowReader::Outcome RowReader::read_row() {
    const RowScanner::Outcome outcome = scanner_.scan(at_);
    if (outcome != RowScanner::Outcome::row) return hold_row(outcome);
    row_ = {piece_.data() + row_begin_, at_ - row_begin_};
    if (!held_.empty()) row_ = held_.append(row_);
    ++row_count_;
    stage_ = Stage::behind_row;
    return Outcome::row;
}

inline RowReader::Outcome RowReader::begin_row() {
    row_begin_ = at_;
    scanner_.begin(at_);
    stage_ = Stage::in_row;
    return read_row();
}

RowReader::Outcome RowReader::next() {
    release();
    if (stage_ == Stage::in_row) return read_row();
    if (stage_ == Stage::envelope) {
        const Outcome outcome = read_envelope();
        if (stage_ == Stage::envelope) return outcome;
    }
    if (stage_ == Stage::failed) return Outcome::failed;
    if (stage_ == Stage::behind_row) {
        if (std::string_view{piece_.data() + at_, piece_.size() - at_}.starts_with(usual_gap)) {
            at_ += usual_gap.size() - 1;
            return begin_row();
        }
        if (!skip_space()) return Outcome::need_bytes;
        if (piece_[at_] != ',') return end_rows("a comma or the end of the rows");
        ++at_;
        stage_ = Stage::next_row;
    }
    if (!skip_space()) return Outcome::need_bytes;
    if (piece_[at_] != '{') return end_rows("a row, which is an object");
    return begin_row();
}

RowReader::Outcome RowReader::end_rows(const char* expected) {
    if (piece_[at_] != ']' || stage_ == Stage::next_row) return fail_expecting(expected);
    stage_ = Stage::envelope;  // which takes the bracket
    return read_envelope();
}

RowReader::Outcome RowReader::hold_row(RowScanner::Outcome outcome) {
    if (outcome == RowScanner::Outcome::too_long)
        return fail("a row of more than " + std::to_string(limits_.max_row) + " bytes");
    if (outcome == RowScanner::Outcome::too_deep)
        return fail("a row that is nested more than " + std::to_string(limits_.max_depth) + " deep");
    held_.append(piece_.substr(row_begin_));
    put({});  // it is used up, whoever calls next() again
    return Outcome::need_bytes;
}

RowReader::Outcome RowReader::read_envelope() {
    for (; at_ < piece_.size(); ++at_) {
        const Envelope::Outcome outcome = envelope_.put(piece_[at_]);
        if (outcome == Envelope::Outcome::failed && envelope_.is_full())
            return fail("more than " + std::to_string(limits_.max_metadata) + " bytes beside the rows");
        if (outcome == Envelope::Outcome::failed) return fail_expecting(envelope_.what());
        if (outcome == Envelope::Outcome::need_bytes) continue;
        ++at_;
        stage_ = Stage::first_row;
        break;
    }
    return Outcome::need_bytes;
}

Error RowReader::finish() {
    if (stage_ == Stage::failed) return error_;
    if (!envelope_.is_complete())
        fail(offset_ + piece_.size() == 0 ? "an empty answer"
             : stage_ == Stage::in_row    ? "the end in the middle of a row"
                                          : "the end before that of the object");
    else if (!envelope_.has_rows())
        fail("the end, and there was no member \"rows\"");
    return error_;
}

std::string_view RowReader::metadata(std::string_view name) const noexcept {
    return name == "rows" ? std::string_view{} : json_member(metadata(), name);
}

RowReader::Outcome RowReader::fail_expecting(const char* what) {
    return fail(quoted(piece_.substr(at_, 1)) + " instead of " + what);
}

RowReader::Outcome RowReader::fail(const std::string& cause) {
    stage_ = Stage::failed;
    error_ =
        Error{errc::protocol_error,
              {.cause = "at byte " + std::to_string(offset_ + at_) + " of the view's answer is " + cause}};
    release();
    return Outcome::failed;
}

}  // namespace txcouchbase::views
