// How a connection finds its cluster, as far as a program has a say in it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace txcouchbase {

struct HostAndPort {
    std::string host;  ///< a name, or an address without brackets
    std::uint16_t port = 0;

    bool operator==(const HostAndPort&) const = default;
};

/// Takes the hosts of a name, in the order in which they are to be tried; none: DNS has none, or cannot be asked.
using SrvAnswer = std::function<void(std::vector<HostAndPort>)>;

/**
 * Asks DNS for the hosts of a service, "_couchbase._tcp.db.example.com".
 *
 * When:   called on the connection's executor, and answers there, once: from within the call or later. An answer that
 *         takes longer than 500 ms, or comes when the connection is gone, is not heard.
 */
using SrvResolver = std::function<void(const std::string& name, SrvAnswer answer)>;

/// Where an address of a cluster map is reached from here. Nothing: under that address.
using AddressRewriter =
    std::function<std::optional<HostAndPort>(const std::string& host, std::uint16_t port)>;

/// One host or several, by name or address, each with its own ":port" or without.
class HostList {
public:
    // Implicit on purpose: {.host = "a"}, {.host = {"a", "b:18091"}}.
    // NOLINTBEGIN(google-explicit-constructor)
    HostList(const char* host) : hosts_{host} {}
    HostList(std::string host) : hosts_{std::move(host)} {}
    HostList(std::initializer_list<std::string> hosts) : hosts_(hosts) {}
    HostList(std::vector<std::string> hosts) : hosts_(std::move(hosts)) {}
    // NOLINTEND(google-explicit-constructor)

    const std::vector<std::string>& names() const noexcept { return hosts_; }

private:
    std::vector<std::string> hosts_;
};

/**
 * What a connection to a bucket is made with, in the words of the original, instead of a connection string:
 *
 *     Connection cb(io, {.bucket = "beer", .host = {"a", "b"}, .password = "secret"}, {.allow_plain = true});
 *
 * Shape:  the port is that of the cluster's management, so the map comes over HTTP, as with http://. With a password
 *         that takes ConnectionOptions::allow_plain. A password without a user is that of the bucket's user.
 * Errors: ArgumentError for an empty bucket; InvalidError for a host that is no name and no address.
 * Spec:   Connection, Couchbase.connect.
 */
struct ConnectArguments {
    std::string bucket = {};
    HostList host = "localhost";
    std::uint16_t port = 8091;  ///< of each host that has none of its own
    std::string username = {};
    std::string password = {};
};

}  // namespace txcouchbase
