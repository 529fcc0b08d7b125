// The truth tables of a vBucket's commands: existence, then lock, then CAS.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/cluster/kv/vbucket.hpp"

namespace txcouchbase::cluster {
namespace {

using namespace std::chrono_literals;

class VbucketCommands : public testing::Test {
protected:
    Moment at(std::chrono::seconds time) const { return {begin + time, begin + time}; }
    void pass(std::chrono::seconds time) { now = at(elapsed += time); }
    Change store(StoreMode mode, ByteView key, std::uint64_t cas = 0, std::uint32_t expiry = 0) {
        return copy.store(mode, {.key = key, .value = "v", .expiry = expiry, .cas = cas}, now);
    }
    Change set(ByteView key, std::uint64_t cas = 0, std::uint32_t expiry = 0) {
        return store(StoreMode::set, key, cas, expiry);
    }
    Change append(ByteView key, std::uint64_t cas = 0, std::size_t max_value = 100) {
        return copy.join(JoinMode::append, key, "+", cas, max_value, now);
    }
    Change count(const CounterArguments& arguments) { return copy.count(arguments, now); }
    Status get(ByteView key) { return copy.get(key, now).status; }
    std::uint64_t lock(ByteView key, std::uint32_t seconds = 10) {
        return copy.get_and_lock(key, seconds, now).cas;
    }

    const Time begin{1'700'000'000s};
    std::chrono::seconds elapsed{0};
    Moment now = at(0s);
    Vbucket copy = [] {
        Vbucket made{7};
        made.set_state(VbucketState::active);
        return made;
    }();
};

// Rows: what is there. Columns: SET, ADD, REPLACE, APPEND, DELETE; without a CAS, with a wrong one, with the right one.
TEST_F(VbucketCommands, WhatIsMissingIsMissingWhateverTheCas) {
    for (const std::uint64_t cas : {0U, 1U}) {
        EXPECT_EQ(store(StoreMode::replace, "k", cas).status, Status::key_enoent);
        EXPECT_EQ(append("k", cas).status, Status::not_stored);
        EXPECT_EQ(copy.remove("k", cas, now).status, Status::key_enoent);
    }
    EXPECT_EQ(set("k", 1).status, Status::key_enoent);
    EXPECT_EQ(copy.touch("k", 5, now).status, Status::key_enoent);
    EXPECT_EQ(copy.get_and_lock("k", 5, now).status, Status::key_enoent);
    EXPECT_EQ(copy.unlock("k", 1, now), Status::key_enoent);
    EXPECT_EQ(copy.high_seqno(), 0U) << "nothing of that is a change";
    EXPECT_EQ(store(StoreMode::add, "k").status, Status::success);
}

TEST_F(VbucketCommands, WhatIsThereIsChangedByTheRightCasOrNone) {
    const auto cas = [&] { return copy.get("k", now).cas; };
    set("k");
    EXPECT_EQ(store(StoreMode::add, "k").status, Status::key_eexists);
    EXPECT_EQ(set("k", cas() + 1).status, Status::key_eexists);
    EXPECT_EQ(store(StoreMode::replace, "k", cas() + 1).status, Status::key_eexists);
    EXPECT_EQ(append("k", cas() + 1).status, Status::key_eexists);
    EXPECT_EQ(copy.remove("k", cas() + 1, now).status, Status::key_eexists);
    EXPECT_EQ(set("k", cas()).status, Status::success);
    EXPECT_EQ(store(StoreMode::replace, "k", cas()).status, Status::success);
    EXPECT_EQ(append("k", cas()).status, Status::success);
    const Change removed = copy.remove("k", cas(), now);
    EXPECT_EQ(removed.status, Status::success);
    EXPECT_EQ(removed.cas, copy.newest("k")->cas()) << "the tombstone's";
}

TEST_F(VbucketCommands, ALockedDocumentIsChangedByItsHolderAlone) {
    const std::uint64_t before = set("k").cas;
    const std::uint64_t cas = lock("k");
    EXPECT_NE(cas, before);
    for (const std::uint64_t wrong : {std::uint64_t{0}, before, ~std::uint64_t{0}}) {
        EXPECT_EQ(set("k", wrong).status, Status::locked);
        EXPECT_EQ(store(StoreMode::replace, "k", wrong).status, Status::locked);
        EXPECT_EQ(append("k", wrong).status, Status::locked);
        EXPECT_EQ(copy.remove("k", wrong, now).status, Status::locked);
        EXPECT_EQ(copy.unlock("k", wrong, now), Status::locked);
    }
    EXPECT_EQ(store(StoreMode::add, "k").status, Status::key_eexists) << "existence comes before the lock";
    EXPECT_EQ(count({.key = "k", .delta = 1}).status, Status::locked);
    EXPECT_EQ(copy.touch("k", 5, now).status, Status::locked);
    EXPECT_EQ(copy.get_and_lock("k", 5, now).status, Status::locked);
    EXPECT_EQ(copy.get("k", now).cas, ~std::uint64_t{0});
    EXPECT_EQ(copy.high_seqno(), 1U) << "a lock is no change";
    EXPECT_EQ(append("k", cas).status, Status::success);
    EXPECT_EQ(set("k").status, Status::success) << "the change has unlocked it";
}

// A holder whose change is refused holds the lock still.
TEST_F(VbucketCommands, AChangeThatIsRefusedDoesNotUnlock) {
    set("k");
    const std::uint64_t cas = lock("k");
    EXPECT_EQ(append("k", cas, 1).status, Status::e2big);
    EXPECT_EQ(set("k").status, Status::locked);
    EXPECT_EQ(copy.unlock("k", cas, now), Status::success);
    EXPECT_EQ(copy.unlock("k", cas, now), Status::not_locked);
}

TEST_F(VbucketCommands, LocksEndWithTheirTime) {
    const auto seconds_locked = [&](std::uint32_t asked) {
        lock("k", asked);
        int seconds = 0;
        for (; set("k").status == Status::locked; ++seconds) pass(1s);
        return seconds;
    };
    set("k");
    EXPECT_EQ(seconds_locked(1), 1);
    EXPECT_EQ(seconds_locked(30), 30);
    EXPECT_EQ(seconds_locked(31), 15) << "more than is allowed is the default";
    EXPECT_EQ(seconds_locked(0), 15);
    const std::uint64_t before = copy.get("k", now).cas;
    const std::uint64_t locked = lock("k", 5);
    pass(6s);
    EXPECT_EQ(copy.get("k", now).cas, locked) << "the CAS of the lock stays the document's";
    EXPECT_EQ(set("k", before).status, Status::key_eexists);
}

// A document that expires takes its lock with it: the next one of this key is nobody's.
TEST_F(VbucketCommands, ALockIsOfADocumentNotOfItsKey) {
    set("k", 0, 5);
    lock("k", 30);
    pass(6s);
    EXPECT_EQ(get("k"), Status::key_enoent);
    EXPECT_EQ(set("k").status, Status::success);
    EXPECT_EQ(set("k").status, Status::success);
    const std::uint64_t cas = lock("k", 30);
    copy.remove("k", cas, now);
    set("k");
    EXPECT_EQ(set("k").status, Status::success);
}

TEST_F(VbucketCommands, CountersKeepFlagsAndExpiryAndAreJson) {
    copy.store(StoreMode::set, {.key = "n", .value = "41", .flags = 5, .expiry = 10}, now);
    EXPECT_EQ(count({.key = "n", .delta = 1, .initial = 7, .expiry = 99}).counter, 42U);
    const DocumentPtr counted = copy.get("n", now).document;
    EXPECT_EQ(counted->value(), "42");
    EXPECT_EQ(counted->flags(), 5U);
    EXPECT_EQ(counted->expiry(), now.unix_seconds() + 10);
    EXPECT_EQ(counted->datatype(), protocol::Datatype::json);
    EXPECT_EQ(count({.key = "m", .delta = 1, .initial = 7, .expiry = 3}).counter, 7U);
    EXPECT_EQ(copy.get("m", now).document->flags(), 0U);
    EXPECT_EQ(copy.get("m", now).document->expiry(), now.unix_seconds() + 3);
    EXPECT_EQ(count({.key = "z", .delta = 1, .expiry = ~0U}).status, Status::key_enoent);
    EXPECT_EQ(get("z"), Status::key_enoent);
}

TEST_F(VbucketCommands, CountersAreDecimalAndHaveSixtyFourBits) {
    const auto status_of = [&](ByteView value) {
        copy.store(StoreMode::set, {.key = "n", .value = value}, now);
        return count({.key = "n", .delta = 1}).status;
    };
    EXPECT_EQ(status_of("0"), Status::success);
    EXPECT_EQ(status_of("18446744073709551615"), Status::success);
    for (const char* bad : {"", "-1", "+1", "1 ", " 1", "1.0", "0x1", "18446744073709551616", "\"1\""})
        EXPECT_EQ(status_of(bad), Status::delta_badval) << bad;
    copy.store(StoreMode::set, {.key = "n", .value = "11"}, now);
    EXPECT_EQ(count({.key = "n", .delta = 2, .is_decrement = true}).counter, 9U);
    EXPECT_EQ(copy.get("n", now).document->value(), "9") << "no padding";
    EXPECT_EQ(count({.key = "n", .delta = 10, .is_decrement = true}).counter, 0U);
}

TEST_F(VbucketCommands, ExpiriesAreRelativeUpToThirtyDays) {
    const std::uint32_t month = 30 * 24 * 3600;
    set("relative", 0, month);
    set("absolute", 0, month + 1);
    EXPECT_EQ(copy.newest("relative")->expiry(), now.unix_seconds() + month);
    EXPECT_EQ(copy.newest("absolute")->expiry(), month + 1);
    EXPECT_EQ(get("absolute"), Status::key_enoent) << "in 1970";
    set("k", 0, 10);
    pass(9s);
    EXPECT_EQ(get("k"), Status::success);
    pass(1s);
    EXPECT_EQ(get("k"), Status::key_enoent);
    EXPECT_EQ(copy.item_count(), 1U);
}

TEST_F(VbucketCommands, WhoeverStoresSetsTheExpiryWhoeverJoinsKeepsIt) {
    set("k", 0, 10);
    append("k");
    EXPECT_NE(copy.newest("k")->expiry(), 0U);
    copy.store(StoreMode::replace, {.key = "k", .value = "v", .expiry = 99, .preserve_ttl = true}, now);
    EXPECT_EQ(copy.newest("k")->expiry(), now.unix_seconds() + 10);
    copy.store(StoreMode::set, {.key = "new", .value = "v", .expiry = 99, .preserve_ttl = true}, now);
    EXPECT_EQ(copy.newest("new")->expiry(), now.unix_seconds() + 99) << "there was nothing to preserve";
    set("k");
    EXPECT_EQ(copy.newest("k")->expiry(), 0U);
}

TEST_F(VbucketCommands, RevisionsCountTheChangesOfAKeyThroughItsDeath) {
    set("k");
    set("k");
    copy.remove("k", 0, now);
    set("k", 0, 1);
    pass(2s);
    get("k");
    EXPECT_EQ(copy.newest("k")->revision(), 5U);
    EXPECT_TRUE(copy.newest("k")->is_deleted());
}

TEST_F(VbucketCommands, RandomDocumentsAndListsOfKeysAreOfTheLiving) {
    EXPECT_EQ(copy.random_document(17, now), nullptr);
    for (const char* key : {"d", "b", "c", "a", "dead"}) set(key);
    copy.remove("dead", 0, now);
    set("gone", 0, 1);
    pass(2s);
    for (std::uint64_t random = 0; random < 50; ++random)
        EXPECT_EQ(copy.random_document(random, now)->key().size(), 1U);
    EXPECT_EQ(copy.keys_from("b", 2, now), (std::vector<ByteView>{"b", "c"}));
    EXPECT_EQ(copy.keys_from("", 100, now).size(), 4U);
}

TEST(JsonDetection, IsThatOfTheServer) {
    for (const char* json : {"{}", "[]", "1", "-1.5e3", "\"x\"", "true", "null", " {\"a\": [1]} \n"})
        EXPECT_TRUE(is_json(json)) << json;
    for (const char* other :
         {"", " ", "x", "{", "{}x", "tru", "'a'", "\xef\xbb\xbf{}", "\"\xff\"", "01", "NaN"})
        EXPECT_FALSE(is_json(other)) << other;
    EXPECT_TRUE(is_json(std::string(1'000, '[') + std::string(1'000, ']')));
    EXPECT_FALSE(is_json(std::string(1'001, '[') + std::string(1'001, ']')));
    EXPECT_FALSE(is_json(std::string(1'000'000, '[')));
}

}  // namespace
}  // namespace txcouchbase::cluster
