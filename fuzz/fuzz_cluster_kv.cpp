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

std::string answers(std::string_view bytes, std::size_t piece, bool is_stranger) {
    std::uint64_t random = 0;
    Node node;
    prepare(node, random);
    KvConnection connection{node, false};
    std::string out, login;
    protocol::append_request(login, protocol::request::sasl_auth("PLAIN", {"\0u\0p", 4}), {});
    protocol::append_request(login, protocol::request::select_bucket("default"), {});
    if (!is_stranger) connection.on_bytes(login, Time{}, out);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        connection.on_bytes(bytes.substr(0, piece), Time{}, out);
    while (connection.is_waiting()) connection.on_bytes({}, Time{}, out);
    return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes = as_view(data + 1, size - 1);
    const bool is_stranger = (data[0] & 0x80) != 0;
    const std::string whole = answers(bytes, bytes.size(), is_stranger);
    property(whole == answers(bytes, std::size_t{data[0]} % 64 + 1, is_stranger),
             "the same whatever the pieces");
    // No question of 24 bytes is answered with more than a map, the error map, or what was stored before.
    property(whole.size() <= 1'000 + (size / 24 + 1) * (16'384 + size), "as many answers as questions");
    protocol::FrameReader reader{protocol::Receiver::any};
    protocol::Frame frame;
    std::string_view rest = whole;
    while (reader.next(rest, frame) == protocol::ReadOutcome::frame) rest.remove_prefix(frame.size());
    property(rest.empty(), "answers are frames");
    return 0;
}
