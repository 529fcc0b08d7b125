// The grammar of connection strings, "couchbase://a,b:11210/bucket?network=external", and their defaults.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/connection_string_error.hpp"

namespace txcouchbase::protocol {

enum class Scheme : std::uint8_t { couchbase, couchbases, http, https, memcached };

std::string_view name(Scheme scheme) noexcept;
constexpr bool uses_tls(Scheme scheme) noexcept {
    return scheme == Scheme::couchbases || scheme == Scheme::https;
}
/// The port of a host that names none: 11210, 11207, 8091, 18091 or 11211.
std::uint16_t default_port(Scheme scheme) noexcept;

struct SeedHost {
    std::string name;                   ///< a name, or an address without brackets
    std::optional<std::uint16_t> port;  ///< nothing: the default port of the scheme
    std::string hint;  ///< what speaks behind the port ("mcd", "http"...), as libcouchbase spells it

    bool operator==(const SeedHost&) const = default;
};

struct ConnectionString {
    Scheme scheme = Scheme::couchbase;
    std::string user;
    std::vector<SeedHost> hosts;
    std::string bucket;
    /// In the order of the text, decoded; who reads them knows which ones have a meaning.
    std::vector<std::pair<std::string, std::string>> parameters;
    /// "_couchbase._tcp.db.example.com", where DNS may know the seed hosts better than the text (PROTOCOL 10.10).
    /// Empty where it is not to be asked: several hosts, a port, an address, a scheme that is not written out.
    std::string dns_srv;

    bool operator==(const ConnectionString&) const = default;
};

/**
 * Reads a connection string.
 *
 *     [scheme "://"] [user "@"] [host *(("," / ";") host)] ["/" bucket] ["?" key "=" value *("&" key "=" value)]
 *     host = name-or-address [":" port] ["=" hint]
 *
 * Shape:  at most 64 KiB and 1,024 hosts. User, bucket and parameters are percent-decoded. No host at all stands for
 *         localhost. IPv6 addresses stand in brackets when a port follows. Without a scheme, hosts with port 8091 mean
 *         http and all others couchbase; under couchbase:// a port of HTTP is refused, since no node speaks the
 *         memcached protocol there (libcouchbase would quietly use another port).
 * Errors: the first defect that shows, with its position; memory apart, nothing is thrown.
 * Spec:   PROTOCOL 10.9 and 10.10.
 */
std::variant<ConnectionString, ConnectionStringError> parse_connection_string(std::string_view text);

}  // namespace txcouchbase::protocol
