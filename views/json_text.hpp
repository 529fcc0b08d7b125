// JSON that was checked, cut as text: the members of an object, the elements of an array, what a string says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace txcouchbase::views {

/// The members of an object, one after the other, as far as they are there: for texts without a defect (json_check).
class JsonMembers {
public:
    /// Of a text that is no object there are none.
    explicit JsonMembers(std::string_view json) noexcept;

    bool next() noexcept;
    std::string_view name() const noexcept { return name_; }  ///< with its quotes
    std::string_view value() const noexcept { return value_; }

private:
    std::string_view rest_;
    std::string_view name_;
    std::string_view value_;
};

/// The elements of an array, in the same way.
class JsonElements {
public:
    explicit JsonElements(std::string_view json) noexcept;

    bool next() noexcept;
    std::string_view value() const noexcept { return value_; }

private:
    std::string_view rest_;
    std::string_view value_;
};

/// The value of the member with this name, which needs no escape; empty when there is none.
std::string_view json_member(std::string_view json, std::string_view name) noexcept;

/// What a string of a text without a defect says; nothing when it is no string, or one with half a surrogate pair.
std::optional<std::string> json_unescaped(std::string_view string);
/// Whether json_unescaped() would say something.
bool is_json_text(std::string_view string) noexcept;

/// Appends `text`, which is UTF-8, as a JSON string of ASCII.
void append_json_string(std::string& out, std::string_view text);

}  // namespace txcouchbase::views
