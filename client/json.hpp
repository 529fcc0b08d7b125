// JSON in and out, for those who want it: the one public header that includes nlohmann/json.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
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
[[noreturn]] void throw_unrepresentable(std::string_view key);

/// Whether a number is exactly a T. What is no number is for the conversion to judge.
template <std::integral T>
bool is_representable(const nlohmann::json& document) noexcept {
    if (document.is_number_unsigned()) return std::in_range<T>(document.get<std::uint64_t>());
    if (document.is_number_integer()) return std::in_range<T>(document.get<std::int64_t>());
    if (!document.is_number_float()) return true;
    // Beyond 2^53 it may have been rounded to this when it was read.
    constexpr double most_exact = 9'007'199'254'740'992.0;
    const auto number = document.get<double>();
    return std::abs(number) < most_exact && number == std::floor(number) &&
           std::in_range<T>(static_cast<std::int64_t>(number));
}

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
    if constexpr (std::integral<T> && !std::same_as<T, bool>)
        if (!detail::is_representable<T>(document)) detail::throw_unrepresentable(key());
    try {
        return document.get<T>();
    } catch (...) {
        detail::throw_unconvertible(key());
    }
}

}  // namespace txcouchbase
