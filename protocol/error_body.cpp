// SPDX-License-Identifier: Apache-2.0
#include "protocol/error_body.hpp"

#include <nlohmann/json.hpp>

#include "protocol/json_nesting.hpp"

namespace txcouchbase::protocol {
namespace {

constexpr std::size_t max_size = 64 * 1024;
constexpr int max_nesting = 16;

std::string text_member(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

ErrorBody read_error_body(ByteView value) noexcept try {
    if (!value.starts_with('{') || value.size() > max_size || !is_nested_within(value, max_nesting))
        return {.plain_text = value};
    const auto json = nlohmann::json::parse(value, nullptr, false);
    if (!json.is_object()) return {.plain_text = value};

    ErrorBody body{.manifest_uid = text_member(json, "manifest_uid")};
    if (const auto error = json.find("error"); error != json.end() && error->is_object()) {
        body.context = text_member(*error, "context");
        body.ref = text_member(*error, "ref");
    }
    return body;
} catch (const std::exception&) {
    return {.plain_text = value};
}

}  // namespace txcouchbase::protocol
