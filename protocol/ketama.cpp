// SPDX-License-Identifier: Apache-2.0

// OpenSSL 3 deprecates MD5() for its EVP interface, which allocates for every digest; this one is taken for every
// operation on a connection with several memcached servers.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "protocol/ketama.hpp"

#include <openssl/md5.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <tuple>

namespace txcouchbase::protocol {
namespace {

constexpr int digests_per_server = 40;
constexpr int points_per_digest = 4;

/// The digest as four little-endian numbers.
std::array<std::uint32_t, points_per_digest> md5_words(ByteView text) noexcept {
    std::array<unsigned char, MD5_DIGEST_LENGTH> digest;
    MD5(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<std::uint32_t, points_per_digest> words;
    std::memcpy(words.data(), digest.data(), sizeof words);
    if (!host_is_little_endian)
        for (std::uint32_t& word : words) word = byte_swap(word);
    return words;
}

}  // namespace

std::uint32_t ketama_hash(ByteView key) noexcept {
    return md5_words(key).front();
}

KetamaRing::KetamaRing(std::span<const std::string> servers) : servers_(servers.size()) {
    points_.reserve(servers.size() * digests_per_server * points_per_digest);
    for (std::uint32_t server = 0; server < servers.size(); ++server)
        for (int i = 0; i < digests_per_server; ++i)
            for (const std::uint32_t position : md5_words(servers[server] + "-" + std::to_string(i)))
                points_.push_back({position, server});
    // Two servers may share a position. The spelling decides then, so that clients which list the servers in
    // another order still agree.
    std::ranges::sort(points_, [&](const Point& a, const Point& b) {
        return std::tie(a.position, servers[a.server], a.server) <
               std::tie(b.position, servers[b.server], b.server);
    });
}

std::size_t KetamaRing::server_of(ByteView key) const noexcept {
    assert(servers_ > 0);
    if (servers_ == 1) return 0;
    const auto point = std::ranges::lower_bound(points_, ketama_hash(key), {}, &Point::position);
    return point == points_.end() ? points_.front().server : point->server;
}

}  // namespace txcouchbase::protocol
