// From the text that a connection is made with to the hosts it dials.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <txcouchbase/detail/bootstrap_options.hpp>
#include <vector>

#include "net/kv_session.hpp"
#include "protocol/connection_string.hpp"

namespace txcouchbase {

/// What a connection string says, or arguments.
struct Seeds {
    bool is_cluster = false;  ///< otherwise the hosts are memcacheds, which share the keys
    bool is_tls = false;
    bool is_http = false;  ///< the hosts tell the map over HTTP
    std::vector<net::Address> hosts = {};
    std::string bucket = {};
    std::string user = {};
    /// "auto" chooses by the address that was dialled; else "default", "external" or another name of the cluster's.
    std::string network = "auto";
    /// "_couchbase._tcp.db.example.com": what DNS is asked for instead of `hosts`, which is one then. Empty: nothing.
    std::string dns_srv = {};
    /// Parameters that have no meaning here, to be told the log.
    std::vector<std::string> ignored = {};
};

/**
 * Reads the connection string of a connection.
 *
 * Shape:  memcached:// takes hosts alone. couchbase:// takes a user, a bucket ("default" when there is none),
 *         `network` and `dnssrv=off`; other parameters are ignored, as other clients have many of their own.
 * Errors: InvalidError for a text that cannot be read, or that says what cannot be kept: under memcached:// a user, a
 *         bucket, a parameter; a parameter that would turn a safeguard off, or that asks for one which the scheme does
 *         not have. Names it, and its place.
 */
Seeds read_seeds(std::string_view text);
/// Errors: see ConnectArguments.
Seeds read_seeds(const ConnectArguments& arguments);

}  // namespace txcouchbase
