// One client's HTTP connection as a node sees it: bytes in, bytes out, with Beast's parser and no socket.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/cluster/message.hpp"
#include "tests/cluster/node/node.hpp"
#include "tests/cluster/rest/request_reader.hpp"
#include "tests/cluster/rest/routes.hpp"

namespace txcouchbase::cluster {

/**
 * HTTP/1.1 with keep-alive and pipelining, one request after the other, of the REST or the views service.
 *
 * Shape:  header at most 16 KiB, body at most 1 MiB (413 beyond it), any pieces. A client that sends more than that
 *         while it waits is cut off; one that pipelines more than 4 MiB of answers gets the last with
 *         "Connection: close".
 * Paths:  /pools, /pools/default, /pools/default/nodeServices, /pools/nodes, /pools/default/b/<bucket> (terse),
 *         /pools/default/bs/<bucket> (a stream of terse maps), /pools/default/buckets[/<bucket>] (verbose),
 *         /pools/default/bucketsStreaming/<bucket>, POST and DELETE of buckets, doFlush, ddocs, /whoami,
 *         /settings/rbac/users and roles (routes.cpp has the table).
 *         Those that change the cluster are for administrators and go to the manager as a ManagementRequest.
 * Errors: 400 to what is no HTTP, 401 without or with wrong basic authentication, 403, 404, 405, 413, 431, in the
 *         words of PROTOCOL 9; then as HTTP says.
 */
class HttpConnection {
public:
    HttpConnection(Node& node, Service service) : node_(node), service_(service) {}

    void on_bytes(ByteView bytes, Time now, std::string& out);
    /// The map that `bucket` has on this node is a new one, or the bucket is gone: a stream of it gets another
    /// document, or ends.
    void on_config(std::string_view bucket, std::string& out);
    /// Requests for the manager that were found since the last call; each is answered by one on_reply.
    std::vector<ManagementRequest> take_requests() { return std::exchange(requests_, {}); }
    void on_reply(ManagementReply reply, std::string& out);

    /// Everything in `out` is to be sent, then the connection closed.
    bool is_closing() const noexcept { return is_closing_; }
    /// Whether a whole request ever came.
    bool has_served() const noexcept { return has_served_; }

private:
    /// How the answer to the request under way must look.
    struct Manners {
        bool is_head = false;
        bool keeps_alive = true;
        bool takes_chunks = true;
    };
    struct Stream {
        MapStream of;
        bool is_chunked = true;
        std::string told = {};  ///< the last map
    };

    void serve(std::string& out);
    void run(const HttpRequest& request, std::string& out);
    void respond(const HttpResponse& response, std::string& out);
    void begin_stream(MapStream of, std::string& out);
    void tell_map(std::string& out);
    void append_piece(ByteView bytes, std::string& out) const;
    void end_stream(std::string& out);
    void ask_manager(const HttpRequest& request);

    Node& node_;
    Service service_;
    RequestReader reader_;
    Manners manners_ = {};
    std::optional<Stream> stream_ = {};
    std::vector<ManagementRequest> requests_ = {};
    std::uint64_t last_request_ = 0;
    bool is_waiting_ = false;  ///< for the manager's reply to last_request_
    bool is_closing_ = false;
    bool has_served_ = false;
};

}  // namespace txcouchbase::cluster
