// From hexadecimal digits to bytes, with the place where they stop being digits.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace txcouchbase::cli {

/// Where a text stops being the hexadecimal of whole bytes.
struct HexFault {
    enum class Kind : std::uint8_t { foreign_character, odd_digit };

    Kind kind;
    std::size_t offset;  ///< of the character, or of the last digit, which lacks its partner
};

/**
 * Appends the bytes that `text` spells to `out`.
 *
 * Shape:  digits in either case, two a byte, nothing between them.
 * Errors: the first fault; `out` is then of no use.
 */
std::optional<HexFault> append_unhexed(std::string& out, std::string_view text);

}  // namespace txcouchbase::cli
