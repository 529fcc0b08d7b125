// SPDX-License-Identifier: Apache-2.0
// What needs more than one copy of a document: locks, replica reads, observe and durability.
#include <txcouchbase/json.hpp>

#include "tests/integration/cluster_client/fixture.hpp"

namespace txcouchbase::test {
namespace {

class ClusterReplicas : public ClientOnCluster {
protected:
    ClusterReplicas()
        : ClientOnCluster({.nodes = 3, .buckets = {{.name = "default", .replicas = 2}}}),
          connection(connect()) {}

    Connection connection;
};

TEST_F(ClusterReplicas, ALockedDocumentIsChangedByItsHolderOnly) {
    set(connection, "k", "v");
    const auto locked = await(connection.lock("k", 10s));
    ASSERT_TRUE(succeeded(locked));
    EXPECT_EQ(locked.value().text(), "v");
    EXPECT_TRUE(failed_with<TemporaryFailError>(await(connection.lock("k", 10s))));
    EXPECT_TRUE(failed_with<KeyExistsError>(await(connection.set("k", "other"))));
    EXPECT_TRUE(failed_with<TemporaryFailError>(await(connection.unlock("k", locked.value().cas() + 1))));
    EXPECT_TRUE(succeeded(await(connection.unlock("k", locked.value().cas()))));
    EXPECT_TRUE(succeeded(await(connection.set("k", "other"))));
    EXPECT_TRUE(failed_with<NotFoundError>(await(connection.lock("none", 10s))));
}

TEST_F(ClusterReplicas, SeveralAreLockedAndUnlockedInOneCall) {
    ASSERT_TRUE(succeeded(await(connection.set_multi({{"a", "1"}, {"b", "2"}}))));
    const auto locked = await(connection.lock_multi({"a", "b"}, 10s));
    ASSERT_TRUE(succeeded(locked));
    EXPECT_TRUE(failed_with<KeyExistsError>(await(connection.set("a", "x"))));
    EXPECT_TRUE(succeeded(await(connection.unlock_multi(locked.value()))));
    EXPECT_TRUE(succeeded(await(connection.set("a", "x"))));
}

TEST_F(ClusterReplicas, AReplicaIsReadWhenItHasTheValue) {
    ASSERT_TRUE(succeeded(await(connection.set("k", "v", {.replicate_to = 2}))));
    EXPECT_EQ(await(connection.rget("k")).value().text(), "v");
    EXPECT_EQ(await(connection.rget("k", {.replica_index = 1})).value().text(), "v");
    EXPECT_EQ(await(connection.get("k", {.replica = true})).value().text(), "v");
    EXPECT_EQ(await(connection.rget_multi({"k"})).value()["k"].text(), "v");
    EXPECT_EQ(error_of(await(connection.rget("k", {.replica_index = 2}))).rc(), errc::no_matching_server);
    EXPECT_TRUE(failed_with<NotFoundError>(await(connection.rget("none"))));
    const auto quiet = await(connection.rget("none", {.quiet = true}));
    ASSERT_TRUE(succeeded(quiet));
    EXPECT_EQ(quiet.value().rc(), errc::not_found);
}

TEST_F(ClusterReplicas, ObserveTellsWhatEveryCopyKnows) {
    const auto stored = await(connection.set("k", "v", {.replicate_to = 2}));
    ASSERT_TRUE(succeeded(stored));
    const auto observed = await(connection.observe("k"));
    ASSERT_TRUE(succeeded(observed));
    ASSERT_EQ(observed.value().nodes.size(), 3U);
    EXPECT_EQ(observed.value().key(), "k");
    int masters = 0;
    for (const ObserveInfo& info : observed.value().nodes) {
        masters += info.from_master ? 1 : 0;
        EXPECT_EQ(info.cas, stored.value().cas());
    }
    EXPECT_EQ(masters, 1);
    EXPECT_EQ(await(connection.observe("k", {.master_only = true})).value().nodes.size(), 1U);
    const auto both = await(connection.observe_multi({"k", "none"}));
    ASSERT_TRUE(succeeded(both));
    EXPECT_EQ(both.value()["k"].json().size(), 3U);
    EXPECT_EQ(both.value()["none"].json()[0]["flags"], 0x80);
}

TEST_F(ClusterReplicas, AChangeThatMustBeOnMoreNodesThanThereAreIsRefused) {
    EXPECT_EQ(error_of(await(connection.set("k", "v", {.replicate_to = 3}))).rc(), errc::durability_too_many);
    EXPECT_EQ(error_of(await(connection.set("k", "v", {.persist_to = 4}))).rc(), errc::durability_too_many);
    EXPECT_TRUE(failed_with<ArgumentError>(await(connection.endure("k", {.persist_to = 99}))));
    EXPECT_TRUE(failed_with<NotFoundError>(await(connection.get("k")))) << "nothing was stored";
}

TEST_F(ClusterReplicas, AChangeEndsWhenItIsOnEnoughNodes) {
    const auto stored = await(connection.set("k", "v", {.persist_to = -1, .replicate_to = -1}));
    ASSERT_TRUE(succeeded(stored));
    EXPECT_TRUE(succeeded(await(connection.endure("k", {.cas = stored.value().cas()}))));
    EXPECT_TRUE(failed_with<KeyExistsError>(await(connection.endure("k", {.cas = 1}))));
    EXPECT_TRUE(failed_with<NotFoundError>(await(connection.endure("none"))));
    ASSERT_TRUE(succeeded(await(connection.remove("k", {.persist_to = 1, .replicate_to = 2}))));
    EXPECT_TRUE(succeeded(await(connection.endure("k", {.check_removed = true}))));
    EXPECT_TRUE(
        succeeded(await(connection.set_multi({{"a", "1"}, {"b", "2"}}, StoreOptions{.replicate_to = 2}))));
}

TEST_F(ClusterReplicas, AChangeThatIsNotOnEnoughNodesInTimeIsThereAllTheSame) {
    set(connection, "k", "before");
    const std::size_t replica = *owner_of("k", 1);
    cluster.freeze(replica);
    const auto stored =
        await(connection.set("k", "after", {.format = Format::utf8, .replicate_to = 2, .timeout = 200ms}));
    EXPECT_TRUE(failed_with<TimeoutError>(stored));
    const auto* const error = stored.failure().get_if<CouchbaseError>();
    ASSERT_TRUE(error->result());
    EXPECT_NE(error->result()->cas(), 0U);
    cluster.thaw(replica);
    EXPECT_EQ(text_of(connection, "k"), "after");
}

TEST_F(ClusterReplicas, AChangeKeepsItsPlaceAmongTheOthersOfItsKey) {
    Ending first(connection.set("k", "first", {.persist_to = 1}));
    Ending second(connection.set("k", "second"));
    EXPECT_TRUE(succeeded(first.await(io)) ||
                first.has_come());  // it may have been replaced before it was on disk
    EXPECT_TRUE(succeeded(second.await(io)));
    EXPECT_EQ(text_of(connection, "k"), "second");
    Ending removed(connection.remove("k", {.persist_to = 1}));
    Ending added(connection.add("k", "third"));
    removed.await(io);
    EXPECT_TRUE(succeeded(added.await(io)));
}

TEST_F(ClusterReplicas, AChangeThatIsIssuedBeforeThereIsAMapKeepsItsPlaceToo) {
    Connection fresh(io, cluster.connection_string(), options());
    Ending first(fresh.set("k", "first", {.persist_to = 1}));
    Ending second(fresh.set("k", "second"));
    Ending impossible(fresh.set("k", "third", {.persist_to = 4}));
    first.await(io);
    EXPECT_TRUE(succeeded(second.await(io)));
    EXPECT_TRUE(failed_with<ArgumentError>(impossible.await(io)));
    EXPECT_EQ(text_of(connection, "k"), "second") << "what cannot be kept is not even begun";
}

TEST_F(ClusterReplicas, AChangeThatIsThereButNotOnEnoughNodesIsNoCertainFailure) {
    set(connection, "k", "a");
    cluster.control(R"({"do": "settings", "replication_lag_ms": 20000})");
    const auto late = await(connection.append("k", "b", {.replicate_to = 1, .timeout = 100ms}));
    EXPECT_TRUE(failed_with<TimeoutError>(late));
    EXPECT_TRUE(error_of(late).is_ambiguous());
    Ending waiting(connection.append("k", "c", {.replicate_to = 1, .timeout = 8s}));
    run_until(io, [&] { return text_of(connection, "k") == "abc"; });
    connection.close();
    const auto closed = waiting.await(io);
    EXPECT_TRUE(error_of(closed).is_ambiguous());
    EXPECT_EQ(error_of(closed).detail().key, "k");
}

TEST_F(ClusterReplicas, ARefusalOfAWrongNodeIsNobodysToHearOf) {
    set(connection, "k", "v");
    for (const char* const opcode : {"OBSERVE", "GET_REPLICA"})
        for (const char* const node : {"0", "1", "2"})
            cluster.control(std::string{R"({"do": "inject", "kind": "status", "status": 7, "node": )"} +
                            node + R"(, "opcode": ")" + opcode + R"("})");
    EXPECT_TRUE(succeeded(await(connection.observe("k"))));
    EXPECT_TRUE(succeeded(await(connection.rget("k"))));
}

TEST_F(ClusterReplicas, WhereANodeHasNoRoomTheOthersAreAskedAllTheSame) {
    set(connection, "k", "v");
    ConnectionOptions small = options();
    small.max_operations = 4;
    Connection crowded = connect(small);
    EXPECT_EQ(text_of(crowded, "k"), "v");
    cluster.freeze(*owner_of("k"));
    std::vector<Ending<ValueResult>> gets;
    for (int i = 0; i < 4; ++i) gets.emplace_back(crowded.get("k", {.timeout = 300ms}));
    run_for(io, 20ms);
    EXPECT_TRUE(failed_with<TimeoutError>(await(crowded.endure("k", {.replicate_to = 1, .timeout = 200ms}))));
    for (auto& get : gets) EXPECT_TRUE(failed_with<TimeoutError>(get.await(io)));
}

TEST_F(ClusterReplicas, OneChangeTooManyForEverIsAnArgumentError) {
    ConnectionOptions small = options();
    small.max_request_bytes = 1'000;
    Connection crowded = connect(small);
    EXPECT_TRUE(
        failed_with<ArgumentError>(await(crowded.set("k", std::string(2'000, 'x'), {.replicate_to = 1}))));
    std::map<std::string, std::string> many;
    for (int i = 0; i < 100; ++i) many["key" + std::to_string(i)] = std::string(100, 'x');
    EXPECT_TRUE(failed_with<ArgumentError>(await(crowded.set_multi(many, {.replicate_to = 1}))));
}

TEST_F(ClusterReplicas, AReplicaThatMovedIsAskedAgainWhateverTheOthersSay) {
    set(connection, "k", "v");
    cluster.control(
        std::string{R"({"do": "inject", "kind": "status", "status": 7, "opcode": "GET_REPLICA", "node": )"} +
        std::to_string(*owner_of("k", 1)) + "}");
    cluster.control(
        std::string{R"({"do": "inject", "kind": "status", "status": 1, "opcode": "GET_REPLICA", "node": )"} +
        std::to_string(*owner_of("k", 2)) + "}");
    EXPECT_TRUE(succeeded(await(connection.rget("k"))));
}

TEST_F(ClusterReplicas, ANodeThatDoesNotAnswerCostsNothingWhereTheOthersAreEnough) {
    const std::size_t replica = *owner_of("k", 1);
    cluster.freeze(replica);
    Ending enough(connection.set("k", "v", {.replicate_to = 1, .timeout = 60s}));
    EXPECT_TRUE(succeeded(enough.await(io)));
    Ending later(connection.endure("k", {.persist_to = 3, .replicate_to = 2, .timeout = 60s}));
    run_for(io, 50ms);
    EXPECT_FALSE(later.has_come());
    cluster.thaw(replica);
    EXPECT_TRUE(succeeded(later.await(io)));
}

TEST_F(ClusterReplicas, TheOthersAreAskedAgainWhileOneNodeDoesNotAnswer) {
    cluster.control(R"({"do": "settings", "replication_lag_ms": 100})");
    cluster.freeze(*owner_of("k", 1));
    EXPECT_TRUE(succeeded(await(connection.set("k", "v", {.replicate_to = 1, .timeout = 60s}))));
}

TEST_F(ClusterReplicas, WhatWaitsForCopiesEndsWhenTheConnectionIsClosed) {
    set(connection, "k", "v");
    cluster.freeze(*owner_of("k", 1));
    Ending waiting(connection.endure("k", {.replicate_to = 2, .timeout = 60s}));
    Ending cancelled(connection.endure("k", {.replicate_to = 2, .timeout = 60s}));
    run_for(io, 100ms);
    connection.close();
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(waiting.await(io)));
    EXPECT_TRUE(cancelled.has_come());
}

}  // namespace
}  // namespace txcouchbase::test
