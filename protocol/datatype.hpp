// The datatype byte: what a value is made of (PROTOCOL 1.4).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "protocol/flag_set.hpp"

namespace txcouchbase::protocol {

/// Any combination of the three is legal, no other bit is.
enum class Datatype : std::uint8_t {
    raw = 0x00,
    json = 0x01,    ///< the value is valid JSON
    snappy = 0x02,  ///< the value is one raw snappy block
    xattr = 0x04,   ///< the value starts with a section of extended attributes
};
template <>
inline constexpr bool is_flag_set<Datatype> = true;

/// In the order of their bits.
inline constexpr std::array all_datatypes{Datatype::json, Datatype::snappy, Datatype::xattr};

constexpr bool is_legal(Datatype datatype) noexcept {
    return is_within(datatype, Datatype::json | Datatype::snappy | Datatype::xattr);
}

/// "raw", "json", "snappy" or "xattr": the name of a single bit, or of none.
std::string_view name(Datatype datatype) noexcept;

}  // namespace txcouchbase::protocol
