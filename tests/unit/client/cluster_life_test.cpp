// SPDX-License-Identifier: Apache-2.0
#include "client/cluster_life.hpp"

#include "tests/unit/client/cluster_life_fixture.hpp"

namespace txcouchbase::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ClusterLifeTest, SeedsAreTriedInTheirOrderUntilOneHasAMap) {
    begin(seeds({"a", "b"}));
    EXPECT_THAT(host.take(), ElementsAre("seed a:11210"));
    fail(0, errc::connect_error);
    EXPECT_THAT(host.take(), ElementsAre("drop 0", "seed b:11210"));
    come_up(1, map_of({"b", "c"}, 5));
    EXPECT_THAT(host.take(), ElementsAre("keep from b:11210", "member c:11210", "map 5: 1 2", "open"));
}

TEST_F(ClusterLifeTest, ASeedThatSaysWhichNodeItIsIsThatNodeWhateverItIsCalledHere) {
    begin(seeds({"proxy"}));
    come_up(0, map_of({"a"}, 1));
    EXPECT_THAT(host.take(), ElementsAre("seed proxy:11210", "keep from proxy:11210", "map 1: 0", "open"))
        << "it says that it is this node, whatever it is called from here";
    tell(0, map_of({"x", "y"}, 2));
    EXPECT_THAT(host.take(), ElementsAre("keep from proxy:11210", "member x:11210", "member y:11210",
                                         "map 2: 1 2", "drop 0"));
}

TEST_F(ClusterLifeTest, WhenEverySeedFailedForGoodItIsOverAtOnce) {
    begin(seeds({"a", "b"}));
    fail(0, errc::connect_error);
    fail(1, errc::auth_error);
    EXPECT_THAT(host.take().back(), "failed: " + make_error_code(errc::auth_error).message())
        << "a refused password says more than a host that is down";
    EXPECT_EQ(life_->next_due(), std::nullopt);
}

TEST_F(ClusterLifeTest, ANodeWithoutAMapYetIsAskedAgainEverMoreSlowlyUntilTheDeadline) {
    begin(seeds({"a"}));
    const net::TimePoint end = now + 10s;
    std::vector<net::Duration> pauses;
    for (std::uint8_t node = 0; now < end && life_->next_due(); ++node) {
        come_up(node, "");
        if (!life_->next_due()) break;
        pauses.push_back(*life_->next_due() - now);
        pass(pauses.back());
    }
    EXPECT_EQ(pauses.front(), 20ms);
    EXPECT_EQ(pauses[1], 40ms);
    EXPECT_EQ(pauses.back(), 500ms);
    EXPECT_EQ(life_->next_due(), std::nullopt);
    EXPECT_LE(now, end);
    EXPECT_EQ(host.take().back(), "failed: " + make_error_code(errc::temporary_fail).message());
}

TEST_F(ClusterLifeTest, ASeedThatDoesNotAnswerIsGivenUpAtTheDeadline) {
    begin(seeds({"a"}));
    EXPECT_EQ(*life_->next_due() - now, 10s);
    pass(10s - 1ms);
    EXPECT_THAT(host.take(), ElementsAre("seed a:11210"));
    pass(1ms);
    EXPECT_THAT(host.take(), ElementsAre("drop 0", "failed: " + make_error_code(errc::timed_out).message()));
}

TEST_F(ClusterLifeTest, AHostThatDoesNotAnswerGetsItsShareOfTheTime) {
    begin(seeds({"a", "b"}));
    EXPECT_EQ(*life_->next_due() - now, 5s);
    pass(5s);
    EXPECT_THAT(host.take(), ElementsAre("seed a:11210", "drop 0", "seed b:11210"));
    pass(5s);
    EXPECT_THAT(host.failure.detail().cause, AllOf(HasSubstr("a:11210: "), HasSubstr("b:11210: ")));
}

TEST_F(ClusterLifeTest, AHostThatStreamsNothingGetsItsShareOfTheTimeToo) {
    Seeds from = seeds({"a", "b"});
    from.is_http = true;
    begin(from);
    pass(5s);
    EXPECT_THAT(host.take(), ElementsAre("stream a:11210", "stream b:11210"));
    pass(5s);
    EXPECT_THAT(host.failure.detail().cause, AllOf(HasSubstr("a:11210: "), HasSubstr("b:11210: ")));
}

TEST_F(ClusterLifeTest, WhatAHostStreamedBeforeItWasGivenUpIsNotTheNextOnes) {
    Seeds from = seeds({"a", "b"});
    from.is_http = true;
    begin(from);
    life_->on_streamed_map("{}", {"a", 8091});
    life_->on_streamed_map("{}", {"a", 8091});
    life_->run(now);
    EXPECT_THAT(host.take(), ElementsAre("stream a:11210", "refused a:8091", "stream b:11210"));
}

TEST_F(ClusterLifeTest, WhoRefusedThePasswordIsNotAskedAgainInALaterRound) {
    begin(seeds({"a", "b"}));
    fail(0, errc::auth_error);
    come_up(1, "");
    host.take();
    pass(20ms);
    EXPECT_THAT(host.take(), ElementsAre("seed b:11210"));
}

TEST_F(ClusterLifeTest, AUserWhoMayNotSeeTheMapIsToldSoAtOnce) {
    begin(seeds({"a"}));
    life_->on_up(0, {.may_not_see_config = true});
    life_->run(now);
    EXPECT_EQ(host.failure.rc(), errc::auth_error);
}

TEST_F(ClusterLifeTest, AClusterThatWasMadeAnewIsFollowedWhenNobodyKnowsTheOldOneAnyMore) {
    begin(seeds({"a"}));
    come_up(0, map_of({"a"}, 100));
    host.take();
    tell(0, map_of({"a"}, 1, "new"));
    tell(0, map_of({"a"}, 1, "new"));
    tell(0, map_of({"a"}, 100));
    tell(0, map_of({"a"}, 1, "new"));
    tell(0, map_of({"a"}, 1, "new"));
    EXPECT_THAT(host.take(), IsEmpty());
    tell(0, map_of({"a"}, 1, "new"));
    EXPECT_THAT(host.take(), ElementsAre("keep from a:11210", "map 1: 0"));
    for (int i = 0; i < 9; ++i) tell(0, map_of({"a"}, 101 + i));
    EXPECT_EQ(life_->map()->bucket_uuid, "new") << "maps of the one before are late, as a rule";
    tell(0, map_of({"a"}, 111));
    EXPECT_EQ(life_->map()->bucket_uuid, "u") << "but not when nobody says anything else";
    for (int i = 0; i < 9; ++i) tell(0, map_of({"a"}, 2, "new"));
    life_->on_map_text(0, "");
    for (int i = 0; i < 9; ++i) tell(0, map_of({"a"}, 2, "new"));
    EXPECT_EQ(life_->map()->bucket_uuid, "u") << "whoever has nothing newer confirms it";
}

TEST_F(ClusterLifeTest, OnlyNewerMapsAreTaken) {
    begin(seeds({"a"}));
    come_up(0, map_of({"a"}, 5));
    host.take();
    tell(0, map_of({"a", "b"}, 5));
    tell(0, map_of({"a", "b"}, 4));
    EXPECT_THAT(host.take(), IsEmpty());
    tell(0, map_of({"a", "b"}, 6));
    EXPECT_THAT(host.take(), ElementsAre("keep from a:11210", "member b:11210", "map 6: 0 1"));
}

TEST_F(ClusterLifeTest, AMapThatIsRefusedChangesNothing) {
    begin(seeds({"a"}));
    come_up(0, map_of({"a"}, 5));
    host.take();
    tell(0, "{\"rev\": 6");
    EXPECT_THAT(host.take(), ElementsAre("refused a:11210"));
    EXPECT_EQ(life_->map()->version.revision, 5);
}

TEST_F(ClusterLifeTest, NodesComeAndGoWithTheMap) {
    begin(seeds({"a"}));
    come_up(0, map_of({"a", "b", "c"}, 1));
    host.take();
    tell(0, map_of({"a", "c", "d"}, 2));
    EXPECT_THAT(host.take(), ElementsAre("keep from a:11210", "member d:11210", "map 2: 0 2 3", "drop 1"));
}

TEST_F(ClusterLifeTest, EveryPollAsksTheNextTwoNodesThatAreUpBecauseOneMayBeFrozen) {
    begin(seeds({"a"}));
    come_up(0, map_of({"a", "b", "c", "d"}, 1), true);
    host.up.insert({2, 3});
    host.take();
    EXPECT_EQ(*life_->next_due() - now, 2500ms);
    pass(2500ms);
    EXPECT_THAT(host.take(), ElementsAre("ask 0 beyond 1", "ask 2"));
    pass(2500ms);
    EXPECT_THAT(host.take(), ElementsAre("ask 3", "ask 0 beyond 1"));
}

TEST_F(ClusterLifeTest, HoweverManyRefusalsComeANodeIsAskedEveryFiftyMillisecondsAtMost) {
    begin(seeds({"a"}));
    come_up(0, map_of({"a", "b"}, 1));
    host.up.insert(1);
    host.take();
    for (int i = 0; i < 100; ++i) {
        life_->want_map(1);
        pass(1ms);
    }
    EXPECT_THAT(host.take(), ElementsAre("ask 1", "ask 1"));
}

TEST_F(ClusterLifeTest, NodesThatKnowNoCommandForMapsAreAskedOverHttpWhenAllWereTried) {
    begin(seeds({"a", "b"}));
    life_->on_up(0, {.lacks_config_command = true});
    life_->run(now);
    fail(1, errc::connect_error);
    EXPECT_THAT(host.take(),
                ElementsAre("seed a:11210", "drop 0", "seed b:11210", "drop 1", "stream a:8091"));
}

TEST_F(ClusterLifeTest, WhatIsSecureFallsBackToTheSecurePort) {
    Seeds secure = seeds({"a"});
    secure.is_tls = true;
    begin(secure);
    life_->on_up(0, {.lacks_config_command = true});
    life_->run(now);
    EXPECT_THAT(host.take(), ElementsAre("seed a:11210", "drop 0", "stream a:18091"));
}

TEST_F(ClusterLifeTest, OverHttpSeedsAreStreamedFromOneAfterTheOther) {
    Seeds from = seeds({"a", "b"});
    from.is_http = true;
    for (net::Address& seed : from.hosts) seed.port = 8091;
    begin(from);
    life_->on_stream_failed(Error{errc::connect_error}, now);
    EXPECT_THAT(host.take(), ElementsAre("stream a:8091", "stream b:8091"));
    life_->on_streamed_map(map_of({"b"}, 1), {"b", 8091});
    life_->run(now);
    EXPECT_THAT(host.take(), ElementsAre("keep from b:0", "member b:11210", "map 1: 0"));
    come_up(0, {});
    EXPECT_THAT(host.take(), ElementsAre("open"));
    life_->on_stream_failed(Error{errc::connect_error}, now);
    pass(2500ms);
    EXPECT_THAT(host.take(), ElementsAre("stream b:8091", "ask 0"))
        << "a stream that breaks off is begun again";
}

class ClusterReaching : public ClusterLifeTest {
protected:
    /// A map that came over HTTP, none of whose nodes is up yet.
    void begin_with(const std::vector<std::string>& nodes, bool is_tls = false) {
        Seeds from = seeds({"proxy"});
        from.is_http = true;
        from.is_tls = is_tls;
        begin(from);
        life_->on_streamed_map(map_of(nodes, 1), {"proxy", 11210});
        life_->run(now);
        host.take();
    }
};

TEST_F(ClusterReaching, ItIsOpenWhenOneNodeOfTheMapIsUp) {
    begin_with({"a", "b"});
    fail(0, errc::connect_error);
    EXPECT_THAT(host.take(), IsEmpty());
    come_up(1, {});
    EXPECT_THAT(host.take(), ElementsAre("open"));
    fail(1, errc::connect_error);
    EXPECT_THAT(host.take(), IsEmpty());
}

TEST_F(ClusterReaching, WhenNoneCanBeReachedTheErrorNamesEachAddressWithItsCause) {
    begin_with({"a", "b"});
    fail(0, errc::connect_error);
    fail(1, errc::auth_error);
    EXPECT_EQ(host.take().back(), "failed: " + make_error_code(errc::auth_error).message());
    EXPECT_THAT(host.failure.detail().cause, AllOf(HasSubstr("a:11210: "), HasSubstr("b:11210: "),
                                                   HasSubstr("an address of the cluster's map: c")));
    EXPECT_EQ(life_->next_due(), std::nullopt);
}

TEST_F(ClusterReaching, ANodeThatOnlyHasNoTimeYetIsWaitedForUntilTheDeadline) {
    begin_with({"a", "b"});
    fail(0, errc::temporary_fail);
    fail(1, errc::connect_error);
    pass(10s - 1ms);
    EXPECT_THAT(host.take(), IsEmpty());
    pass(1ms);
    EXPECT_THAT(host.take(), ElementsAre("failed: " + make_error_code(errc::temporary_fail).message()));
}

TEST_F(ClusterReaching, NodesThatSayNothingAreNamedAtTheDeadline) {
    begin_with({"a"});
    pass(10s);
    EXPECT_THAT(host.failure.detail().cause, AllOf(HasSubstr("a:11210"), HasSubstr("no answer yet")));
}

TEST_F(ClusterReaching, AMapWithoutAPortThatFitsIsOfNoUse) {
    begin_with({"a"}, true);
    EXPECT_EQ(host.failure.rc(), errc::not_supported);
    EXPECT_THAT(host.failure.detail().cause, HasSubstr("TLS port"));
}

TEST_F(ClusterLifeTest, OfSeveralMapsThatANodeSaysTheLastOneCounts) {
    begin(seeds({"a"}));
    come_up(0, map_of({"a"}, 1));
    host.take();
    life_->on_map_text(0, map_of({"a"}, 2));
    life_->on_map_text(0, map_of({"a"}, 3));
    life_->run(now);
    EXPECT_EQ(life_->map()->version.revision, 3);
}

TEST_F(ClusterLifeTest, AMapThatWasAnnouncedIsAskedForUntilItIsThere) {
    begin(seeds({"a"}));
    come_up(0, map_of({"a"}, 1));
    host.take();
    life_->want_map(0, protocol::ConfigVersion{.epoch = 1, .revision = 3});
    tell(0, map_of({"a"}, 2));
    pass(50ms);
    EXPECT_EQ(host.take().back(), "ask 0");
}

TEST_F(ClusterLifeTest, AMapThatIsWantedLaterIsNoWorkForNow) {
    begin(seeds({"a"}));
    come_up(0, map_of({"a"}, 1));
    life_->want_map(0);
    life_->run(now);
    life_->want_map(0);
    EXPECT_FALSE(life_->has_work());
    EXPECT_EQ(*life_->next_due() - now, 50ms);
    life_->stop();
    EXPECT_EQ(life_->next_due(), std::nullopt);
}

class ClusterLost : public ClusterLifeTest {
protected:
    /// Of one node, which goes down and does not come back.
    ClusterLost() {
        begin(seeds({"a"}));
        come_up(0, map_of({"a"}, 1));
        host.up.clear();
        pass(2500ms);
        host.take();
    }
};

TEST_F(ClusterLost, WhenNoNodeWasUpForLongTheSeedsAreAskedWhereItIsNow) {
    pass(10s - 1ms);
    EXPECT_THAT(host.take(), IsEmpty());
    pass(1ms);
    EXPECT_THAT(host.take(), ElementsAre("seed a:11210"));
    come_up(1, map_of({"b"}, 2));
    EXPECT_THAT(host.take(), ElementsAre("keep from a:11210", "map 2: 1", "drop 0"));
}

TEST_F(ClusterLost, TheSeedsAreAskedAgainAndAgain) {
    for (std::uint8_t node = 1; node < 4; ++node) {
        pass(10s);
        EXPECT_THAT(host.take(), ElementsAre("seed a:11210"));
        fail(node, errc::connect_error);
        EXPECT_THAT(host.take(), ElementsAre("drop " + std::to_string(node)));
        EXPECT_FALSE(life_->has_work());
    }
}

TEST_F(ClusterLost, ASeedThatHasNoNewerMapIsOfNoUse) {
    pass(10s);
    come_up(1, map_of({"a"}, 1));
    EXPECT_THAT(host.take(), ElementsAre("seed a:11210", "drop 1"));
    EXPECT_EQ(life_->map()->version.revision, 1);
}

TEST_F(ClusterLost, ANodeThatComesBackEndsTheSearch) {
    pass(10s);
    host.take();
    host.up.insert(0);
    life_->run(now);
    EXPECT_THAT(host.take(), ElementsAre("drop 1"));
    pass(2500ms);
    EXPECT_THAT(host.take(), ElementsAre("ask 0"));
}

TEST_F(ClusterLifeTest, WhenAllIsLostTheStreamOfBeforeDoesNotDisturbTheSearchAndGoesOnAfterwards) {
    begin(seeds({"a"}));
    life_->on_up(0, {.lacks_config_command = true});
    life_->run(now);
    life_->on_streamed_map(map_of({"b"}, 1), {"a", 8091});
    life_->run(now);
    come_up(1, {});
    host.up.clear();
    pass(2500ms);
    host.take();
    life_->on_stream_failed(Error{errc::connection_lost}, now);
    pass(10s);
    EXPECT_EQ(host.take().back(), "seed a:11210");
    life_->on_stream_failed(Error{errc::connect_error}, now);
    pass(2500ms);
    EXPECT_THAT(host.take(), IsEmpty()) << "the seed has its time";
    come_up(2, map_of({"c"}, 2));
    EXPECT_THAT(host.take(), ElementsAre("keep from a:11210", "map 2: 2", "drop 1"));
    pass(2500ms);
    EXPECT_THAT(host.take(), Contains("stream c:8091"));
}

TEST_F(ClusterLifeTest, NothingIsDoneOnceItIsStopped) {
    begin(seeds({"a"}));
    life_->stop();
    come_up(0, map_of({"a"}, 1));
    EXPECT_THAT(host.take(), ElementsAre("seed a:11210"));
    EXPECT_FALSE(life_->has_work());
}

}  // namespace
}  // namespace txcouchbase::test
