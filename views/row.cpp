// SPDX-License-Identifier: Apache-2.0
#include "views/row.hpp"

#include "views/json_check.hpp"
#include "views/json_text.hpp"

namespace txcouchbase::views {
namespace {

constexpr std::string_view names[] = {"\"id\"", "\"key\"", "\"value\"", "\"doc\"", "\"geometry\""};

}  // namespace

void ViewRow::read() const noexcept {
    if (state_ != State::unread) return;
    if (const auto defect = find_json_defect(raw_)) {
        defect_ = static_cast<std::uint32_t>(*defect);
        state_ = State::no_json;
        return;
    }
    state_ = find_members();
    if (state_ != State::sound) members_ = {};
}

ViewRow::State ViewRow::find_members() const noexcept {
    JsonMembers members{raw_};
    while (members.next()) {
        for (std::size_t i = 0; i < member_count; ++i) {
            if (members.name() != names[i]) continue;
            if (members_[i].size != 0) return State::repeated;
            members_[i] = {static_cast<std::uint32_t>(members.value().data() - raw_.data()),
                           static_cast<std::uint32_t>(members.value().size())};
        }
    }
    const std::string_view id = raw_.substr(members_[0].begin, members_[0].size);
    return id.empty() || is_json_text(id) ? State::sound : State::bad_id;
}

std::string_view ViewRow::member(std::size_t index) const noexcept {
    read();
    return raw_.substr(members_[index].begin, members_[index].size);
}

std::optional<std::string> ViewRow::docid() const {
    const std::string_view quoted = id();
    if (quoted.empty()) return std::nullopt;
    return json_unescaped(quoted);
}

Error ViewRow::error() const {
    read();
    switch (state_) {
        case State::no_json:
            return Error{errc::value_format,
                         {.cause = "a view's row that is no JSON, at its byte " + std::to_string(defect_)}};
        case State::repeated:
            return Error{errc::value_format, {.cause = "a view's row that has a member twice"}};
        case State::bad_id: return Error{errc::value_format, {.cause = "a view's row whose id is no text"}};
        default: return {};
    }
}

}  // namespace txcouchbase::views
