// Tells addresses from names, without asking the system: an address is never looked up in DNS.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace txcouchbase::protocol {

/// Four decimal numbers up to 255 without leading zeros, "10.0.0.1".
bool is_ipv4(std::string_view text) noexcept;

/// RFC 4291, section 2.2, without brackets: "fd00::1", "::ffff:10.0.0.1". No zone ("%eth0"): it would mean something
/// on one machine only.
bool is_ipv6(std::string_view text) noexcept;

}  // namespace txcouchbase::protocol
