// SPDX-License-Identifier: Apache-2.0
#include "views/envelope.hpp"

#include <iterator>

#include "views/json_check.hpp"

namespace txcouchbase::views {
namespace {

/// What readers of an answer look for: twice, it could be understood in two ways. The first is has_rows()'s bit.
constexpr std::string_view known_names[] = {"\"rows\"", "\"total_rows\"", "\"errors\"", "\"debug_info\""};

bool is_space(char byte) noexcept {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

bool may_be_in_literal(char byte) noexcept {
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || byte == 'E' || byte == '.' ||
           byte == '+' || byte == '-';
}

}  // namespace

Envelope::Outcome Envelope::fail(const char* what) noexcept {
    stage_ = Stage::failed;
    what_ = what;
    return Outcome::failed;
}

Envelope::Outcome Envelope::keep(char byte, Stage next) {
    if (text_.size() == max_text_) return fail("");
    text_ += byte;
    stage_ = next;
    return Outcome::need_bytes;
}

Envelope::Outcome Envelope::put(char byte) {
    switch (stage_) {
        case Stage::name:
        case Stage::in_string: return put_in_string(byte);
        case Stage::in_container: return put_in_container(byte);
        case Stage::in_literal:
            if (may_be_in_literal(byte)) return keep(byte, stage_);
            return end_value() == Outcome::failed ? Outcome::failed : put(byte);
        case Stage::failed: return Outcome::failed;
        default: return is_space(byte) ? Outcome::need_bytes : put_between(byte);
    }
}

Envelope::Outcome Envelope::put_between(char byte) {
    switch (stage_) {
        case Stage::begin: return byte == '{' ? keep(byte, Stage::first_name) : fail("an object");
        case Stage::first_name: return byte == '}' ? keep(byte, Stage::ended) : begin_name(byte);
        case Stage::next_name: return begin_name(byte);
        case Stage::colon:
            if (byte != ':') return fail("a colon");
            return keep(byte, is_at_rows_ ? Stage::rows : Stage::value);
        case Stage::value: return begin_value(byte);
        case Stage::rows:
            if (byte != '[') return fail("an array, which rows are");
            return keep(byte, Stage::in_rows) == Outcome::failed ? Outcome::failed : Outcome::rows;
        case Stage::in_rows:
            return byte == ']' ? keep(byte, Stage::behind_value) : fail("the end of the rows");
        case Stage::behind_value:
            if (byte == ',') return keep(byte, Stage::next_name);
            return byte == '}' ? keep(byte, Stage::ended) : fail("a comma or the end of the object");
        default: return fail("the end");
    }
}

Envelope::Outcome Envelope::begin_name(char byte) {
    if (byte != '"') return fail("a name");
    begun_ = text_.size();
    return keep(byte, Stage::name);
}

Envelope::Outcome Envelope::end_name() {
    const std::string_view name = std::string_view{text_}.substr(begun_);
    if (find_json_defect(name)) return fail("the end of a name that is text");
    for (std::size_t i = 0; i < std::size(known_names); ++i) {
        if (name != known_names[i]) continue;
        if ((seen_ >> i & 1) != 0) return fail("the end of a name that has not been there");
        seen_ |= 1U << i;
    }
    is_at_rows_ = name == known_names[0];
    stage_ = Stage::colon;
    return Outcome::need_bytes;
}

Envelope::Outcome Envelope::begin_value(char byte) {
    begun_ = text_.size();
    depth_ = 1;
    if (byte == '"') return keep(byte, Stage::in_string);
    if (byte == '{' || byte == '[') return keep(byte, Stage::in_container);
    return may_be_in_literal(byte) ? keep(byte, Stage::in_literal) : fail("a value");
}

Envelope::Outcome Envelope::end_value() {
    if (find_json_defect(std::string_view{text_}.substr(begun_)))
        return fail("the end of a value that is JSON");
    complete_ = text_.size();
    stage_ = Stage::behind_value;
    return Outcome::need_bytes;
}

Envelope::Outcome Envelope::put_in_string(char byte) {
    if (static_cast<unsigned char>(byte) < ' ') return fail("the rest of a text");
    const bool is_last = byte == '"' && !is_escaped_;
    is_escaped_ = byte == '\\' && !is_escaped_;
    if (keep(byte, stage_) == Outcome::failed) return Outcome::failed;
    if (!is_last) return Outcome::need_bytes;
    return stage_ == Stage::name ? end_name() : end_value();
}

Envelope::Outcome Envelope::put_in_container(char byte) {
    if (in_string_) {
        if (static_cast<unsigned char>(byte) < ' ') return fail("the rest of a text");
        in_string_ = byte != '"' || is_escaped_;
        is_escaped_ = byte == '\\' && !is_escaped_;
        return keep(byte, stage_);
    }
    // Space is kept as one space, so that "[1 2]" does not become what it is not.
    if (is_space(byte)) return text_.back() == ' ' ? Outcome::need_bytes : keep(' ', stage_);
    in_string_ = byte == '"';
    if (byte == '{' || byte == '[') ++depth_;
    if (byte == '}' || byte == ']') --depth_;
    if (depth_ > max_depth_) return fail("a value that is less deeply nested");
    if (keep(byte, stage_) == Outcome::failed) return Outcome::failed;
    return depth_ > 0 ? Outcome::need_bytes : end_value();
}

}  // namespace txcouchbase::views
