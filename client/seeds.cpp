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

/// What would make a connection less safe than the program that makes it believes has to be said in the program.
void refuse_weakening(std::string_view text, const std::string& name, const std::string& value) {
    const bool is_weakening = (name == "ssl" || name == "tls_verify") && value != "on" && value != "peer";
    if (!is_weakening) return;
    refuse("\"" + name + "=" + value +
           "\" would turn TLS verification off, which a connection string cannot" +
           at_byte(text.find(name, text.find('?'))));
}

void read_parameters(std::string_view text, const protocol::ConnectionString& parsed, Seeds& seeds) {
    for (const auto& [name, value] : parsed.parameters) {
        refuse_weakening(text, name, value);
        if (name == "network" && !value.empty())
            seeds.network = value;
        else
            seeds.ignored.push_back(name);
    }
}

}  // namespace

Seeds read_seeds(std::string_view text) {
    auto outcome = protocol::parse_connection_string(text);
    if (const auto* error = std::get_if<protocol::ConnectionStringError>(&outcome))
        refuse(std::string{protocol::sentence(error->defect)} + at_byte(error->position));
    const auto& parsed = std::get<protocol::ConnectionString>(outcome);
    Seeds seeds{.is_cluster = parsed.scheme != protocol::Scheme::memcached};
    if (!seeds.is_cluster) refuse_what_would_be_ignored(text, parsed);
    seeds.is_tls = protocol::uses_tls(parsed.scheme);
    seeds.is_http = parsed.scheme == protocol::Scheme::http || parsed.scheme == protocol::Scheme::https;
    if (parsed.hosts.size() > net::Operation::no_node) refuse("255 hosts are the most");
    for (const protocol::SeedHost& host : parsed.hosts)
        seeds.hosts.push_back({host.name, host.port.value_or(protocol::default_port(parsed.scheme))});
    if (!seeds.is_cluster) return seeds;
    seeds.user = parsed.user;
    seeds.bucket = parsed.bucket.empty() ? "default" : parsed.bucket;
    read_parameters(text, parsed, seeds);
    return seeds;
}

}  // namespace txcouchbase
