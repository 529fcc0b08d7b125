// What a node answers to the commands on documents, as real nodes were seen to.
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cluster/kv_peer.hpp"

namespace txcouchbase::cluster {
namespace {

class KvDocuments : public testing::Test {
protected:
    void SetUp() override { peer.log_in(); }  // NOLINT(readability-identifier-naming): GoogleTest's name

    KvReply set(ByteView key, ByteView value, const request::StoreOptions& options = {}) {
        return peer.ask(request::set(key, value, options));
    }
    KvReply get(ByteView key) { return peer.ask(request::get(key)); }
    void pass(std::chrono::seconds time) { peer.here().clock_offset += time; }

    SimulatedCluster cluster{1, {.replicas = 0}};
    KvPeer peer{cluster};
};

TEST_F(KvDocuments, AreStoredAndReadWithFlagsCasAndToken) {
    const KvReply stored = set("k", "value", {.flags = 0xdeadbeef});
    EXPECT_EQ(stored.status(), Status::success);
    EXPECT_EQ(stored.frame().extras().size(), 16U) << "the mutation token";
    const KvReply read = get("k");
    EXPECT_EQ(read.value(), "value");
    EXPECT_EQ(read.frame().extras(), "\xde\xad\xbe\xef");
    EXPECT_EQ(read.frame().cas(), stored.frame().cas());
    EXPECT_EQ(read.frame().datatype(), 0);
    EXPECT_EQ(read.frame().opaque(), 77U);
    EXPECT_EQ(peer.ask(request::get("k", Opcode::getk)).frame().key(), "k");
}

TEST_F(KvDocuments, ThatAreJsonSaySo) {
    set("k", "{\"a\":[1,2]}");
    EXPECT_EQ(get("k").frame().datatype(), 1);
    set("k", "{\"a\":");
    EXPECT_EQ(get("k").frame().datatype(), 0);
    KvPeer plain{cluster};
    plain.log_in({Feature::xerror});
    set("k", "1");
    EXPECT_EQ(plain.ask(request::get("k")).frame().datatype(), 0) << "it did not ask for JSON";
}

TEST_F(KvDocuments, StoreAddAndReplaceHaveTheirTruthTable) {
    using request::store;
    EXPECT_EQ(peer.ask(store(Opcode::replace, "k", "v")).status(), Status::key_enoent);
    EXPECT_EQ(set("k", "v", {.cas = 1}).status(), Status::key_enoent) << "a CAS of what is not there";
    EXPECT_EQ(peer.ask(store(Opcode::add, "k", "v")).status(), Status::success);
    EXPECT_EQ(peer.ask(store(Opcode::add, "k", "v")).status(), Status::key_eexists);
    EXPECT_EQ(set("k", "v", {.cas = 1}).status(), Status::key_eexists);
    const std::uint64_t cas = get("k").frame().cas();
    EXPECT_EQ(set("k", "v2", {.cas = cas}).status(), Status::success);
    EXPECT_EQ(peer.ask(store(Opcode::replace, "k", "v3")).status(), Status::success);
    EXPECT_EQ(peer.ask(request::remove("k", cas)).status(), Status::key_eexists);
    EXPECT_EQ(peer.ask(request::remove("k")).status(), Status::success);
    EXPECT_EQ(peer.ask(request::remove("k")).status(), Status::key_enoent);
    EXPECT_EQ(get("k").status(), Status::key_enoent);
}

TEST_F(KvDocuments, AreJoinedAtEitherEnd) {
    EXPECT_EQ(peer.ask(request::concatenate(Opcode::append, "k", "x")).status(), Status::not_stored);
    set("k", "mid", {.flags = 7});
    EXPECT_EQ(peer.ask(request::concatenate(Opcode::append, "k", "-end")).status(), Status::success);
    EXPECT_EQ(peer.ask(request::concatenate(Opcode::prepend, "k", "st-")).status(), Status::success);
    const KvReply read = get("k");
    EXPECT_EQ(read.value(), "st-mid-end");
    EXPECT_EQ(read.frame().extras(), (ByteView{"\0\0\0\7", 4})) << "the flags stay";
}

TEST_F(KvDocuments, CountersWrapAboveAndStopAtZero) {
    const auto count = [&](Opcode opcode, std::uint64_t delta, std::uint32_t expiry = 0) {
        return peer.ask(request::counter(opcode, "n", {.delta = delta, .initial = 10, .expiry = expiry}));
    };
    const auto number = [](const KvReply& reply) {
        return protocol::load_be<std::uint64_t>(reply.value().data());
    };
    EXPECT_EQ(count(Opcode::increment, 1, ~0U).status(), Status::key_enoent) << "not to be created";
    EXPECT_EQ(number(count(Opcode::increment, 5)), 10U) << "the initial value, not what was added";
    EXPECT_EQ(number(count(Opcode::increment, 5)), 15U);
    EXPECT_EQ(get("n").value(), "15");
    EXPECT_EQ(number(count(Opcode::decrement, 100)), 0U);
    set("n", "18446744073709551615");
    EXPECT_EQ(number(count(Opcode::increment, 2)), 1U);
    set("n", "no number");
    EXPECT_EQ(count(Opcode::increment, 1).status(), Status::delta_badval);
    set("n", " 5");
    EXPECT_EQ(count(Opcode::increment, 1).status(), Status::delta_badval);
}

TEST_F(KvDocuments, ExpireByTheNodesOwnClock) {
    set("k", "v", {.expiry = 10});
    pass(std::chrono::seconds{9});
    EXPECT_EQ(get("k").status(), Status::success);
    EXPECT_EQ(peer.ask(request::touch("k", 10)).frame().extras_size(), 0U);
    pass(std::chrono::seconds{9});
    EXPECT_EQ(peer.ask(request::get_and_touch("k", 0)).value(), "v");
    pass(std::chrono::hours{1000});
    EXPECT_EQ(get("k").status(), Status::success) << "it expires no more";
    set("k", "v", {.expiry = 1'000'000'000});  // a date long past
    EXPECT_EQ(get("k").status(), Status::key_enoent);
    EXPECT_EQ(peer.ask(request::touch("k", 1)).status(), Status::key_enoent);
}

TEST_F(KvDocuments, KeepTheirExpiryWhenThatIsAsked) {
    protocol::FramingExtras preserve;
    preserve.add(protocol::RequestObject::preserve_ttl);
    set("k", "v", {.expiry = 10});
    EXPECT_EQ(peer.ask(request::set("k", "w"), 0, preserve.view()).status(), Status::success);
    pass(std::chrono::seconds{11});
    EXPECT_EQ(get("k").status(), Status::key_enoent);
    EXPECT_EQ(peer.ask(request::get("k"), 0, preserve.view()).status(), Status::not_supported);
}

TEST_F(KvDocuments, AreLockedUntilTheRightCasOrTheTimeIsOver) {
    EXPECT_EQ(peer.ask(request::get_locked("k")).status(), Status::key_enoent);
    set("k", "v");
    const KvReply locked = peer.ask(request::get_locked("k", 10));
    const std::uint64_t cas = locked.frame().cas();
    EXPECT_EQ(locked.value(), "v");
    EXPECT_EQ(get("k").frame().cas(), ~std::uint64_t{0});
    EXPECT_EQ(peer.ask(request::get_locked("k")).status(), Status::locked);
    EXPECT_EQ(set("k", "w").status(), Status::locked);
    EXPECT_EQ(peer.ask(request::remove("k")).status(), Status::locked);
    EXPECT_EQ(peer.ask(request::store(Opcode::add, "k", "w")).status(), Status::key_eexists);
    EXPECT_EQ(peer.ask(request::touch("k", 5)).status(), Status::locked);
    EXPECT_EQ(peer.ask(request::unlock_key("k", cas + 1)).status(), Status::locked);
    EXPECT_EQ(peer.ask(request::unlock_key("k", cas)).status(), Status::success);
    EXPECT_EQ(peer.ask(request::unlock_key("k", cas)).status(), Status::not_locked);
    peer.ask(request::get_locked("k", 10));
    pass(std::chrono::seconds{11});
    EXPECT_EQ(set("k", "w").status(), Status::success) << "the lock ran out";
    const std::uint64_t again = peer.ask(request::get_locked("k", 10)).frame().cas();
    EXPECT_EQ(set("k", "x", {.cas = again}).status(), Status::success) << "changing it unlocks it";
    EXPECT_EQ(set("k", "y").status(), Status::success);
}

// A client that did not ask for extended errors hears older words.
TEST_F(KvDocuments, LocksAreToldInOlderWordsToOlderClients) {
    KvPeer old{cluster};
    old.log_in({Feature::select_bucket});
    set("k", "v");
    const std::uint64_t cas = peer.ask(request::get_locked("k")).frame().cas();
    EXPECT_EQ(old.ask(request::set("k", "w")).status(), Status::key_eexists);
    EXPECT_EQ(old.ask(request::get_locked("k")).status(), Status::etmpfail);
    EXPECT_EQ(old.ask(request::unlock_key("k", cas + 1)).status(), Status::etmpfail);
    peer.ask(request::unlock_key("k", cas));
    EXPECT_EQ(old.ask(request::unlock_key("k", cas)).status(), Status::etmpfail);
}

TEST_F(KvDocuments, HaveLimits) {
    EXPECT_EQ(set(std::string(250, 'k'), "v").status(), Status::success);
    const KvReply too_long = set(std::string(251, 'k'), "v");
    EXPECT_EQ(too_long.status(), Status::einval);
    EXPECT_NE(too_long.value().find("Key length exceeds 250"), ByteView::npos) << too_long.value();
    EXPECT_EQ(set("k", std::string(20'971'520, 'v')).status(), Status::success);
    EXPECT_EQ(set("k", std::string(20'971'521, 'v')).status(), Status::e2big);
    EXPECT_EQ(set("k", "").status(), Status::success);
    EXPECT_EQ(get("k").value(), "");
}

TEST_F(KvDocuments, ThatCameCompressedGoCompressedOnlyToWhoAskedForThat) {
    protocol::Request compressed = request::set("k", ByteView{"\x05\x10"
                                                              "[1,2]",
                                                              7});
    compressed.datatype = protocol::Datatype::snappy;
    EXPECT_EQ(peer.ask(compressed).status(), Status::success);
    EXPECT_EQ(get("k").value(), compressed.value);
    EXPECT_EQ(get("k").frame().datatype(), 3) << "compressed JSON";
    KvPeer plain{cluster};
    plain.log_in({Feature::xerror, Feature::json});
    EXPECT_EQ(plain.ask(request::get("k")).value(), "[1,2]");
    EXPECT_EQ(plain.ask(request::get("k")).frame().datatype(), 1);
    EXPECT_EQ(plain.ask(compressed).status(), Status::einval) << "it did not ask for SNAPPY";
}

TEST_F(KvDocuments, ThatAreCompressedCanBeJoinedAndCounted) {
    protocol::Request compressed = request::set("k", ByteView{"\x01\x00"
                                                              "7",
                                                              3});
    compressed.datatype = protocol::Datatype::snappy;
    peer.ask(compressed);
    EXPECT_EQ(peer.ask(request::counter(Opcode::increment, "k", {.delta = 1})).value(),
              (ByteView{"\0\0\0\0\0\0\0\x08", 8}));
    peer.ask(compressed);
    EXPECT_EQ(peer.ask(request::concatenate(Opcode::append, "k", "5")).status(), Status::success);
    protocol::Request fragment = request::concatenate(Opcode::prepend, "k", compressed.value);
    fragment.datatype = protocol::Datatype::snappy;
    EXPECT_EQ(peer.ask(fragment).status(), Status::success);
    EXPECT_EQ(get("k").value(), "775");
    EXPECT_EQ(get("k").frame().datatype(), 1) << "JSON, and compressed no more";
}

TEST_F(KvDocuments, ThatDoNotInflateAreRefusedBeforeAnythingElse) {
    protocol::Request bad = request::set("k", "\xff\xff\xff");
    bad.datatype = protocol::Datatype::snappy;
    EXPECT_EQ(peer.ask(bad, 5'000).status(), Status::einval) << "not NOT_MY_VBUCKET";
    EXPECT_EQ(peer.ask(bad).value(), "") << "the real server has no words for it";
    bad.value = ByteView{
        "\x80\x80\x80\x80\x01"
        "aaaa",
        9};
    EXPECT_EQ(peer.ask(bad).status(), Status::einval) << "256 MiB, it says";
    // 21 MiB of one letter in copies of 64: few bytes, and more than a document may have.
    std::string bomb = "\x80\x80\xc0\x0a";
    bomb += ByteView{"\0a", 2};
    while (bomb.size() < 6 + 3 * (21 * 16'384 - 1)) bomb += ByteView{"\xfe\x01\x00", 3};
    bomb += ByteView{"\xfa\x01\x00", 3};
    bad.value = bomb;
    EXPECT_EQ(peer.ask(bad).status(), Status::e2big);
}

TEST_F(KvDocuments, QuietCommandsSayOnlyWhatIsUnexpected) {
    EXPECT_TRUE(peer.ask_all(request::store(Opcode::setq, "k", "v")).empty());
    EXPECT_TRUE(peer.ask_all(request::get("missing", Opcode::getq)).empty());
    EXPECT_EQ(peer.ask_all(request::get("k", Opcode::getq)).size(), 1U);
    EXPECT_EQ(peer.ask(request::store(Opcode::addq, "k", "v")).status(), Status::key_eexists);
    EXPECT_TRUE(peer.ask_all(request::remove("k", 0, Opcode::removeq)).empty());
    EXPECT_EQ(peer.ask(request::remove("k", 0, Opcode::removeq)).status(), Status::key_enoent);
    EXPECT_EQ(peer.ask(request::noop()).status(), Status::success) << "what came before is settled";
}

TEST_F(KvDocuments, MetadataShowTombstonesToo) {
    set("k", "v", {.flags = 5});
    peer.ask(request::remove("k"));
    const KvReply meta = peer.ask(request::get_meta("k"));
    EXPECT_EQ(meta.status(), Status::success);
    const auto read = protocol::read_meta(meta.frame());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->deleted, 1U);
    EXPECT_EQ(read->seqno, 2U) << "the second change of this key";
    EXPECT_EQ(peer.ask(request::get_meta("nobody")).status(), Status::key_enoent);
}

TEST_F(KvDocuments, CanBeFoundWithoutKnowingTheirKeys) {
    EXPECT_EQ(peer.ask(request::get_random_key()).status(), Status::key_enoent);
    set("b", "2");
    set("a", "1");
    const KvReply any = peer.ask(request::get_random_key());
    EXPECT_TRUE(any.frame().key() == "a" || any.frame().key() == "b");
    EXPECT_EQ(peer.ask(request::get_keys("a", 10)).value(), (ByteView{"\0\1a\0\1b", 6}));
}

}  // namespace
}  // namespace txcouchbase::cluster
