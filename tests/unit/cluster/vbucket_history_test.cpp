// The history of a vBucket: what its followers read, what failovers do to it, what a crash leaves of it.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/cluster/kv/vbucket.hpp"

namespace txcouchbase::cluster {
namespace {

using namespace std::chrono_literals;
using protocol::KeyState;

class VbucketHistory : public testing::Test {
protected:
    Moment at(std::chrono::seconds time) const { return {begin + time, begin + time}; }
    Change set(std::string_view key, std::string_view value, std::chrono::seconds time = 0s) {
        return copy.store(StoreMode::set, {.key = key, .value = value}, at(time));
    }
    /// A replica with the first `count` changes.
    Vbucket follower(std::size_t count) {
        Vbucket replica{99};
        replica.set_state(VbucketState::replica);
        replica.adopt_failover_log(copy.failover_log());
        for (const DocumentPtr& change : copy.changes_after(0, count)) replica.apply(change, at(0s));
        return replica;
    }

    const Time begin{1'700'000'000s};
    Vbucket copy = [] {
        Vbucket made{7};
        made.set_state(VbucketState::active);
        return made;
    }();
};

TEST_F(VbucketHistory, SeqnosCountAndCasGrow) {
    std::uint64_t cas = 0;
    for (std::uint64_t i = 1; i <= 5; ++i) {
        const Change change = set("k", "v");
        EXPECT_EQ(change.token.seqno, i);
        EXPECT_EQ(change.token.vbucket_uuid, 7U);
        EXPECT_GT(change.cas, cas);
        cas = change.cas;
    }
    EXPECT_EQ(copy.remove("k", 0, at(0s)).token.seqno, 6U);
}

TEST_F(VbucketHistory, TheCasFollowsTheClockButNeverGoesBack) {
    const std::uint64_t early = set("k", "v").cas;
    EXPECT_EQ(early & 0xffff, 0U) << "the clock's part alone";
    EXPECT_EQ(set("k", "v", -100s).cas, early + 1);
    EXPECT_GT(set("k", "v", 100s).cas, early + 50'000'000'000);
}

TEST_F(VbucketHistory, IsReadBatchByBatchAndUpToATime) {
    for (int i = 0; i < 10; ++i) set("k" + std::to_string(i), "v", std::chrono::seconds{i});
    EXPECT_EQ(copy.changes_after(0, 3).size(), 3U);
    EXPECT_EQ(copy.changes_after(3, 100).front()->seqno(), 4U);
    EXPECT_EQ(copy.changes_after(0, 100, at(4s).now).size(), 5U);
    EXPECT_EQ(copy.learnt_after(4), at(4s).now);
    EXPECT_EQ(copy.learnt_after(10), std::nullopt);
}

TEST_F(VbucketHistory, AFollowerEndsWithTheSameDocumentsAndSeqnos) {
    set("a", "1");
    set("b", "2");
    copy.remove("a", 0, at(0s));
    const Vbucket replica = follower(100);
    EXPECT_EQ(replica.high_seqno(), 3U);
    EXPECT_TRUE(replica.newest("a")->is_deleted());
    EXPECT_EQ(replica.newest("b"), copy.newest("b")) << "the very same memory";
    EXPECT_EQ(replica.item_count(), 1U);
    EXPECT_EQ(replica.uuid(), 7U);
}

TEST_F(VbucketHistory, ACopyThatTakesOverBeginsABranch) {
    set("a", "1");
    set("b", "2");
    Vbucket replica = follower(1);
    replica.begin_history(8);
    EXPECT_EQ(replica.uuid(), 8U);
    EXPECT_TRUE(replica.is_extension_of({7, 1}));
    EXPECT_FALSE(replica.is_extension_of({7, 2})) << "the old active copy has what never was";
    EXPECT_TRUE(replica.is_extension_of({8, 1}));
    EXPECT_FALSE(replica.is_extension_of({8, 2}));
    EXPECT_FALSE(replica.is_extension_of({1234, 1}));
    EXPECT_TRUE(replica.is_extension_of({1234, 0})) << "nothing is a beginning of everything";
    const auto observed = replica.observe_seqno(3, 7);
    ASSERT_TRUE(observed && observed->superseded);
    EXPECT_EQ(observed->vbucket_uuid, 8U);
    EXPECT_EQ(observed->superseded->last_seqno, 1U);
    EXPECT_EQ(replica.observe_seqno(3, 1234), std::nullopt);
}

TEST_F(VbucketHistory, ObservedKeysAreFoundThenPersistedThenGone) {
    EXPECT_EQ(copy.observe("k", at(0s)).first, KeyState::not_found);
    const std::uint64_t cas = set("k", "v").cas;
    EXPECT_EQ(copy.observe("k", at(0s)), std::pair(KeyState::found, cas));
    copy.persist(at(0s).now);
    EXPECT_EQ(copy.observe("k", at(0s)), std::pair(KeyState::persisted, cas));
    copy.remove("k", 0, at(0s));
    EXPECT_EQ(copy.observe("k", at(0s)).first, KeyState::deleted);
    copy.persist(at(0s).now);
    EXPECT_EQ(copy.observe("k", at(0s)).first, KeyState::not_found);
}

TEST_F(VbucketHistory, ACrashLeavesWhatWasOnDiskAndNoLock) {
    set("a", "1", 0s);
    copy.get_and_lock("a", 10, at(0s));
    copy.persist(at(0s).now);
    set("b", "2", 1s);
    Vbucket image = copy.persisted_image();
    image.set_state(VbucketState::active);
    EXPECT_EQ(image.high_seqno(), 1U);
    EXPECT_EQ(image.persisted_seqno(), 1U);
    EXPECT_EQ(image.get("a", at(1s)).document->value(), "1");
    EXPECT_EQ(image.get("b", at(1s)).status, Status::key_enoent);
    EXPECT_EQ(image.store(StoreMode::set, {.key = "a", .value = "x"}, at(1s)).status, Status::success);
}

TEST_F(VbucketHistory, OnAnActiveCopyExpiryIsAChangeOnAReplicaItIsNot) {
    copy.store(StoreMode::set, {.key = "k", .value = "v", .expiry = 5}, at(0s));
    Vbucket replica = follower(100);
    EXPECT_EQ(replica.get("k", at(6s)).status, Status::key_enoent);
    EXPECT_EQ(replica.high_seqno(), 1U);
    EXPECT_EQ(copy.get("k", at(6s)).status, Status::key_enoent);
    EXPECT_EQ(copy.high_seqno(), 2U);
    EXPECT_TRUE(copy.newest("k")->is_deleted());
}

TEST_F(VbucketHistory, AFlushForgetsEverythingAndBeginsAnew) {
    set("k", "v");
    copy.flush(9);
    EXPECT_EQ(copy.get("k", at(0s)).status, Status::key_enoent);
    EXPECT_EQ(copy.uuid(), 9U);
    EXPECT_EQ(copy.high_seqno(), 0U);
    EXPECT_EQ(copy.data_size(), 0U);
    EXPECT_GT(set("k", "v").cas, 0U);
}

}  // namespace
}  // namespace txcouchbase::cluster
