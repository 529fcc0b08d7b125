// The file in which a connection keeps the cluster's map for the next one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/kv_session.hpp"
#include "protocol/cluster_map.hpp"

namespace txcouchbase {

/**
 * The map as it came, behind a line that says from whom:
 *
 *     txcouchbase-map-1 127.0.0.1 11210
 *     {"rev":...
 *
 * Its bytes may be anything: it is read within the limits of any map, and not at all if other users may write it.
 *
 * Errors: words for a log; nothing is thrown but std::bad_alloc.
 * Cost:   files are read and written at once, in the event loop; the system's cache takes them.
 */
class ConfigCache {
public:
    explicit ConfigCache(const std::string& path) : path_(path) {}

    struct Kept {
        std::shared_ptr<const protocol::ClusterMap> map = {};  ///< null: there is none, and this is why
        std::string trouble = {};
    };
    /// Nothing but a map of this bucket.
    Kept read(const std::string& bucket, const std::string& network) const;

    /// Replaces the file in one step, so that whoever reads meanwhile gets this one or the one before. Only its owner
    /// may read it. Empty: it is done.
    std::string write(std::string_view text, const net::Address& from) const;

private:
    const std::string& path_;
};

}  // namespace txcouchbase
