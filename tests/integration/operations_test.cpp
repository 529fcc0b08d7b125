// Every operation, through both faces, on a real memcached; effects are read back through another connection.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/integration/server_fixture.hpp"
#include "tests/integration/text_protocol.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;

template <class Face>
class Operations : public ServerTest {
protected:
    Face cb{io, server.url()};

    OperationResult store(std::string_view key, const Encodable& value) {
        const auto end = end_of(witness.set(key, value, {.format = Format::utf8}));
        EXPECT_TRUE(succeeded(end));
        return end ? *end : OperationResult{};
    }
};

struct FaceNames {
    template <class Face>
    static std::string GetName(int) {  // NOLINT(readability-identifier-naming): GoogleTest's name
        return std::is_same_v<Face, Connection> ? "Deferred" : "Raw";
    }
};
using Faces = testing::Types<TxAsyncConnection, Connection>;
TYPED_TEST_SUITE(Operations, Faces, FaceNames);

TYPED_TEST(Operations, SetStoresAndTellsTheKeyAndTheCas) {
    const auto end = this->end_of(this->cb.set("k", "v"));
    ASSERT_TRUE(succeeded(end));
    EXPECT_TRUE(end->success());
    EXPECT_EQ(end->key(), "k");
    const auto found = this->stored("k");
    ASSERT_TRUE(succeeded(found));
    EXPECT_EQ(found->text(), "v");
    EXPECT_EQ(found->cas(), end->cas());
    EXPECT_NE(end->cas(), 0U);
}

TYPED_TEST(Operations, GetGivesWhatAnotherConnectionStored) {
    const OperationResult stored = this->store("k", "some text");
    const auto end = this->end_of(this->cb.get("k"));
    ASSERT_TRUE(succeeded(end));
    EXPECT_EQ(end->key(), "k");
    EXPECT_EQ(end->bytes(), "some text");
    EXPECT_EQ(end->text(), "some text");
    EXPECT_EQ(end->cas(), stored.cas());
    EXPECT_EQ(end->rc(), errc::success);
}

TYPED_TEST(Operations, GetOfAMissingKeyIsNotFoundAndNamesKeyAndNode) {
    const auto end = this->end_of(this->cb.get("missing"));
    EXPECT_TRUE(failed_with<NotFoundError>(end));
    EXPECT_TRUE(failed_with<CouchbaseDataError>(end));
    EXPECT_TRUE(failed_with<CouchbaseError>(end));
    EXPECT_FALSE(failed_with<CouchbaseNetworkError>(end));
    const Error error = error_of(end);
    EXPECT_EQ(error.rc(), errc::not_found);
    EXPECT_EQ(error.detail().operation, "GET");
    EXPECT_EQ(error.detail().key, "missing");
    EXPECT_EQ(error.detail().node, this->server.node());
}

// memcached tells a time to live at once (a meta get with the flag t), where waiting for the end takes seconds.
TYPED_TEST(Operations, GetWithTtlGivesTheValueAndSetsItsTimeToLive) {
    this->store("k", "v");
    EXPECT_EQ(time_to_live(this->server, "k"), "-1");
    const auto end = this->end_of(this->cb.get("k", {.ttl = 1000s}));
    ASSERT_TRUE(succeeded(end));
    EXPECT_EQ(end->bytes(), "v");
    EXPECT_EQ(end->key(), "k");
    EXPECT_THAT(time_to_live(this->server, "k"), AnyOf("1000", "999", "998"));
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.get("missing", {.ttl = 1000s}))));
}

TYPED_TEST(Operations, TouchSetsTheTimeToLiveAndZeroTakesItAway) {
    this->store("k", "v");
    const auto end = this->end_of(this->cb.touch("k", 1000s));
    ASSERT_TRUE(succeeded(end));
    EXPECT_EQ(end->key(), "k");
    EXPECT_THAT(time_to_live(this->server, "k"), AnyOf("1000", "999", "998"));
    EXPECT_TRUE(succeeded(this->end_of(this->cb.touch("k", 0s))));
    EXPECT_EQ(time_to_live(this->server, "k"), "-1");
    EXPECT_EQ(this->stored_bytes("k"), "v");
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.touch("missing", 1000s))));
}

TYPED_TEST(Operations, EveryOperationThatStoresTakesATtl) {
    EXPECT_TRUE(succeeded(this->end_of(this->cb.set("set", "v", {.ttl = 1000s}))));
    EXPECT_TRUE(succeeded(this->end_of(this->cb.add("add", "v", {.ttl = 1000s}))));
    EXPECT_TRUE(succeeded(this->end_of(this->cb.replace("add", "v", {.ttl = 2000s}))));
    EXPECT_TRUE(succeeded(this->end_of(this->cb.incr("count", {.initial = 1, .ttl = 3000s}))));
    EXPECT_THAT(time_to_live(this->server, "set"), AnyOf("1000", "999", "998"));
    EXPECT_THAT(time_to_live(this->server, "add"), AnyOf("2000", "1999", "1998"));
    EXPECT_THAT(time_to_live(this->server, "count"), AnyOf("3000", "2999", "2998"));
}

// More than 30 days is a date to memcached, and as a date the number of seconds would be long past.
TYPED_TEST(Operations, ATtlOfMoreThanThirtyDaysDoesNotExpireAtOnce) {
    this->store("touched", "v");
    this->store("got", "v");
    EXPECT_TRUE(succeeded(this->end_of(this->cb.touch("touched", 24h * 31))));
    EXPECT_TRUE(succeeded(this->end_of(this->cb.get("got", {.ttl = 24h * 31}))));
    EXPECT_TRUE(succeeded(this->end_of(this->cb.set("set", "v", {.ttl = 24h * 30}))));
    EXPECT_TRUE(succeeded(this->stored("touched")));
    EXPECT_TRUE(succeeded(this->stored("got")));
    EXPECT_TRUE(succeeded(this->stored("set")));
}

TYPED_TEST(Operations, AddStoresOnlyWhatIsNotThere) {
    EXPECT_TRUE(succeeded(this->end_of(this->cb.add("k", "first"))));
    const auto second = this->end_of(this->cb.add("k", "second"));
    EXPECT_TRUE(failed_with<KeyExistsError>(second));
    EXPECT_TRUE(failed_with<CouchbaseDataError>(second));
    EXPECT_EQ(this->stored_bytes("k"), "\"first\"");
}

TYPED_TEST(Operations, ReplaceStoresOnlyWhatIsThere) {
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.replace("k", "v"))));
    EXPECT_EQ(this->stored_bytes("k"), "(nothing)");
    this->store("k", "old");
    EXPECT_TRUE(succeeded(this->end_of(this->cb.replace("k", "new"))));
    EXPECT_EQ(this->stored_bytes("k"), "\"new\"");
}

TYPED_TEST(Operations, AppendAndPrependAddOnBothSidesAndKeepTheFormat) {
    this->store("k", "middle");
    EXPECT_TRUE(succeeded(this->end_of(this->cb.append("k", " end"))));
    EXPECT_TRUE(succeeded(this->end_of(this->cb.prepend("k", "begin "))));
    const auto found = this->stored("k");
    ASSERT_TRUE(succeeded(found));
    EXPECT_EQ(found->text(), "begin middle end");
}

TYPED_TEST(Operations, AppendToAMissingKeyIsNotStored) {
    EXPECT_TRUE(failed_with<NotStoredError>(this->end_of(this->cb.append("k", "v"))));
    EXPECT_TRUE(failed_with<NotStoredError>(this->end_of(this->cb.prepend("k", "v"))));
    EXPECT_EQ(this->stored_bytes("k"), "(nothing)");
}

TYPED_TEST(Operations, RemoveTakesAwayWhatIsThere) {
    this->store("k", "v");
    const auto end = this->end_of(this->cb.remove("k"));
    ASSERT_TRUE(succeeded(end));
    EXPECT_EQ(end->key(), "k");
    EXPECT_EQ(this->stored_bytes("k"), "(nothing)");
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.remove("k"))));
}

TYPED_TEST(Operations, IncrAndDecrCountAndGiveTheNewValue) {
    this->store("k", "10");
    const auto up = this->end_of(this->cb.incr("k"));
    ASSERT_TRUE(succeeded(up));
    EXPECT_EQ(up->number(), 11U);
    EXPECT_EQ(up->key(), "k");
    const auto down = this->end_of(this->cb.decr("k", {.delta = 5}));
    ASSERT_TRUE(succeeded(down));
    EXPECT_EQ(down->number(), 6U);
    const auto found = this->stored("k");
    ASSERT_TRUE(succeeded(found));
    EXPECT_EQ(found->number(), 6U);
    EXPECT_EQ(found->cas(), down->cas());
}

TYPED_TEST(Operations, DecrStopsAtZeroAndIncrWrapsAround) {
    this->store("low", "3");
    this->store("high", "18446744073709551615");
    const auto low = this->end_of(this->cb.decr("low", {.delta = 10}));
    ASSERT_TRUE(succeeded(low));
    EXPECT_EQ(low->number(), 0U);
    const auto high = this->end_of(this->cb.incr("high", {.delta = 2}));
    ASSERT_TRUE(succeeded(high));
    EXPECT_EQ(high->number(), 1U);
}

TYPED_TEST(Operations, ACounterThatIsMissingIsCreatedOnlyWithAnInitialValue) {
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.incr("k"))));
    EXPECT_EQ(this->stored_bytes("k"), "(nothing)");
    const auto created = this->end_of(this->cb.incr("k", {.delta = 5, .initial = 100}));
    ASSERT_TRUE(succeeded(created));
    EXPECT_EQ(created->number(), 100U);
    EXPECT_EQ(this->stored_bytes("k"), "100");
    const auto counted = this->end_of(this->cb.decr("k", {.delta = 5, .initial = 7}));
    ASSERT_TRUE(succeeded(counted));
    EXPECT_EQ(counted->number(), 95U);
}

TYPED_TEST(Operations, CountingWhatIsNoNumberIsADeltaBadvalError) {
    this->store("k", "ten");
    const auto end = this->end_of(this->cb.incr("k"));
    EXPECT_TRUE(failed_with<DeltaBadvalError>(end));
    EXPECT_TRUE(failed_with<CouchbaseInputError>(end));
    EXPECT_TRUE(failed_with<CouchbaseDataError>(end));
    EXPECT_EQ(this->stored_bytes("k"), "ten");
}

TYPED_TEST(Operations, NoopCompletesWhenAllBeforeItIsDone) {
    Ending stored{this->cb.set("k", "v")};
    EXPECT_TRUE(succeeded(this->end_of(this->cb.noop())));
    EXPECT_TRUE(stored.has_come());
}

TYPED_TEST(Operations, VersionTellsThatOfTheNode) {
    const auto end = this->end_of(this->cb.versions());
    ASSERT_TRUE(succeeded(end));
    ASSERT_EQ(end->size(), 1U);
    EXPECT_EQ(end->begin()->first, this->server.node());
    EXPECT_EQ(end->begin()->second.substr(0, 2), "1.");
}

TYPED_TEST(Operations, StatsGiveEveryStatisticByNode) {
    this->store("k", "v");
    const auto end = this->end_of(this->cb.stats());
    ASSERT_TRUE(succeeded(end));
    EXPECT_GT(end->size(), 20U);
    ASSERT_TRUE(end->contains("cmd_set"));
    EXPECT_EQ(end->at("cmd_set").at(this->server.node()), "1");
}

TYPED_TEST(Operations, StatsOfAGroupAreOthers) {
    const auto end = this->end_of(this->cb.stats("settings"));
    ASSERT_TRUE(succeeded(end));
    ASSERT_TRUE(end->contains("num_threads"));
    EXPECT_EQ(end->at("num_threads").at(this->server.node()), "1");
    EXPECT_FALSE(end->contains("cmd_set"));
}

TYPED_TEST(Operations, StatsOfAGroupThatTheServerDoesNotKnowFailAndTheConnectionGoesOn) {
    const auto end = this->end_of(this->cb.stats("nonsense"));
    EXPECT_TRUE(failed_with<CouchbaseError>(end));
    EXPECT_TRUE(succeeded(this->end_of(this->cb.set("k", "v"))));
}

TYPED_TEST(Operations, AMatchingCasLetsEveryMutationThrough) {
    const OperationResult first = this->store("k", "1");
    const auto second = this->end_of(this->cb.set("k", "2", {.cas = first.cas(), .format = Format::utf8}));
    ASSERT_TRUE(succeeded(second));
    const auto third =
        this->end_of(this->cb.replace("k", "3", {.cas = second->cas(), .format = Format::utf8}));
    ASSERT_TRUE(succeeded(third));
    const auto fourth = this->end_of(this->cb.append("k", "4", {.cas = third->cas()}));
    ASSERT_TRUE(succeeded(fourth));
    const auto fifth = this->end_of(this->cb.prepend("k", "5", {.cas = fourth->cas()}));
    ASSERT_TRUE(succeeded(fifth));
    EXPECT_EQ(this->stored_bytes("k"), "534");
    EXPECT_TRUE(succeeded(this->end_of(this->cb.remove("k", {.cas = fifth->cas()}))));
    EXPECT_EQ(this->stored_bytes("k"), "(nothing)");
}

TYPED_TEST(Operations, AStaleCasLetsNoMutationThrough) {
    const std::uint64_t stale = this->store("k", "1").cas();
    this->store("k", "2");
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.set("k", "x", {.cas = stale}))));
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.replace("k", "x", {.cas = stale}))));
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.append("k", "x", {.cas = stale}))));
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.prepend("k", "x", {.cas = stale}))));
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.remove("k", {.cas = stale}))));
    EXPECT_EQ(this->stored_bytes("k"), "2");
}

TYPED_TEST(Operations, OperationsOnOneKeyTakeEffectInTheOrderInWhichTheyWereIssued) {
    Ending first{this->cb.set("k", "1", {.format = Format::utf8})};
    Ending appended{this->cb.append("k", "2")};
    Ending read{this->cb.get("k")};
    Ending counted{this->cb.incr("k")};
    const auto end = this->end_of(this->cb.get("k"));
    ASSERT_TRUE(first.has_come() && appended.has_come() && read.has_come() && counted.has_come());
    const auto between = read.take();
    ASSERT_TRUE(succeeded(between));
    EXPECT_EQ(between->bytes(), "12");
    ASSERT_TRUE(succeeded(end));
    EXPECT_EQ(end->bytes(), "13");
}

}  // namespace
}  // namespace txcouchbase::test
