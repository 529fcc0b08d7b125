// Where an HTTP request goes, and where an answer says that it should have gone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/bytes.hpp"

namespace txcouchbase::net {

using protocol::ByteView;

struct HttpOrigin {
    std::string host;  ///< a name, or an address without brackets
    std::uint16_t port = 8091;
    bool uses_tls = false;

    bool operator==(const HttpOrigin&) const = default;
    /// "host:port", IPv6 in brackets: what the Host header says, and how errors name it.
    std::string authority() const;
};

struct HttpLocation {
    HttpOrigin origin;
    std::string target;  ///< begins with '/'; no fragment
};

/**
 * What a Location header means in an answer of `base`.
 *
 * Shape:  "http://host[:port][/path]", the same with https, "//host/path" and "/path"; scheme in any case.
 * Errors: nothing for anything else: another scheme, a user in front of the host, a relative path, characters that
 *         have no place in a URL.
 */
std::optional<HttpLocation> read_location(ByteView text, const HttpOrigin& base);

/// One segment of a path: everything but letters, digits and "-._~" percent-encoded.
std::string percent_encoded(ByteView segment);

/// No space, no control byte, nothing beyond ASCII: what may stand in a request line.
bool is_visible_ascii(ByteView text) noexcept;

}  // namespace txcouchbase::net
