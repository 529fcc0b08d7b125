// One client's KV connection as the server sees it: bytes in, bytes out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster/kv/kv_session.hpp"

namespace txcouchbase::cluster {

class Exchange;
struct CommandInfo;

/**
 * Reads frames, judges them in kv_engine's order, runs them on the node's data and appends the answers, in order.
 *
 * Shape:  any bytes in any pieces. Before authentication a frame has at most 16 KiB, after it 30 MiB; what is
 *         incomplete is kept, and never more than one frame of it. When the answers of one call have 4 MiB, what
 *         else was asked waits (is_waiting()).
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
    bool is_closing() const noexcept { return session_.is_closing; }

    bool is_authenticated() const noexcept { return session_.is_authenticated(); }

    /// Requests wait until the answers to those before them are on their way: call on_bytes with nothing then.
    bool is_waiting() const noexcept { return is_waiting_; }

private:
    std::size_t max_frame() const noexcept;
    ByteView serve_all(ByteView bytes, Time now, std::string& out);
    void keep(ByteView rest);
    void serve(const protocol::Frame& frame, Time now, std::string& out);
    void run(Exchange& exchange, const CommandInfo& command);
    void push(std::string_view bucket, const ConfigText& config, std::string& out);

    Node& node_;
    KvSession session_;
    std::string unread_;  ///< a frame that is not complete, or whole ones that wait
    bool is_waiting_ = false;
};

}  // namespace txcouchbase::cluster
