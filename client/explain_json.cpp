// explain_json(): the same as explain(), for programs.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <nlohmann/json.hpp>
#include <txcouchbase/exceptions.hpp>

#include "client/explain.hpp"
#include "protocol/error_words.hpp"

namespace txcouchbase {
namespace {

using Json = nlohmann::ordered_json;  // in the order in which a reader asks

Json words_or_null(const std::string& words) {
    return words.empty() ? Json{} : Json(words);
}

template <class Number>
Json number_or_null(const std::optional<Number>& number) {
    return number ? Json(*number) : Json{};
}

Json number_or_null(const std::optional<Timeline::Offset>& offset) {
    return offset ? Json(offset->count()) : Json{};
}

Json names_of(int kinds) {
    constexpr std::array names{"input", "network", "fatal", "transient", "data", "internal"};
    Json list = Json::array();
    for (std::size_t bit = 0; bit < names.size(); ++bit)
        if ((kinds >> bit & 1) != 0) list.push_back(names[bit]);
    return list;
}

Json to_object(const Timeline& timeline) {
    Json retries = Json::array();
    for (const Timeline::Retry& retry : timeline.retries)
        retries.push_back({{"at_us", retry.at.count()}, {"reason", retry.reason}});
    Json object;
    object["timeout_us"] = timeline.timeout > Timeline::Offset{} ? Json(timeline.timeout.count()) : Json{};
    object["queued_until_us"] = number_or_null(timeline.queued_until);
    object["written_after_us"] = number_or_null(timeline.written_after);
    object["written_before_us"] = number_or_null(timeline.written_before);
    object["retries"] = std::move(retries);
    object["ended_us"] = timeline.ended.count();
    object["vbucket"] = number_or_null(timeline.vbucket);
    object["map_revision"] = number_or_null(timeline.map_revision);
    object["socket"] = words_or_null(timeline.socket);
    object["in_flight"] = timeline.in_flight;
    return object;
}

}  // namespace

std::string explain_json(const Error& error) {
    const ErrorInfo& row = info(error.rc());
    const ErrorDetail& detail = error.detail();
    Json object;
    object["error"] = row.name;
    object["rc"] = static_cast<int>(row.code);
    object["message"] = error.code().message();
    object["categories"] = names_of(row.kinds);
    object["outcome"] = name(fate_of(error));
    object["is_ambiguous"] = error.is_ambiguous();
    object["operation"] = words_or_null(detail.operation);
    object["key"] = words_or_null(detail.key);
    object["key_size"] = detail.key.size();
    object["node"] = words_or_null(detail.node);
    object["cause"] = words_or_null(detail.cause);
    object["server_text"] = words_or_null(detail.server_text);
    object["inner_cause"] = detail.inner_cause ? Json(words_of(detail.inner_cause)) : Json{};
    object["timeline"] = detail.timeline ? to_object(*detail.timeline) : Json{};
    constexpr bool in_ascii = true;  // no character of it can move a terminal's cursor
    return object.dump(-1, ' ', in_ascii, Json::error_handler_t::replace);
}

}  // namespace txcouchbase
