// One client's HTTP connection as a node sees it: bytes in, bytes out, with Beast's parser and no socket.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/cluster/message.hpp"
#include "tests/cluster/node/node.hpp"

namespace txcouchbase::cluster {

/**
 * HTTP/1.1 with keep-alive and pipelining, one request after the other.
 *
 * Shape:  header at most 16 KiB, body at most 1 MiB (413 beyond it), any pieces.
 * Paths:  /pools, /pools/default, /pools/default/nodeServices, /pools/nodes, /pools/default/b/<bucket> (terse),
 *         /pools/default/bs/<bucket> (a stream of terse maps), /pools/default/buckets[/<bucket>] (verbose),
 *         /pools/default/bucketsStreaming/<bucket>, POST and DELETE of buckets, doFlush, /settings/rbac/users.
 *         Those that change the cluster are for administrators and go to the manager as a ManagementRequest.
 * Errors: 400 to what is no HTTP, 401 without or with wrong basic authentication, 403, 404, 405, 413, 431, in the
 *         words of PROTOCOL 9; then as HTTP says.
 */
class HttpConnection {
public:
    HttpConnection(Node& node, bool is_tls);
    ~HttpConnection();

    void on_bytes(ByteView bytes, Time now, std::string& out);
    /// The map that `bucket` has on this node is a new one: a stream of it gets another document.
    void on_config(std::string_view bucket, std::string& out);
    /// Requests for the manager that on_bytes found; each is answered by one on_reply, in any order.
    std::vector<ManagementRequest> take_requests();
    void on_reply(ManagementReply reply, std::string& out);

    bool is_closing() const noexcept;

private:
    class Parser;  // Beast stays out of this header
    std::unique_ptr<Parser> parser_;
};

}  // namespace txcouchbase::cluster
