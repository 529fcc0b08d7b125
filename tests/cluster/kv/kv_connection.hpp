// One client's KV connection as the server sees it: bytes in, bytes out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/frame_reader.hpp"
#include "protocol/request_check.hpp"
#include "protocol/scram_server.hpp"
#include "tests/cluster/node/node.hpp"

namespace txcouchbase::cluster {

/**
 * Reads frames, judges them in kv_engine's order, runs them on the node's data and appends the answers, in order.
 *
 * Shape:  any bytes in any pieces. Before authentication a frame has at most 16 KiB, after it 30 MiB; what is
 *         incomplete is kept, and never more than one frame of it. STAT and GET_KEYS answer within the limits of
 *         the data they describe.
 * Errors: what is wrong with a frame is answered as the server does, or closes the connection (is_closing()).
 * Spec:   PROTOCOL 1.3 and 12; OBSERVED. Answers follow the newer server (6.6 and later) where the two differ.
 */
class KvConnection {
public:
    /// `is_tls` decides the order in which mechanisms are offered.
    KvConnection(Node& node, bool is_tls);

    void on_bytes(ByteView bytes, Time now, std::string& out);
    /// The map that `bucket` (empty: the cluster) has on this node is a new one: pushed if this session asked for
    /// that, full or brief, and not twice the same version to one connection (unless `is_repeated`).
    void on_config(std::string_view bucket, std::string& out, bool is_repeated = false);
    /// The bucket is gone: its connections are closed, as the real server does.
    void on_bucket_gone(std::string_view bucket);
    /// The user is gone or has other rights: AUTH_STALE from now on.
    void on_user_changed(std::string_view user);

    /// Everything in `out` is to be sent, then the connection closed.
    bool is_closing() const noexcept { return is_closing_; }

private:
    // The owner of this file completes the private part.
    Node& node_;
    bool is_closing_ = false;
};

}  // namespace txcouchbase::cluster
