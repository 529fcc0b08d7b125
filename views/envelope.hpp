// The object around the rows, byte by byte: where the array of rows begins, and the text of everything else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace txcouchbase::views {

/**
 * A machine for the members of a view's answer. Their order is free.
 *
 * Shape:  one JSON object. Its member `rows` is an array, whose inside is the caller's: behind `rows`, put() goes on
 *         with the ']' that ends it. Other values are kept as text and checked when they are complete.
 * Errors: what() says what should have stood where the byte was put that made put() answer `failed`, which is final.
 * Cost:   a few instructions for each byte, of which text() has at most `max_text`; space between tokens is not kept.
 */
class Envelope {
public:
    enum class Outcome : std::uint8_t { need_bytes, rows, failed };

    Envelope(std::size_t max_text, int max_depth) noexcept : max_text_(max_text), max_depth_(max_depth) {}

    Outcome put(char byte);

    /// The object as far as its members are complete, with empty rows.
    std::string_view text() const noexcept {
        return std::string_view{text_}.substr(0, is_complete() ? text_.size() : complete_);
    }
    bool is_complete() const noexcept { return stage_ == Stage::ended; }
    bool has_rows() const noexcept { return (seen_ & 1) != 0; }
    const char* what() const noexcept { return what_; }
    /// Failed, because there is more than max_text.
    bool is_full() const noexcept { return stage_ == Stage::failed && *what_ == 0; }

private:
    enum class Stage : std::uint8_t {
        begin,
        first_name,
        next_name,
        name,
        colon,
        value,
        rows,
        in_rows,
        in_string,
        in_container,
        in_literal,
        behind_value,
        ended,
        failed,
    };

    Outcome put_between(char byte);
    Outcome begin_name(char byte);
    Outcome end_name();
    Outcome begin_value(char byte);
    Outcome end_value();
    Outcome put_in_string(char byte);
    Outcome put_in_container(char byte);
    Outcome keep(char byte, Stage next);
    Outcome fail(const char* what) noexcept;

    std::size_t max_text_;
    int max_depth_;
    Stage stage_ = Stage::begin;
    std::string text_;
    std::size_t complete_ = 0;  // of text_, up to the end of a value
    std::size_t begun_ = 0;     // where in text_ the name or the value begins that is being read
    unsigned seen_ = 0;         // a bit for each of the names that may come once
    bool is_at_rows_ = false;
    int depth_ = 0;           // of the container that is being read
    bool in_string_ = false;  // of that container
    bool is_escaped_ = false;
    const char* what_ = "";
};

}  // namespace txcouchbase::views
