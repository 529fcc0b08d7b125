// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/network/live_cluster.hpp"

#include <boost/asio/post.hpp>

#include "tests/cluster/cluster.hpp"
#include "tests/cluster/manager/roles.hpp"

namespace txcouchbase::cluster {

namespace {

namespace asio = boost::asio;

constexpr std::size_t max_nodes = 64;
constexpr std::uint32_t max_scram_iterations = 10'000'000;
constexpr std::chrono::hours max_delay{24};

void require(bool is_good, const char* words) {
    if (!is_good) throw ClusterError(words);
}

ClusterSettings settings_of(const Options& options) {
    require(options.nodes >= 1 && options.nodes <= max_nodes, "nodes must be 1 to 64");
    require(options.scram_iterations >= 1 && options.scram_iterations <= max_scram_iterations,
            "scram_iterations must be 1 to 10000000");
    const auto is_delay = [](std::chrono::milliseconds delay) {
        return delay.count() >= 0 && delay <= max_delay;
    };
    require(is_delay(options.replication_lag), "replication_lag must be 0 to 24 hours");
    require(is_delay(options.persistence_delay), "persistence_delay must be 0 to 24 hours");
    return {.scram_iterations = options.scram_iterations,
            .replication_lag = options.replication_lag,
            .persistence_delay = options.persistence_delay};
}

UserInfo user_of(const UserOptions& options) {
    require(!options.name.empty(), "a user has a name");
    UserInfo user{.name = options.name,
                  .password = std::make_shared<const protocol::Secret>(
                      std::initializer_list<protocol::ByteView>{options.password})};
    if (const auto words = parse_roles(options.roles, user))
        throw ClusterError("user \"" + options.name + "\": " + *words);
    return user;
}

std::vector<UserInfo> users_of(const Options& options) {
    std::vector<UserInfo> users = {user_of({.name = options.user, .password = options.password})};
    for (const UserOptions& more : options.more_users) {
        for (const UserInfo& known : users)
            if (known.name == more.name) throw ClusterError("user \"" + more.name + "\" is there twice");
        users.push_back(user_of(more));
    }
    return users;
}

std::uint64_t seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace

LiveCluster::LiveCluster(asio::io_context& loop, const Options& options, NodePlaces& places)
    : loop_(loop),
      random_(seed()),
      manager_([this](NodeId to, Message message) { tell(manager_id, to, std::move(message)); },
               [this] { return random_(); }, settings_of(options), users_of(options)),
      controller_(manager_, places, *this,
                  [this](std::chrono::milliseconds delay, std::function<void()> what) {
                      call_later(delay, std::move(what));
                  }) {
    controller_.start_nodes(options.nodes);
    for (const BucketOptions& bucket : options.buckets)
        if (const auto refusal = manager_.create_bucket(bucket))
            throw ClusterError("bucket \"" + bucket.name + "\": " + refusal->words);
}

void LiveCluster::tell(NodeId from, NodeId to, Message message) {
    if (to != manager_id) {
        if (NodePlace* const place = controller_.place(to)) place->deliver(from, std::move(message));
        return;
    }
    for_manager_.emplace_back(from, std::move(message));
    if (for_manager_.size() == 1) asio::post(loop_, [this] { run_manager(); });
}

void LiveCluster::run_manager() {
    // What comes in meanwhile is for the next round: sockets get their turn between two.
    const std::deque<std::pair<NodeId, Message>> messages = std::exchange(for_manager_, {});
    for (const auto& [from, message] : messages) manager_.on_message(from, message);
    controller_.on_manager_moved();
}

void LiveCluster::call_later(std::chrono::milliseconds delay, std::function<void()> what) {
    const auto timer = *timers_.insert(std::make_shared<asio::steady_timer>(loop_, delay)).first;
    timer->async_wait([this, timer, what = std::move(what)](boost::system::error_code error) {
        if (error) return;
        timers_.erase(timer);
        what();
    });
}

std::string LiveCluster::addresses(std::string_view scheme, Service service) const {
    std::string out(scheme);
    const char* separator = "://";
    for (const NodeInfo& node : state()->nodes) {
        out += separator;
        out += "127.0.0.1:" + std::to_string(node.ports[service]);
        separator = ",";
    }
    return out;
}

}  // namespace txcouchbase::cluster
