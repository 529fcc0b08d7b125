// SPDX-License-Identifier: Apache-2.0
#include "protocol/error_map.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "protocol/json_nesting.hpp"

namespace txcouchbase::protocol {
namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr int most_nesting = 8;
constexpr std::size_t longest_text = 256;
constexpr milliseconds longest_delay = std::chrono::minutes{1};

/// Thrown inside this file only.
struct NotAnErrorMap {};

const Json& member(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) throw NotAnErrorMap{};
    return *found;
}

std::string text(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return {};
    if (!found->is_string()) throw NotAnErrorMap{};
    return found->get_ref<const std::string&>().substr(0, longest_text);
}

milliseconds duration(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return milliseconds{0};
    if (!found->is_number_unsigned()) throw NotAnErrorMap{};
    return milliseconds{
        static_cast<milliseconds::rep>(std::min<std::uint64_t>(found->get<std::uint64_t>(), 24 * 3'600'000))};
}

ErrorTrait trait_of(std::string_view attribute) {
    if (attribute == "fetch-config") return ErrorTrait::fetch_config;
    if (attribute == "conn-state-invalidated") return ErrorTrait::conn_state_invalidated;
    if (attribute == "special-handling") return ErrorTrait::special_handling;
    if (attribute == "temp") return ErrorTrait::temporary;
    if (attribute == "retry-now") return ErrorTrait::retry_now;
    if (attribute == "retry-later") return ErrorTrait::retry_later;
    if (attribute == "no-retry") return ErrorTrait::no_retry;
    if (attribute == "auto-retry") return ErrorTrait::auto_retry;
    return ErrorTrait::none;
}

ErrorRetry read_retry(const Json& json) {
    if (!json.is_object()) throw NotAnErrorMap{};
    ErrorRetry retry{.interval = duration(json, "interval"),
                     .after = duration(json, "after"),
                     .ceiling = duration(json, "ceil"),
                     .max_duration = duration(json, "max-duration")};
    const std::string strategy = text(json, "strategy");
    if (strategy == "linear") retry.strategy = ErrorRetry::Strategy::linear;
    if (strategy == "exponential") retry.strategy = ErrorRetry::Strategy::exponential;
    return retry;
}

ErrorMapEntry read_entry(const Json& json) {
    if (!json.is_object()) throw NotAnErrorMap{};
    ErrorMapEntry entry{.name = text(json, "name"), .description = text(json, "desc")};
    const Json& attributes = member(json, "attrs");
    if (!attributes.is_array()) throw NotAnErrorMap{};
    for (const Json& attribute : attributes)
        if (attribute.is_string())
            entry.traits = entry.traits | trait_of(attribute.get_ref<const std::string&>());
    if (const auto retry = json.find("retry"); retry != json.end()) entry.retry = read_retry(*retry);
    return entry;
}

std::uint16_t read_code(const std::string& name) {
    std::uint16_t code = 0;
    const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), code, 16);
    if (ec != std::errc{} || end != name.data() + name.size()) throw NotAnErrorMap{};
    return code;
}

std::shared_ptr<const ErrorMap> read(const Json& json) {
    if (!json.is_object() || !member(json, "version").is_number_integer() ||
        !member(json, "revision").is_number_integer() || !member(json, "errors").is_object())
        throw NotAnErrorMap{};
    if (const auto version = json["version"].get<std::int64_t>(); version < 1 || version > 2)
        throw NotAnErrorMap{};
    auto map = std::make_shared<ErrorMap>();
    map->revision = json["revision"].get<std::int64_t>();
    for (const auto& [name, entry] : json["errors"].items())
        map->entries[read_code(name)] = read_entry(entry);
    return map;
}

}  // namespace

milliseconds ErrorRetry::delay(std::size_t attempt) const noexcept {
    const auto most = ceiling > milliseconds{0} ? std::min(ceiling, longest_delay) : longest_delay;
    const auto number = static_cast<double>(attempt);
    const auto length = static_cast<double>(interval.count());
    double wait = length;
    if (strategy == Strategy::linear) wait = length * number;
    if (strategy == Strategy::exponential) wait = std::pow(length, number);
    const auto first = attempt == 1 ? std::min(after, longest_delay) : milliseconds{0};
    return first +
           milliseconds{static_cast<milliseconds::rep>(std::min(wait, static_cast<double>(most.count())))};
}

std::shared_ptr<const ErrorMap> read_error_map(ByteView json) {
    if (json.size() > max_error_map_size || !is_nested_within(json, most_nesting)) return nullptr;
    const Json document = Json::parse(json, nullptr, false);
    if (document.is_discarded()) return nullptr;
    try {
        return read(document);
    } catch (const NotAnErrorMap&) {
        return nullptr;
    }
}

}  // namespace txcouchbase::protocol
