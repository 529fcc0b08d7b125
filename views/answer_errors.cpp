// SPDX-License-Identifier: Apache-2.0
#include "views/answer_errors.hpp"

#include "views/json_check.hpp"
#include "views/json_text.hpp"

namespace txcouchbase::views {
namespace {

/// Of a body that is no JSON, an HTML page perhaps.
constexpr std::size_t quoted_body = 256;

std::string text_of(std::string_view json) {
    return json_unescaped(json).value_or(std::string{json});
}

std::string said_in(std::string_view body) {
    if (find_json_defect(body)) return std::string{body.substr(0, quoted_body)};
    const std::string error = text_of(json_member(body, "error"));
    const std::string reason = text_of(json_member(body, "reason"));
    if (error.empty() && reason.empty()) return std::string{body.substr(0, quoted_body)};
    return error.empty() || reason.empty() ? error + reason : error + ": " + reason;
}

}  // namespace

Refusal::Refusal(const net::HttpHead& head) {
    reply_.status = head.status;
    reply_.headers = head.fields;
}

void Refusal::put(std::string_view piece) {
    reply_.body += piece.substr(0, max_body - reply_.body.size());
}

Error Refusal::error() const {
    auto reply = std::make_shared<HttpReply>();
    reply->status = reply_.status;
    reply->headers = reply_.headers;
    reply->body = reply_.body;
    return Error{errc::http,
                 {.cause = "status " + std::to_string(reply_.status),
                  .server_text = said_in(reply_.body),
                  .was_written = true,
                  .attachment = std::move(reply)}};
}

Error read_view_errors(std::string_view json) {
    auto errors = std::make_shared<ViewErrors>();
    JsonElements elements{json};
    while (elements.next()) {
        const std::string_view entry = elements.value();
        ViewErrors::Entry& read = errors->entries.emplace_back();
        read.from = text_of(json_member(entry, "from"));
        read.reason = text_of(entry.starts_with('{') ? json_member(entry, "reason") : entry);
    }
    if (!json.empty() && json != "null" && !json.starts_with('['))
        errors->entries.emplace_back().reason = text_of(json);
    if (errors->entries.empty()) return {};
    const ViewErrors::Entry& first = errors->entries.front();
    const std::string more =
        errors->entries.size() > 1 ? " and " + std::to_string(errors->entries.size() - 1) + " more" : "";
    return Error{errc::view_engine,
                 {.cause = "errors beside the rows" + more,
                  .server_text = first.from.empty() ? first.reason : first.from + ": " + first.reason,
                  .was_written = true,
                  .attachment = std::move(errors)}};
}

}  // namespace txcouchbase::views
