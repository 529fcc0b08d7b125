// SPDX-License-Identifier: Apache-2.0
#include "client/cluster_life.hpp"

#include "tests/unit/client/cluster_life_fixture.hpp"

namespace txcouchbase::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(ClusterLifeTest, SeedsAreTriedInTheirOrderUntilOneHasAMap) {
    begin(seeds({"a", "b"}));
    EXPECT_THAT(host.take(), ElementsAre("seed a:11210"));
    fail(0, errc::connect_error);
    EXPECT_THAT(host.take(), ElementsAre("drop 0", "seed b:11210"));
    come_up(1, map_of({"b", "c"}, 5));
    EXPECT_THAT(host.take(),
                ElementsAre("keep from b:11210", "make member 1", "member c:11210", "map 5: 1 2", "open"));
}

TEST_F(ClusterLifeTest, ASeedThatSaysWhichNodeItIsIsThatNodeWhateverItIsCalledHere) {
    begin(seeds({"proxy"}));
    come_up(0, map_of({"a"}, 1));
    EXPECT_THAT(host.take(),
                ElementsAre("seed proxy:11210", "keep from proxy:11210", "make member 0", "map 1: 0", "open"))
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

TEST_F(ClusterLifeTest, EveryPollAsksTheNextNodeThatIsUp) {
    begin(seeds({"a"}));
    come_up(0, map_of({"a", "b", "c"}, 1), true);
    host.up.insert(2);
    host.take();
    EXPECT_EQ(*life_->next_due() - now, 2500ms);
    pass(2500ms);
    EXPECT_THAT(host.take(), ElementsAre("ask 0 beyond 1"));
    pass(2500ms);
    EXPECT_THAT(host.take(), ElementsAre("ask 2"));
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
    life_->on_streamed_map(map_of({"b"}, 1), "b");
    life_->run(now);
    EXPECT_THAT(host.take(), ElementsAre("keep from b:0", "member b:11210", "map 1: 0", "open"));
    life_->on_stream_failed(Error{errc::connect_error}, now);
    pass(2500ms);
    EXPECT_THAT(host.take(), ElementsAre("stream b:8091")) << "a stream that breaks off is begun again";
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
