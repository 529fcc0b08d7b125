// What a development cluster is made of, as its user says it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace txcouchbase::cluster {

enum class BucketType : std::uint8_t { couchbase, memcached };

struct BucketOptions {
    std::string name = "default";
    BucketType type = BucketType::couchbase;
    std::uint16_t vbuckets = 64;  ///< 1 to 1,024
    std::uint8_t replicas = 1;    ///< 0 to 3
    std::uint32_t ram_quota_mb = 256;
    bool is_flush_enabled = true;
};

/// Somebody who may log in. Roles are spelled as the server does: "admin", "bucket_full_access[default]",
/// "data_reader[*]", "data_writer[default]".
struct UserOptions {
    std::string name;
    std::string password;
    std::vector<std::string> roles = {"admin"};
};

struct Options {
    std::size_t nodes = 1;  ///< 1 to 64
    std::vector<BucketOptions> buckets = {BucketOptions{}};
    /// Whose name and password Cluster::user() and password() tell: an administrator.
    std::string user = "Administrator";
    std::string password = "password";
    std::vector<UserOptions> more_users = {};
    /// A TLS port beside each plain one, with a certificate for 127.0.0.1 and localhost that a CA made for this
    /// cluster alone has signed (Cluster::ca_certificate).
    bool has_tls = false;
    /// PBKDF2 rounds of SCRAM. The real server's default is 15,000; fewer log in faster.
    std::uint32_t scram_iterations = 1'000;
    /// How long after a change the replicas learn of it, and how long until it is on disk.
    std::chrono::milliseconds replication_lag{0};
    std::chrono::milliseconds persistence_delay{0};
};

}  // namespace txcouchbase::cluster
