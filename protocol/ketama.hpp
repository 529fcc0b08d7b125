// The ring on which memcached clients agree which of several servers keeps a key (PROTOCOL 8.2).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

/**
 * 160 points for each server, sorted; a key belongs to the first point that is not below its own hash.
 *
 * Shape: servers are spelled "host:port", IPv6 addresses in brackets: the spelling is what is hashed, so every
 *        client must use the same one.
 * Cost:  server_of() is one MD5 and one binary search, neither when there is only one server; no allocation.
 */
class KetamaRing {
public:
    struct Point {
        std::uint32_t position;
        std::uint32_t server;  ///< index in the list that the ring was made of
    };

    explicit KetamaRing(std::span<const std::string> servers);

    /// The index of the server that keeps `key`. The ring has at least one.
    std::size_t server_of(ByteView key) const noexcept;

    /// Valid as long as the ring is, hence not of a temporary.
    std::span<const Point> points() const& noexcept { return points_; }
    std::span<const Point> points() const&& = delete;

private:
    std::vector<Point> points_;
    std::size_t servers_;
};

/// Where on the ring a key stands.
std::uint32_t ketama_hash(ByteView key) noexcept;

}  // namespace txcouchbase::protocol
