// SPDX-License-Identifier: Apache-2.0
#include "views/view_request.hpp"

#include "net/http_origin.hpp"
#include "protocol/error_words.hpp"
#include "views/json_check.hpp"
#include "views/query_rules.hpp"
#include "views/query_text.hpp"

namespace txcouchbase::views {
namespace {

constexpr std::string_view development_prefix = "dev_";

Error check_name(std::string_view what, std::string_view name) {
    if (!name.empty() && name != "." && name != "..") return {};
    return Error{errc::argument,
                 {.cause = "the name of a " + std::string{what} + " cannot be " + quoted(name)}};
}

/// The query's `keys` as a JSON text, empty when there are none.
std::string keys_of(const Query& query) {
    const QueryValue keys = query.get("keys");
    if (keys.is_unspec()) return {};
    return query.mode().passthrough ? query_unescaped(encode_verbatim(keys).text) : json_of(keys).text;
}

}  // namespace

std::string design_name(std::string_view design, DesignMode mode) {
    const bool is_prefixed = mode == DesignMode::production || design.starts_with(development_prefix);
    return std::string{is_prefixed ? "" : development_prefix} + std::string{design};
}

ViewPath design_path(std::string_view bucket, std::string_view design) {
    if (Error error = check_name("bucket", bucket)) return {.error = error};
    if (Error error = check_name("design document", design)) return {.error = error};
    return {.text = "/" + net::percent_encoded(bucket) + "/_design/" + net::percent_encoded(design)};
}

ViewPath view_path(std::string_view bucket, std::string_view design, std::string_view view) {
    ViewPath path = design_path(bucket, design);
    if (path.error) return path;
    if (Error error = check_name("view", view)) return {.error = error};
    path.text += "/_view/" + net::percent_encoded(view);
    return path;
}

ViewRequest make_view_request(std::string_view bucket, std::string_view design, std::string_view view,
                              const Query& query) {
    const ViewPath path = view_path(bucket, design, view);
    if (path.error) return {.error = path.error};
    if (query.error()) return {.error = query.error()};
    const auto target = [&path](const std::string& text) {
        return text.empty() ? path.text : path.text + '?' + text;
    };
    ViewRequest request{.target = target(query.encoded())};
    if (request.target.size() <= max_get_target) return request;
    const std::string keys = keys_of(query);
    if (!keys.empty() && (find_json_defect(keys) || keys[keys.find_first_not_of(" \t\r\n")] != '['))
        return {.error = Error{errc::argument,
                               {.cause = "the view query's parameter \"keys\" is no JSON array, and too long "
                                         "for the request line"}}};
    request.target = target(query.encoded_without_keys());
    request.body = keys.empty() ? "{}" : "{\"keys\": " + keys + "}";
    return request;
}

}  // namespace txcouchbase::views
