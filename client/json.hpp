// JSON in and out, for those who want it: the one public header that includes nlohmann/json.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <txcouchbase/exceptions.hpp>
#include <txcouchbase/operations.hpp>
#include <txcouchbase/results.hpp>
#include <type_traits>
#include <utility>

namespace txcouchbase {

namespace detail {

/// The document as text; throws what to_json() throws, ValueFormatError for what no reader would take.
void write_json(const nlohmann::json& document, std::string& out);
/// Rethrows the exception being handled as the inner cause of a ValueFormatError.
[[noreturn]] void throw_unconvertible(std::string_view key);

}  // namespace detail

/// Types with a to_json(), and the containers that nlohmann/json knows, can be stored.
template <class T>
requires(!std::same_as<T, nlohmann::json> && !std::is_pointer_v<T> && !std::is_arithmetic_v<T> &&
         std::is_constructible_v<nlohmann::json, const T&>) struct JsonText<T> {
    static void write(const T& value, std::string& out) { detail::write_json(nlohmann::json(value), out); }
};

template <class T>
T ValueResult::value() const {
    const nlohmann::json document = json();
    try {
        return document.get<T>();
    } catch (...) {
        detail::throw_unconvertible(key());
    }
}

}  // namespace txcouchbase
