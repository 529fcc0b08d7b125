// Enumerations whose values are bits of one number: or-ing them, and asking for one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>

namespace txcouchbase::protocol {

/// Specialised to true next to each enumeration that is a set of bits.
template <class E>
constexpr bool is_flag_set = false;

template <class E>
concept FlagSet = is_flag_set<E>;

template <FlagSet E>
constexpr std::underlying_type_t<E> bits(E flags) noexcept {
    return static_cast<std::underlying_type_t<E>>(flags);
}
template <FlagSet E>
constexpr E operator|(E a, E b) noexcept {
    return static_cast<E>(bits(a) | bits(b));
}
template <FlagSet E>
constexpr bool has(E set, E flag) noexcept {
    return (bits(set) & bits(flag)) != 0;
}
/// Whether `set` has no bit outside `allowed`.
template <FlagSet E>
constexpr bool is_within(E set, E allowed) noexcept {
    return (bits(set) & ~bits(allowed)) == 0;
}

}  // namespace txcouchbase::protocol
