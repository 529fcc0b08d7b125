// One row of a view: its JSON as it came, and its members, which are looked for when somebody asks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <txcouchbase/error.hpp>

namespace txcouchbase::views {

/**
 * A row, {"id":"doc","key":["a",1],"value":null}.
 *
 * Shape:    the members are JSON texts, never decoded. One that is not there is empty: rows of a reduced view have
 *           neither `id` nor `doc`, and only those of a spatial one a `geometry`.
 * Lifetime: shows bytes of `owner`, which it keeps, or of somebody else where there is none. What its functions return
 *           lives as long as those bytes.
 * Errors:   a row that is no JSON, that has one of these members twice or an `id` that is no text has no members: all
 *           are empty, and error() says why, as value_format. Other rows are not concerned.
 * Cost:     the first question reads the row, once; raw() reads nothing.
 * Spec:     ViewRow of the original.
 */
class ViewRow {
public:
    ViewRow() = default;
    explicit ViewRow(std::string_view raw, std::shared_ptr<const void> owner = {}) noexcept
        : raw_(raw), owner_(std::move(owner)) {}

    std::string_view raw() const noexcept { return raw_; }
    const std::shared_ptr<const void>& owner() const noexcept { return owner_; }

    std::string_view id() const noexcept { return member(0); }  ///< with its quotes
    std::string_view key() const noexcept { return member(1); }
    std::string_view value() const noexcept { return member(2); }
    std::string_view doc() const noexcept { return member(3); }
    std::string_view geometry() const noexcept { return member(4); }

    /// The document's key: what `id` says, without quotes and escapes. Nothing for a reduced or malformed row.
    std::optional<std::string> docid() const;

    Error error() const;

private:
    static constexpr std::size_t member_count = 5;
    enum class State : std::uint8_t { unread, sound, no_json, repeated, bad_id };
    struct Slice {
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
    };

    std::string_view member(std::size_t index) const noexcept;
    void read() const noexcept;
    State find_members() const noexcept;

    std::string_view raw_;
    std::shared_ptr<const void> owner_;
    mutable std::array<Slice, member_count> members_{};
    mutable std::uint32_t defect_ = 0;  // where it is no JSON
    mutable State state_ = State::unread;
};

}  // namespace txcouchbase::views
