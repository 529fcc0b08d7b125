// The development cluster's KV port: any bytes, in one piece or in many, get the same answers, and not too many.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/session_requests.hpp"
#include "tests/cluster/kv/kv_connection.hpp"

using namespace txcouchbase::cluster;
using namespace txcouchbase::fuzz;
namespace protocol = txcouchbase::protocol;

namespace {

/// A node with one bucket of one vBucket, and a user whose password costs nothing to check.
void prepare(Node& node, std::uint64_t& random) {
    ClusterState state;
    state.nodes.push_back({.id = 0, .uuid = "n"});
    state.buckets.push_back(
        {.name = "default", .uuid = "b", .vbuckets = 1, .servers = {0}, .map = {{0, -1}}});
    const auto password =
        std::make_shared<const protocol::Secret>(std::initializer_list<std::string_view>{"p"});
    state.users.push_back({.name = "u", .password = password, .is_admin = true});
    state.settings.scram_iterations = 1;
    node.state = std::make_shared<const ClusterState>(state);
    node.users.update(node.state);
    node.configs.update(state, node.self);
    node.random = [&random] { return ++random; };
    Bucket& bucket = *(node.buckets["default"] = std::make_unique<Bucket>("default", "b", std::uint16_t{1}));
    bucket.put(0, std::make_unique<Vbucket>(1)).set_state(VbucketState::active);
}

/// Who sends the bytes, and in pieces of how many.
struct Sender {
    bool is_stranger;
    bool has_features;  ///< what a HELLO can switch on
    std::size_t piece;
};

/// The handshake that is over before the bytes come.
std::string handshake(const Sender& sender) {
    std::string bytes;
    std::vector<protocol::Feature> all;
    for (std::uint16_t code = 3; code < 32; ++code)
        if (code != 5) all.push_back(protocol::Feature{code});  // 3 and 5 exclude each other
    const auto hello = protocol::request::hello("fuzz", all);
    if (sender.has_features) protocol::append_request(bytes, hello.view(), {});
    if (sender.is_stranger) return bytes;
    protocol::append_request(bytes, protocol::request::sasl_auth("PLAIN", {"\0u\0p", 4}), {});
    protocol::append_request(bytes, protocol::request::select_bucket("default"), {});
    return bytes;
}

std::string answers(std::string_view bytes, const Sender& sender) {
    std::uint64_t random = 0;
    Node node;
    prepare(node, random);
    KvConnection connection{node, false};
    std::string out;
    connection.on_bytes(handshake(sender), Time{}, out);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(sender.piece, bytes.size())))
        connection.on_bytes(bytes.substr(0, sender.piece), Time{}, out);
    while (connection.is_waiting()) connection.on_bytes({}, Time{}, out);
    return out;
}

}  // namespace

/// First byte: who sends, and how. The rest is what they send.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes = as_view(data + 1, size - 1);
    Sender sender{
        .is_stranger = (data[0] & 0x80) != 0, .has_features = (data[0] & 0x40) != 0, .piece = bytes.size()};
    const std::string whole = answers(bytes, sender);
    sender.piece = std::size_t{data[0]} % 64 + 1;
    property(whole == answers(bytes, sender), "the same whatever the pieces");
    // A question of 24 bytes is answered with a map, the error map, or what was stored before, inflated, at most.
    property(whole.size() <= 1'000 + (size / 24 + 1) * (16'384 + 32 * size), "as many answers as questions");
    protocol::FrameReader reader{protocol::Receiver::any};
    protocol::Frame frame;
    std::string_view rest = whole;
    while (reader.next(rest, frame) == protocol::ReadOutcome::frame) rest.remove_prefix(frame.size());
    property(rest.empty(), "answers are frames");
    return 0;
}
