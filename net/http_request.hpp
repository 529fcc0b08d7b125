// An HTTP request, and its bytes; nothing that a caller passes can make two of one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "net/credentials.hpp"
#include "net/http_origin.hpp"
#include "protocol/error.hpp"

namespace txcouchbase::net {

enum class HttpMethod : std::uint8_t { get, post, put, remove };

struct HttpField {
    ByteView name;
    ByteView value;
};

/// Shows what belongs to others until it was written.
struct HttpRequest {
    HttpMethod method = HttpMethod::get;
    ByteView target;                           ///< begins with '/', percent-encoded
    std::span<const HttpField> fields = {};    ///< beside Host, Authorization and Content-Length
    const Credentials* credentials = nullptr;  ///< null: without an Authorization header
    ByteView body = {};
};

/// Whether a password may go there: in TLS, or because its owner allows it in clear.
inline bool may_travel(const Credentials& credentials, const HttpOrigin& origin) noexcept {
    return origin.uses_tls || credentials.allow_plain;
}
/// auth_error, and what to do about it.
Error refused_in_clear(const HttpOrigin& origin);

/**
 * Appends the bytes of a request to `out`, which grows at most once: what it holds of a password is in no other place.
 *
 * Errors: argument for a target, a name or a value with anything in it that could end a line or a word, for a header
 *         that says how long the request is or where it goes, and for a user with a colon, whom basic authentication
 *         cannot express; auth_error for credentials that may not travel. Then `out` is as it was.
 */
Error write_request(const HttpRequest& request, const HttpOrigin& origin, std::string& out);

}  // namespace txcouchbase::net
