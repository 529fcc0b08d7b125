// How the store of a vBucket spends memory: on live documents, not on their past.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <malloc.h>

#include "tests/cluster/kv/vbucket.hpp"

namespace txcouchbase::cluster {
namespace {

using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#elif defined(__has_feature)
constexpr bool is_sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool is_sanitized = false;
#endif

Moment at(std::chrono::seconds time) {
    const Time now{1'700'000'000s + time};
    return {now, now};
}

Vbucket active() {
    Vbucket copy{1};
    copy.set_state(VbucketState::active);
    return copy;
}

TEST(VbucketMemory, TheLogForgetsWhatWasOverwrittenOnceItIsOnDisk) {
    Vbucket copy = active();
    for (int i = 0; i < 100'000; ++i) {
        copy.store(StoreMode::set, {.key = "k", .value = std::to_string(i)}, at(0s));
        copy.persist(at(0s).now);
    }
    EXPECT_LT(copy.changes_after(0, 1'000'000).size(), 2'000U);
    EXPECT_EQ(copy.changes_after(0, 1'000'000).back()->value(), "99999");
    EXPECT_EQ(copy.high_seqno(), 100'000U);
    EXPECT_EQ(copy.item_count(), 1U);
}

TEST(VbucketMemory, OldTombstonesAreForgottenTooButTheHistoryEndsWhereItDid) {
    Vbucket copy = active();
    for (int i = 0; i < 10'000; ++i) {
        const std::string key = std::to_string(i);
        copy.store(StoreMode::set, {.key = key, .value = "v"}, at(0s));
        copy.remove(key, 0, at(0s));
        copy.persist(at(0s).now);
    }
    const std::uint64_t seqno = copy.high_seqno();
    for (int i = 0; i < 30'000; ++i) {
        copy.store(StoreMode::set, {.key = "k", .value = "v"}, at(100s));
        copy.persist(at(100s).now);
    }
    EXPECT_LT(copy.changes_after(0, 1'000'000).size(), 5'000U);
    EXPECT_EQ(copy.newest("17"), nullptr);
    EXPECT_EQ(copy.high_seqno(), seqno + 30'000);
    EXPECT_EQ(copy.data_size(), 2U);
    EXPECT_EQ(copy.persisted_image().newest("17"), nullptr) << "nor does what was removed come back";
    EXPECT_EQ(copy.persisted_image().item_count(), 1U);
}

// Each key is new, so nothing is ever overwritten: what was removed must go all the same.
TEST(VbucketMemory, KeysThatComeAndGoLeaveNothing) {
    Vbucket copy = active();
    for (int i = 0; i < 20'000; ++i) {
        const std::string key = std::to_string(i);
        const Moment now = at(std::chrono::seconds{i});
        copy.store(StoreMode::set, {.key = key, .value = "v"}, now);
        copy.remove(key, 0, now);
        copy.persist(now.now);
    }
    EXPECT_LT(copy.changes_after(0, 1'000'000).size(), 2'000U);
    EXPECT_LT(copy.data_size(), 10'000U);
    EXPECT_EQ(copy.persisted_image().high_seqno(), copy.persisted_seqno());
}

// The newest that is on disk may be an old tombstone: the image must not claim an older history for it.
TEST(VbucketMemory, TheImageEndsWhereTheDiskDoes) {
    Vbucket copy = active();
    for (int i = 0; i < 2'000; ++i) copy.store(StoreMode::set, {.key = "k", .value = "v"}, at(0s));
    copy.remove("k", 0, at(0s));
    copy.persist(at(0s).now);
    for (int i = 0; i < 5'000; ++i) copy.store(StoreMode::set, {.key = "k", .value = "v"}, at(200s));
    copy.store(StoreMode::set, {.key = "l", .value = "v"}, at(100s));
    EXPECT_EQ(copy.persisted_image().high_seqno(), 2'001U);
    EXPECT_EQ(copy.persisted_image().item_count(), 0U);
}

// What is not on disk yet must be told exactly: nothing of it may go.
TEST(VbucketMemory, WhatIsNotPersistedStaysInTheLog) {
    Vbucket copy = active();
    for (int i = 0; i < 5'000; ++i)
        copy.store(StoreMode::set, {.key = "k", .value = std::to_string(i)}, at(std::chrono::seconds{i}));
    EXPECT_EQ(copy.persist(at(99s).now).size(), 100U);
    EXPECT_EQ(copy.persisted_image().newest("k")->value(), "99");
    EXPECT_EQ(copy.persist(at(4'000s).now).size(), 3'901U);
    EXPECT_EQ(copy.persisted_image().newest("k")->value(), "4000");
    EXPECT_EQ(copy.newest("k")->value(), "4999");
    EXPECT_EQ(copy.persisted_image().high_seqno(), 4'001U);
}

// A long log that must stay is not looked through at every turn: a compaction pays by what it frees.
TEST(VbucketMemory, ALogThatCannotShrinkIsLeftAlone) {
    Vbucket copy = active();
    const Time begin = at(0s).now;
    for (int i = 0; i < 200'000; ++i) {
        const Time now = begin + std::chrono::microseconds{i};
        copy.store(StoreMode::set, {.key = "k", .value = "v"}, {now, now});
        copy.persist(now - 100ms);
    }
    EXPECT_EQ(copy.high_seqno() - copy.persisted_seqno(), 100'000U);
    EXPECT_EQ(copy.persist(begin + 1s).size(), 100'000U);
}

// A million documents of 100 bytes, active and replica, in 400 MiB: 419 bytes for each, measured on as many as two of
// 64 vBuckets have of them.
TEST(VbucketMemory, ADocumentOfAHundredBytesTakesLessThanItsShare) {
    constexpr std::size_t count = 1'000'000 / 64 * 2;
    const std::size_t before = mallinfo2().uordblks;
    Vbucket copy = active(), replica{2};
    replica.set_state(VbucketState::replica);
    const std::string value(100, 'v');
    for (std::size_t i = 0; i < count; ++i) {
        copy.store(StoreMode::set, {.key = "document-" + std::to_string(i), .value = value}, at(0s));
        replica.apply(copy.changes_after(i, 1).front(), at(0s));
        copy.persist(at(0s).now);
        replica.persist(at(0s).now);
    }
    const std::size_t used = mallinfo2().uordblks - before;
    if (is_sanitized) GTEST_SKIP() << "a sanitizer's malloc tells no figures";
    EXPECT_LT(used / count, 400U * 1024 * 1024 / 1'000'000);
    EXPECT_LT(used / count - sizeof(Document) - value.size() - 14, 2U * 80) << "index and log of each copy";
}

}  // namespace
}  // namespace txcouchbase::cluster
