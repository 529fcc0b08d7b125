// Buckets of other kinds and with other rights: memcached buckets, nodes without the data, users who may not.
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cluster/kv_peer.hpp"

namespace txcouchbase::cluster {
namespace {

void put_user(SimulatedCluster& cluster, std::string name, BucketRights rights) {
    const auto password = std::make_shared<const protocol::Secret>(std::initializer_list<ByteView>{"p"});
    cluster.network.manager().put_user(
        {.name = std::move(name), .password = password, .buckets = {{"default", rights}}});
    cluster.network.run();
}

TEST(KvBuckets, OfMemcachedTypeTakeEveryKeyAndHaveNoVbuckets) {
    SimulatedCluster cluster{2, {.type = BucketType::memcached, .replicas = 0}};
    KvPeer peer{cluster};
    peer.log_in();
    for (const std::uint16_t vbucket : std::initializer_list<std::uint16_t>{0, 1, 1'023, 65'535})
        EXPECT_EQ(peer.ask(request::set("k" + std::to_string(vbucket), "v"), vbucket).status(),
                  Status::success);
    EXPECT_EQ(peer.ask(request::get("k0"), 5).value(), "v") << "whatever the vBucket";
    const protocol::ObserveKey keys[] = {{0, "k0"}};
    EXPECT_EQ(peer.ask(request::observe(keys)).status(), Status::not_supported);
    EXPECT_EQ(peer.ask(request::observe_seqno(1)).status(), Status::not_supported);
    EXPECT_EQ(peer.ask(request::get_replica("k0")).status(), Status::not_supported);
    EXPECT_EQ(peer.ask(request::get_failover_log()).status(), Status::not_supported);
    KvPeer other{cluster, 1};
    other.log_in();
    EXPECT_EQ(other.ask(request::get("k0")).status(), Status::key_enoent) << "each node for itself";
}

TEST(KvBuckets, OfMemcachedTypeAreFlushedByTheCommand) {
    SimulatedCluster cluster{1, {.type = BucketType::memcached, .replicas = 0}};
    put_user(cluster, "reader", {.may_read = true});
    put_user(cluster, "writer", {.may_read = true, .may_write = true});
    KvPeer peer{cluster};
    peer.log_in();
    peer.ask(request::set("k", "v"));
    EXPECT_EQ(peer.ask(request::flush_after(10)).status(), Status::not_supported) << "at once or not at all";
    peer.log_in(KvPeer::all, "reader", "p");
    EXPECT_EQ(peer.ask(request::flush()).status(), Status::eaccess);
    EXPECT_EQ(peer.ask(request::get("k")).value(), "v");
    peer.log_in(KvPeer::all, "writer", "p");
    EXPECT_EQ(peer.ask(request::flush()).status(), Status::success);
    EXPECT_EQ(peer.ask(request::get("k")).status(), Status::key_enoent);
    EXPECT_TRUE(peer.ask_all(request::flush(Opcode::flushq)).empty());
}

TEST(KvBuckets, OfCouchbaseTypeAreNotFlushedByTheCommand) {
    SimulatedCluster cluster{1, {.replicas = 0}};
    put_user(cluster, "writer", {.may_read = true, .may_write = true});
    KvPeer peer{cluster};
    peer.log_in();
    EXPECT_EQ(peer.ask(request::flush()).status(), Status::not_supported);
    peer.log_in(KvPeer::all, "writer", "p");
    EXPECT_NE(peer.ask(request::flush()).value().find("without the BucketManagement privilege"),
              ByteView::npos);
}

// A node that was added has a bucket's map before it has its data.
TEST(KvBuckets, OfWhichANodeHasOnlyTheMapCanBeAskedForNothingElse) {
    SimulatedCluster cluster{1, {.replicas = 0}};
    cluster.network.add_node();
    cluster.network.run();
    KvPeer peer{cluster, 1};
    peer.log_in();
    EXPECT_EQ(peer.ask(request::get("k")).status(), Status::econfig_only);
    EXPECT_EQ(peer.ask(request::stat()).status(), Status::econfig_only);
    EXPECT_NE(peer.ask(request::get_cluster_config()).value().find("vBucketServerMap"), ByteView::npos);
    KvPeer old{cluster, 1};
    old.log_in({});
    EXPECT_EQ(old.ask(request::get("k")).status(), Status::not_supported) << "it knows no such word";
    EXPECT_FALSE(cluster.network.manager().rebalance());
    cluster.network.run();
    std::uint16_t moved = 0;
    while (*cluster.owner(moved) != 1) ++moved;
    EXPECT_EQ(peer.ask(request::set("k", "v"), moved).status(), Status::success) << "now it has";
}

TEST(KvBuckets, AskForTheRightsThatTheRealServerAsksFor) {
    SimulatedCluster cluster{1, {.replicas = 0}};
    put_user(cluster, "reader", {.may_read = true});
    put_user(cluster, "writer", {.may_write = true});
    KvPeer reader{cluster}, writer{cluster};
    reader.log_in(KvPeer::all, "reader", "p");
    writer.log_in(KvPeer::all, "writer", "p");
    const auto lacks = [](KvPeer& peer, const protocol::Request& what) {
        const KvReply reply = peer.ask(what);
        constexpr ByteView before = "operation without the ";
        const std::size_t at = reply.value().find(before);
        if (reply.status() != Status::eaccess || at == ByteView::npos) return std::string{"nothing"};
        const ByteView rest = reply.value().substr(at + before.size());
        return std::string{rest.substr(0, rest.find(' '))};
    };
    using request::store;
    EXPECT_EQ(lacks(reader, request::set("k", "v")), "Upsert");
    EXPECT_EQ(lacks(reader, store(Opcode::add, "k", "v")), "Upsert");
    EXPECT_EQ(lacks(reader, request::remove("k")), "Delete");
    EXPECT_EQ(lacks(reader, request::touch("k", 1)), "Upsert");
    EXPECT_EQ(lacks(reader, request::get_and_touch("k", 1)), "Upsert");
    EXPECT_EQ(lacks(reader, request::get("k")), "nothing");
    EXPECT_EQ(lacks(reader, request::get_locked("k")), "nothing") << "who may read may lock";
    EXPECT_EQ(lacks(writer, request::set("k", "v")), "nothing");
    EXPECT_EQ(lacks(writer, request::get("k")), "Read");
    EXPECT_EQ(lacks(writer, request::get_and_touch("k", 1)), "Read") << "it needs both";
    EXPECT_EQ(lacks(writer, request::get_meta("k")), "MetaRead");
    EXPECT_EQ(lacks(writer, request::counter(Opcode::increment, "k", {.delta = 1})), "Read");
}

TEST(KvBuckets, OfOthersAreNeitherListedNorOpenedNorTold) {
    SimulatedCluster cluster{1, {.replicas = 0}};
    const auto password = std::make_shared<const protocol::Secret>(std::initializer_list<ByteView>{"p"});
    cluster.network.manager().put_user({.name = "guest", .password = password, .buckets = {}});
    cluster.network.run();
    KvPeer peer{cluster};
    peer.ask(request::sasl_auth("PLAIN", {"\0guest\0p", 8}));
    EXPECT_EQ(peer.ask(request::list_buckets()).value(), "");
    EXPECT_EQ(peer.ask(request::select_bucket("default")).status(), Status::eaccess);
    EXPECT_EQ(peer.ask(request::select_bucket("unknown")).status(), Status::eaccess)
        << "what exists is told to nobody who may not open it";
}

}  // namespace
}  // namespace txcouchbase::cluster
