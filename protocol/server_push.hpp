// Requests that a server sends on its own account, both ways: the cluster map has changed (PROTOCOL 2.8).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "protocol/config_version.hpp"
#include "protocol/defect.hpp"
#include "protocol/request.hpp"
#include "protocol/response.hpp"

namespace txcouchbase::protocol {

/// CLUSTERMAP_CHANGE_NOTIFICATION. Its opaque is the server's own and matches no request.
struct ConfigPush {
    /// Servers before 7.x name a revision without an epoch, and the first of them nothing at all.
    std::optional<ConfigVersion> version = std::nullopt;
    ByteView bucket = {};  ///< empty: the map of the cluster
    ByteView config = {};  ///< JSON; empty in a brief notification
    Datatype datatype = Datatype::raw;
};
Read<ConfigPush> read_config_push(const Frame& frame) noexcept;

namespace request {

/// With an epoch of -1 the notification has the 4-byte form of old servers.
Request config_push(const ConfigPush& push) noexcept;

}  // namespace request

/// What a client may answer and a server ignores.
Response push_reply(ServerOpcode opcode, Status status = Status::success) noexcept;

}  // namespace txcouchbase::protocol
