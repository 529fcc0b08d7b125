// The development cluster's REST port: any bytes, in one piece or in many, get the same answers.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "tests/cluster/rest/http_connection.hpp"

using namespace txcouchbase::cluster;
using namespace txcouchbase::fuzz;

namespace {

constexpr std::size_t max_input =
    12 * 1024;  // below a header's limit: which piece crosses it depends on the pieces

Node make_node() {
    ClusterState state;
    state.nodes.push_back({.id = 0, .uuid = "n"});
    state.buckets.push_back(
        {.name = "default", .uuid = "b", .vbuckets = 1, .servers = {0}, .map = {{0, -1}}});
    const auto password = std::make_shared<const txcouchbase::protocol::Secret>(
        std::initializer_list<std::string_view>{"password"});
    state.users.push_back({.name = "Administrator", .password = password, .is_admin = true});
    Node node;
    node.state = std::make_shared<const ClusterState>(state);
    node.users.update(node.state);
    node.configs.update(state, node.self);
    return node;
}

/// What a node says to `bytes` in pieces of so many, with a manager that agrees to everything.
std::string answers(Node& node, std::string_view bytes, std::size_t piece) {
    HttpConnection connection{node, Service::rest};
    std::string out;
    while (!bytes.empty() && !connection.is_closing()) {
        connection.on_bytes(bytes.substr(0, piece), Time{}, out);
        bytes.remove_prefix(std::min(piece, bytes.size()));
        for (auto requests = connection.take_requests(); !requests.empty();
             requests = connection.take_requests())
            connection.on_reply({.id = requests.front().id, .body = "{}"}, out);
    }
    return out;
}

/// Whether a client is told to go on depends on whether it had gone on already.
std::string without_continues(std::string text) {
    constexpr std::string_view told = "HTTP/1.1 100 Continue\r\n\r\n";
    for (std::size_t at = 0; (at = text.find(told, at)) != std::string::npos;) text.erase(at, told.size());
    return text;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > max_input) return 0;
    static Node node = make_node();
    const std::string_view bytes = as_view(data + 1, size - 1);
    const std::string whole = without_continues(answers(node, bytes, bytes.size()));
    const std::string pieces = without_continues(answers(node, bytes, std::size_t{data[0]} % 64 + 1));
    // Once a header came in two, the parser looks at it again only when all of it is there: less can be said by then.
    property(whole.starts_with(pieces), "the same answers whatever the pieces");
    property(whole.empty() || whole.starts_with("HTTP/1.1 "), "an answer is HTTP");
    return 0;
}
