// Asking a carried exception what it is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <tuple>
#include <typeinfo>

namespace txcouchbase::detail {

/// Which of several types an exception is; tests true when it is one of them.
struct ExceptionMatch {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t index = none;

    explicit operator bool() const noexcept { return index != none; }
};

/// Rethrows once through Count nested try blocks, the innermost for the first type: so the first type of the list
/// that matches wins, as in a list of catch clauses.
template <std::size_t Count, class... E>
std::size_t first_match(const std::exception_ptr& exception) {
    if constexpr (Count == 0) {
        std::rethrow_exception(exception);
    } else {
        try {
            return first_match<Count - 1, E...>(exception);
        } catch (const std::tuple_element_t<Count - 1, std::tuple<E...>>&) {
            return Count - 1;
        }
    }
}

template <class... E>
ExceptionMatch match_exception(const std::exception_ptr& exception, const std::type_info& type) noexcept {
    if constexpr (sizeof...(E) > 0) {
        // Spares the throw for the usual question, after a leaf class.
        if (type == typeid(std::tuple_element_t<0, std::tuple<E...>>)) return {0};
        try {
            return {first_match<sizeof...(E), E...>(exception)};
        } catch (...) {  // NOLINT(bugprone-empty-catch): no type matches
        }
    }
    return {};
}

/// The Itanium ABI rethrows the same object, so the address outlives the catch clause for as long as `exception` does.
template <class E>
E* exception_as(const std::exception_ptr& exception) noexcept {
    try {
        std::rethrow_exception(exception);
    } catch (E& found) {
        return &found;
    } catch (...) {
        return nullptr;
    }
}

/// A type as C++ spells it.
std::string readable_name(const std::type_info& type);

}  // namespace txcouchbase::detail
