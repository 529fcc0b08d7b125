// SPDX-License-Identifier: Apache-2.0
#include "client/seeds.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <txcouchbase/exceptions.hpp>

#include "net/operation.hpp"
#include "protocol/ip_address.hpp"

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

/// What asks for TLS where the scheme says otherwise: whoever wrote it believes that the connection is secure.
void refuse_tls_in_clear(std::string_view text, const std::string& name) {
    if (name != "ssl" && name != "tls_verify" && name != "certpath" && name != "truststorepath") return;
    refuse("\"" + name + "\" has no meaning without TLS: write couchbases:// or https://" +
           at_byte(text.find(name, text.find('?'))));
}

void read_parameters(std::string_view text, const protocol::ConnectionString& parsed, Seeds& seeds) {
    for (const auto& [name, value] : parsed.parameters) {
        refuse_weakening(text, name, value);
        if (!seeds.is_tls) refuse_tls_in_clear(text, name);
        if (name == "network" && !value.empty())
            seeds.network = value;
        else if (name == "dnssrv" && value == "off")
            seeds.dns_srv.clear();
        else
            seeds.ignored.push_back(name);
    }
}

/// What is never looked up in DNS (RFC 6761).
bool is_local(const std::string& host) {
    return host == "localhost" || host.ends_with(".localhost");
}

/// What stands for one host, and for nothing else in a connection string.
void check_host(const std::string& host) {
    const auto may_be = [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view{".-_:[]"}.find(static_cast<char>(c)) != std::string_view::npos;
    };
    if (host.empty() || (host.front() == ':' && !protocol::is_ipv6(host)) ||
        !std::all_of(host.begin(), host.end(), may_be))
        refuse("a host of the arguments is no name and no address");
}

bool has_port(const std::string& host) {
    const std::size_t colon = host.rfind(':');
    return colon != std::string::npos && host.find(']', colon) == std::string::npos;
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
    if (!is_local(seeds.hosts.front().host)) seeds.dns_srv = parsed.dns_srv;
    read_parameters(text, parsed, seeds);
    return seeds;
}

Seeds read_seeds(const ConnectArguments& arguments) {
    if (arguments.bucket.empty()) throw_exception(Error{errc::argument, {.cause = "the bucket has no name"}});
    std::string hosts;
    for (const std::string& host : arguments.host.names()) {
        check_host(host);
        if (!hosts.empty()) hosts += ',';
        const std::string name = protocol::is_ipv6(host) ? '[' + host + ']' : host;
        hosts += has_port(name) ? name : name + ':' + std::to_string(arguments.port);
    }
    if (hosts.empty()) refuse("there is no host");
    Seeds seeds = read_seeds("http://" + hosts);
    seeds.bucket = arguments.bucket;
    return seeds;
}

}  // namespace txcouchbase
