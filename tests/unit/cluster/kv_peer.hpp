// A client's end of a KV connection to a simulated node, frame by frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "protocol/classic_requests.hpp"
#include "protocol/document_requests.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/framing_extras.hpp"
#include "protocol/response.hpp"
#include "protocol/session_requests.hpp"
#include "tests/cluster/kv/kv_connection.hpp"
#include "tests/unit/cluster/simulated_cluster.hpp"

namespace txcouchbase::cluster {

using protocol::Feature;
using protocol::Frame;
using protocol::Opcode;
namespace request = protocol::request;

/// A frame that owns its bytes.
struct KvReply {
    std::string bytes;

    Frame frame() const { return Frame{bytes}; }
    Status status() const { return frame().status(); }
    ByteView value() const { return frame().value(); }
};

/// Speaks to one node. Logged in with everything on and the bucket selected, unless it is made a stranger.
class KvPeer {
public:
    explicit KvPeer(SimulatedCluster& to, NodeId node = 0) : cluster_(to), node_(node), kv_(here(), false) {
        const auto password =
            std::make_shared<const protocol::Secret>(std::initializer_list<ByteView>{"password"});
        cluster_.network.manager().put_user(
            {.name = "Administrator", .password = password, .is_admin = true});
        cluster_.network.run();
    }

    KvPeer& log_in(std::initializer_list<Feature> features = all, std::string_view user = "Administrator",
                   std::string_view password = "password") {
        const std::vector<Feature> wanted{features};
        EXPECT_EQ(ask(request::hello("test", wanted)).status(), Status::success);
        const protocol::Secret message = protocol::plain_message(user, password);
        EXPECT_EQ(ask(request::sasl_auth("PLAIN", message.view())).status(), Status::success);
        EXPECT_EQ(ask(request::select_bucket(cluster_.bucket_name)).status(), Status::success);
        return *this;
    }

    /// The only answer to a request; an empty one, with status ebusy, where there is not exactly one.
    KvReply ask(const protocol::Request& what, std::uint16_t vbucket = 0, ByteView framing = {}) {
        const std::vector<KvReply> replies = ask_all(what, vbucket, framing);
        if (replies.size() == 1) return replies.front();
        std::string none;
        protocol::append_response(none, {.status = Status::ebusy}, 0);
        return {none};
    }
    KvReply ask(const protocol::ComposedRequest& what, std::uint16_t vbucket = 0) {
        return ask(what.view(), vbucket);
    }
    std::vector<KvReply> ask_all(const protocol::Request& what, std::uint16_t vbucket = 0,
                                 ByteView framing = {}) {
        std::string bytes;
        protocol::append_request(bytes, what, {.opaque = 77, .vbucket = vbucket, .framing_extras = framing});
        return say(bytes);
    }
    std::vector<KvReply> say(ByteView bytes) {
        std::string out;
        kv_.on_bytes(bytes, cluster_.network.now(), out);
        cluster_.network.node(node_)->on_time(cluster_.network.now());
        return split(out);
    }
    std::vector<KvReply> on_config(bool is_repeated = false) {
        std::string out;
        kv_.on_config(cluster_.bucket_name, out, is_repeated);
        return split(out);
    }

    static std::vector<KvReply> split(ByteView bytes) {
        std::vector<KvReply> replies;
        protocol::FrameReader reader{protocol::Receiver::any};
        Frame frame;
        while (reader.next(bytes, frame) == protocol::ReadOutcome::frame) {
            replies.push_back({std::string{frame.bytes()}});
            bytes.remove_prefix(frame.size());
        }
        EXPECT_TRUE(bytes.empty()) << "half a frame";
        return replies;
    }

    bool is_closed() const { return kv_.is_closing(); }
    KvConnection& connection() { return kv_; }
    Node& here() { return cluster_.network.node(node_)->node(); }

    static constexpr std::initializer_list<Feature> all{
        Feature::mutation_seqno, Feature::xerror,      Feature::select_bucket, Feature::snappy,
        Feature::json,           Feature::alt_request, Feature::preserve_ttl};

private:
    SimulatedCluster& cluster_;
    NodeId node_;
    KvConnection kv_;
};

}  // namespace txcouchbase::cluster
