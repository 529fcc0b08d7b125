// SPDX-License-Identifier: Apache-2.0
#include "client/seeds.hpp"

#include <string>
#include <txcouchbase/exceptions.hpp>

#include "net/operation.hpp"

namespace txcouchbase {
namespace {

[[noreturn]] void refuse(std::string cause) {
    throw_exception(Error{errc::invalid_host_format, {.cause = std::move(cause)}});
}

std::string at_byte(std::size_t position) {
    return " (at byte " + std::to_string(position) + ")";
}

/// What memcached has no use for is refused: a timeout or a bucket that silently does nothing is found out too late.
void refuse_what_would_be_ignored(std::string_view text, const protocol::ConnectionString& seeds) {
    const std::size_t hosts = text.find("://") + 3;
    if (!seeds.user.empty())
        refuse("memcached:// takes no user; ConnectionOptions::username and password log in" +
               at_byte(hosts));
    if (!seeds.bucket.empty())
        refuse("memcached has no buckets; take \"/" + seeds.bucket + "\" out" +
               at_byte(text.find('/', hosts)));
    if (!seeds.parameters.empty())
        refuse("memcached:// takes no options; take \"" + seeds.parameters.front().first +
               "\" out and set its like in ConnectionOptions" + at_byte(text.find('?', hosts) + 1));
}

}  // namespace

protocol::ConnectionString read_seeds(std::string_view text) {
    auto parsed = protocol::parse_connection_string(text);
    if (const auto* error = std::get_if<protocol::ConnectionStringError>(&parsed))
        refuse(std::string{protocol::sentence(error->defect)} + at_byte(error->position));
    auto& seeds = std::get<protocol::ConnectionString>(parsed);
    if (seeds.scheme != protocol::Scheme::memcached) refuse("only memcached:// can be connected to yet");
    refuse_what_would_be_ignored(text, seeds);
    if (seeds.hosts.size() > net::Operation::no_node) refuse("255 hosts are the most");
    return std::move(seeds);
}

}  // namespace txcouchbase
