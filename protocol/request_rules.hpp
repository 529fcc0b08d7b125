// The table of requests: what each command's extras, key, value, CAS and datatype may be (PROTOCOL 2.1 to 2.7 and 2.9).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/datatype.hpp"
#include "protocol/request_check.hpp"

namespace txcouchbase::protocol {

enum class KeyRule : std::uint8_t { none, optional, required, document };
enum class ValueRule : std::uint8_t { any, none, required };
enum class CasRule : std::uint8_t { any, none, required };
/// Which framing objects go with a command (barriers and impersonation go with every one).
enum class FramingRule : std::uint8_t { plain, durability, preserve_ttl, durability_and_preserve_ttl };

/// What a command asks for beyond the columns of the table.
using OwnRule = Verdict (*)(const Frame&, const SessionContext&) noexcept;

/// A set of sizes of extras: bit n is set when n bytes are right.
using ExtrasSizes = std::uint32_t;
constexpr ExtrasSizes no_extras = 1;
constexpr ExtrasSizes any_extras = ~ExtrasSizes{0};

struct RequestRule {
    ExtrasSizes extras_sizes = no_extras;
    KeyRule key = KeyRule::none;
    ValueRule value = ValueRule::none;
    CasRule cas = CasRule::none;
    Datatype datatypes = Datatype::raw;  ///< the bits that may be set
    FramingRule framing = FramingRule::plain;
    OwnRule own = nullptr;
    std::size_t max_key = 0;  ///< of a key that is no document's; 0 is no limit
};

/// The rule of an opcode, or nullptr for one that a client does not use.
const RequestRule* rule_of(Opcode opcode) noexcept;

constexpr bool allows_durability(FramingRule rule) noexcept {
    return rule == FramingRule::durability || rule == FramingRule::durability_and_preserve_ttl;
}
constexpr bool allows_preserve_ttl(FramingRule rule) noexcept {
    return rule == FramingRule::preserve_ttl || rule == FramingRule::durability_and_preserve_ttl;
}

}  // namespace txcouchbase::protocol
