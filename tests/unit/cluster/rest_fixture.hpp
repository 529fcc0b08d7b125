// A node with two buckets and three users, and what its REST port answers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/base64.hpp"
#include "tests/cluster/rest/http_connection.hpp"

namespace txcouchbase::cluster {

/// An answer taken apart.
struct Reply {
    unsigned status = 0;
    std::string head = {};
    std::string body = {};

    nlohmann::json json() const { return nlohmann::json::parse(body); }
    bool has(std::string_view header) const { return head.find(header) != std::string::npos; }
};

/// Takes the first answer with a Content-Length off `bytes`.
inline Reply take_reply(std::string& bytes, bool is_head = false) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string::npos) return {};
    Reply reply{.head = bytes.substr(0, end + 2)};
    reply.status = static_cast<unsigned>(std::stoul(reply.head.substr(9, 3)));
    const std::size_t at = reply.head.find("Content-Length: ");
    const std::size_t length =
        is_head || at == std::string::npos ? 0 : std::stoul(reply.head.substr(at + 16));
    reply.body = bytes.substr(end + 4, length);
    bytes.erase(0, end + 4 + length);
    return reply;
}

inline std::string basic(const std::string& user, const std::string& password) {
    return "Basic " + protocol::base64_encode(user + ":" + password);
}

inline const std::string admin = basic("Administrator", "password");
inline const std::string reader = basic("reader", "readers");
inline const std::string stranger = basic("stranger", "strange");

inline std::string request_text(const std::string& method, const std::string& target,
                                const std::string& authorization, const std::string& body = "") {
    std::string text = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    if (!authorization.empty()) text += "Authorization: " + authorization + "\r\n";
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text + "\r\n" + body;
}

/// "default" (couchbase) and "cache" (memcached); Administrator, reader (of default) and stranger (of nothing).
class RestNode {
public:
    RestNode() {
        ClusterState state;
        state.uuid = "cafe";
        state.serial = 1;
        for (NodeId id = 0; id < 2; ++id) {
            NodeInfo info{.id = id, .uuid = "node" + std::to_string(id)};
            info.ports[Service::kv] = static_cast<std::uint16_t>(11000 + id);
            info.ports[Service::rest] = static_cast<std::uint16_t>(9000 + id);
            info.ports[Service::views] = static_cast<std::uint16_t>(9500 + id);
            state.nodes.push_back(info);
        }
        state.buckets = {{.name = "default", .uuid = "b0", .vbuckets = 4},
                         {.name = "cache", .uuid = "b1", .type = BucketType::memcached}};
        state.buckets[0].map = {{0, 1}, {0, 1}, {1, 0}, {1, 0}};
        for (BucketInfo& bucket : state.buckets) bucket.servers = {0, 1};
        state.users = {user("Administrator", "password"), user("reader", "readers"),
                       user("stranger", "strange")};
        state.users[0].is_admin = true;
        state.users[1].buckets["default"].may_read = true;
        node.self = 0;
        set(state);
    }

    void set(const ClusterState& state) {
        node.state = std::make_shared<const ClusterState>(state);
        node.users.update(node.state);
        node.configs.update(state, node.self);
    }

    /// The bucket's map in its next version.
    void bump(std::size_t bucket) {
        ClusterState state = *node.state;
        ++state.buckets[bucket].version.revision;
        std::swap(state.buckets[bucket].map[0][0], state.buckets[bucket].map[0][1]);
        set(state);
    }

    void drop(std::size_t bucket) {
        ClusterState state = *node.state;
        state.buckets.erase(state.buckets.begin() + static_cast<std::ptrdiff_t>(bucket));
        set(state);
    }

    /// One request on a connection of its own.
    Reply ask(const std::string& method, const std::string& target, const std::string& authorization,
              const std::string& body = "", Service service = Service::rest) {
        HttpConnection connection{node, service};
        std::string out;
        connection.on_bytes(request_text(method, target, authorization, body), Time{}, out);
        return take_reply(out, method == "HEAD");
    }
    Reply get(const std::string& target, const std::string& authorization = admin) {
        return ask("GET", target, authorization);
    }

    Node node = {};

private:
    static UserInfo user(const std::string& name, const std::string& password) {
        return {.name = name,
                .password = std::make_shared<const protocol::Secret>(
                    std::initializer_list<protocol::ByteView>{password})};
    }
};

}  // namespace txcouchbase::cluster
