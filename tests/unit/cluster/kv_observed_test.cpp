// What real nodes were seen to answer, exchange by exchange: a node of ours answers the same.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>

#include "tests/unit/cluster/kv_peer.hpp"

namespace txcouchbase::cluster {
namespace {

using protocol::FramingExtras;
using protocol::RequestObject;
using request::store;

std::string hex(ByteView bytes) {
    std::string text;
    for (const char byte : bytes) {
        std::array<char, 4> digits{};
        std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned char>(byte));
        text += digits.data();
    }
    return text;
}

/// The uuid behind "ref" is another one each time.
std::string without_reference(std::string value) {
    constexpr std::string_view before = "\"ref\":\"";
    const std::size_t at = value.find(before);
    return at == std::string::npos ? value : value.replace(at + before.size(), 36, "...");
}

/// A reply in a line: status, datatype, CAS (0, set, or locked), extras (16 bytes are a token), key, value.
std::string told(const KvReply& reply) {
    const Frame frame = reply.frame();
    std::array<char, 32> head{};
    std::snprintf(head.data(), head.size(), "%02x dt%x", static_cast<unsigned>(frame.status()),
                  frame.datatype());
    std::string text = head.data();
    if (frame.cas() != 0) text += frame.cas() == ~std::uint64_t{0} ? " cas=ff" : " cas";
    if (frame.extras_size() != 0) text += frame.extras_size() == 16 ? " token" : " " + hex(frame.extras());
    if (frame.key_size() != 0) text += " key=" + std::string{frame.key()};
    if (!frame.value().empty()) text += " " + without_reference(std::string{frame.value()});
    return text;
}

constexpr std::uint32_t flags = 0xdeadbeef;
constexpr const char* json = R"({"a":1,"arr":[1,2,3],"n":5})";

/// Two nodes, 64 vBuckets and a replica of each, as those that were observed.
class KvObserved : public testing::Test {
protected:
    void SetUp() override { peer.log_in(); }  // NOLINT(readability-identifier-naming): GoogleTest's name

    std::string ask(const protocol::Request& what) { return told(peer.ask(what, here)); }
    std::string count(ByteView key) {
        return told(peer.ask(
            request::counter(Opcode::increment, key, {.delta = 1, .initial = 10, .expiry = 0}), here));
    }
    static std::string ask_old(KvPeer& old, const protocol::Request& what, std::uint16_t vbucket) {
        const std::vector<KvReply> replies = old.ask_all(what, vbucket);
        return replies.empty() ? (old.is_closed() ? "closed" : "nothing") : told(replies.front());
    }

    SimulatedCluster cluster{2};
    KvPeer peer{cluster};
    KvPeer replica{cluster, 1};
    /// vBuckets that node 0 has active, and those that it is the replica of.
    std::uint16_t here = *cluster.owner(0) == 0 ? 0 : 63;
    std::uint16_t there = *cluster.owner(0) == 0 ? 63 : 0;
};

TEST_F(KvObserved, Documents) {
    EXPECT_EQ(ask(request::set("k", json, {.flags = flags})), "00 dt0 cas token");
    EXPECT_EQ(ask(request::get("k")), "00 dt1 cas deadbeef " + std::string{json});
    EXPECT_EQ(ask(request::get("k", Opcode::getk)), "00 dt1 cas deadbeef key=k " + std::string{json});
    EXPECT_EQ(ask(request::get("missing")), "01 dt0");
    EXPECT_EQ(ask(store(Opcode::add, "k", "v")), "02 dt0");
    EXPECT_EQ(ask(store(Opcode::replace, "missing", "v")), "01 dt0");
    EXPECT_EQ(ask(request::set("k", "v", {.cas = 1})), "02 dt0");
    EXPECT_EQ(count("n"), "00 dt0 cas token " + std::string("\0\0\0\0\0\0\0\n", 8));
    EXPECT_EQ(count("n"), "00 dt0 cas token " + std::string("\0\0\0\0\0\0\0\x0b", 8));
    EXPECT_EQ(count("k"), "06 dt0");
    ask(request::set("k", "mid", {.flags = flags}));
    EXPECT_EQ(ask(request::concatenate(Opcode::append, "k", "-end")), "00 dt0 cas token");
    EXPECT_EQ(ask(request::concatenate(Opcode::prepend, "k", "st-")), "00 dt0 cas token");
    EXPECT_EQ(ask(request::get("k")), "00 dt0 cas deadbeef st-mid-end");
    EXPECT_EQ(ask(request::touch("k", 100)), "00 dt0 cas");
    EXPECT_EQ(ask(request::get_and_touch("k", 100)), "00 dt0 cas deadbeef st-mid-end");
    EXPECT_EQ(told(peer.ask(request::get_random_key())).substr(0, 11), "00 dt0 cas ");
    EXPECT_EQ(peer.ask(request::get_meta("k"), here).frame().extras_size(), 20U);
    EXPECT_EQ(ask(request::get_meta("k")).substr(0, 27), "00 dt0 cas 00000000deadbeef");
}

TEST_F(KvObserved, Locks) {
    KvPeer old{cluster};
    old.log_in({Feature::json});
    ask(request::set("k", "1", {.flags = flags}));
    const KvReply locked = peer.ask(request::get_locked("k"), here);
    EXPECT_EQ(told(locked), "00 dt1 cas deadbeef 1");
    EXPECT_EQ(ask(request::get("k")), "00 dt1 cas=ff deadbeef 1");
    EXPECT_EQ(ask(request::get_locked("k")), "09 dt0");
    EXPECT_EQ(ask_old(old, request::get_locked("k"), here), "86 dt0");
    EXPECT_EQ(ask(request::set("k", "2")), "09 dt0");
    EXPECT_EQ(ask_old(old, request::set("k", "2"), here), "02 dt0");
    EXPECT_EQ(ask(request::remove("k")), "09 dt0");
    EXPECT_EQ(ask(request::unlock_key("k", 1)), "09 dt0");
    EXPECT_EQ(ask(request::unlock_key("k", locked.frame().cas())), "00 dt0");
    // 86 by 6.0.4, 0e by those that came after 7.2.
    EXPECT_EQ(ask(request::unlock_key("k", locked.frame().cas())), "0e dt0");
    EXPECT_EQ(ask(request::get_locked("missing")), "01 dt0");
}

TEST_F(KvObserved, OtherNodesVbuckets) {
    const std::string map{peer.ask(request::get_cluster_config()).value()};
    EXPECT_EQ(told(peer.ask(request::get_cluster_config())), "00 dt1 " + map);
    EXPECT_EQ(told(peer.ask(request::get("k"), there)), "07 dt0 " + map) << "it is replica here";
    EXPECT_EQ(told(peer.ask(request::set("k", "v"), there)), "07 dt0 " + map) << "and again";
    EXPECT_EQ(told(peer.ask(request::get("k"), 1'024)), "07 dt0 " + map) << "out of range";
    EXPECT_EQ(told(peer.ask(request::get_replica("k"), here)), "07 dt0 " + map);
    KvPeer plain{cluster};
    plain.log_in({Feature::xerror});
    EXPECT_EQ(told(plain.ask(request::get("k"), there)), "07 dt0 " + map);
}

TEST_F(KvObserved, Replicas) {
    replica.log_in();
    peer.ask(request::set("k", "1", {.flags = flags}), here);
    cluster.network.run();
    // The key with a zero in front of it is what 6.6.5 answers.
    EXPECT_EQ(told(replica.ask(request::get_replica("k"), here)),
              "00 dt1 cas deadbeef key=" + std::string("\0k", 2) + " 1");
    const protocol::ObserveKey keys[] = {{here, "k"}, {here, "nope"}};
    const std::string both{peer.ask(request::observe(keys)).value()};
    EXPECT_EQ(hex(both.substr(0, 6)), hex({"\0\0\0\1k\1", 6}));
    EXPECT_EQ(hex(both.substr(14)), hex({"\0\0\0\4nope\x80\0\0\0\0\0\0\0\0", 17}));
    EXPECT_EQ(replica.ask(request::observe(keys)).value(), both) << "a replica answers the same";
    EXPECT_EQ(told(peer.ask(request::observe_seqno(12345), here)), "01 dt0");
    const std::uint64_t uuid = cluster.active(here).uuid();
    const KvReply seqnos = peer.ask(request::observe_seqno(uuid), here);
    EXPECT_EQ(seqnos.value().size(), 27U);
    EXPECT_EQ(replica.ask(request::observe_seqno(uuid), here).value(), seqnos.value());
    EXPECT_EQ(peer.ask(request::get_all_vb_seqnos()).value().size(), 64U * 10) << "active and replica";
}

TEST_F(KvObserved, BucketsAndRights) {
    EXPECT_EQ(told(peer.ask(request::select_bucket("unknown"))), "01 dt0");
    EXPECT_EQ(told(peer.ask(request::list_buckets())), "00 dt0 default");
    const auto password = std::make_shared<const protocol::Secret>(std::initializer_list<ByteView>{"p"});
    cluster.network.manager().put_user(
        {.name = "reader", .password = password, .buckets = {{"default", {.may_read = true}}}});
    cluster.network.run();
    KvPeer reader{cluster};
    reader.log_in(KvPeer::all, "reader", "p");
    EXPECT_EQ(told(reader.ask(request::set("k", "v"), here)),
              R"(24 dt1 {"error":{"context":"Authorization failure: can't execute SET operation without the )"
              R"(Upsert privilege","ref":"..."}})");
    EXPECT_EQ(told(reader.ask(request::flush())),
              R"(24 dt1 {"error":{"context":"Authorization failure: can't execute FLUSH operation without )"
              R"(the BucketManagement privilege","ref":"..."}})");
    peer.ask(request::select_bucket("@no bucket@"));
    EXPECT_EQ(ask(request::get("k")), "08 dt0");
    KvPeer old{cluster};
    old.log_in({});
    old.ask(request::select_bucket("@no bucket@"));
    EXPECT_EQ(ask_old(old, request::get("k"), here), "closed");
}

TEST_F(KvObserved, Strangers) {
    KvPeer stranger{cluster};
    EXPECT_EQ(ask_old(stranger, request::get("k"), here), "closed");
    KvPeer guest{cluster};
    EXPECT_EQ(told(guest.ask(request::sasl_list_mechs())),
              "00 dt0 SCRAM-SHA512 SCRAM-SHA256 SCRAM-SHA1 PLAIN");
    EXPECT_EQ(told(guest.ask(request::sasl_auth("PLAIN", ByteView{"\0u\0p", 4}))),
              R"(20 dt0 {"error":{"ref":"..."}})");
    EXPECT_EQ(guest.ask(request::sasl_auth("CRAM-MD5", "")).status(), Status::einval) << "20 by 6.0.4";
    EXPECT_EQ(told(guest.ask(request::sasl_auth("PLAIN", ByteView{"\0Administrator\0password", 23}))),
              "00 dt0");
    EXPECT_EQ(told(guest.ask({.opcode = static_cast<Opcode>(0x77)})), "81 dt0") << "24 by 6.0.4";
}

TEST_F(KvObserved, Limits) {
    EXPECT_EQ(ask(request::set(std::string(251, 'k'), "v")),
              R"(04 dt1 {"error":{"context":"Key length exceeds 250"}})")
        << "newer than 6.0.4, which said exceed";
    EXPECT_EQ(ask(request::set("k", std::string(21'000'000, 'v'))), "03 dt0");
    protocol::Request typed = request::set("k", "1");
    typed.datatype = protocol::Datatype::json;
    KvPeer plain{cluster};
    plain.log_in({Feature::xerror});
    EXPECT_EQ(told(plain.ask(typed, here)), R"(04 dt0 {"error":{"context":"Request datatype invalid"}})");
    typed.datatype = protocol::Datatype::snappy;
    EXPECT_EQ(told(plain.ask(typed, here)), R"(04 dt0 {"error":{"context":"Request datatype invalid"}})");
    EXPECT_EQ(ask(typed), "04 dt0") << "no snappy";
}

TEST_F(KvObserved, FlexibleFraming) {
    FramingExtras barrier, durable, level_9, impersonated, preserve;
    barrier.add(RequestObject::barrier);
    durable.add(RequestObject::durability, ByteView{"\1", 1});
    level_9.add(RequestObject::durability, ByteView{"\x09", 1});
    impersonated.add(RequestObject::impersonate_user, "somebody");
    preserve.add(RequestObject::preserve_ttl);
    EXPECT_EQ(told(peer.ask(request::noop(), 0, barrier.view())), "00 dt0");
    EXPECT_EQ(peer.ask(request::set("k", "v"), here, level_9.view()).status(),
              Status::durability_invalid_level);
    EXPECT_EQ(peer.ask(request::set("k", "v"), here, durable.view()).status(),
              Status::durability_invalid_level)
        << "SYNC_REPLICATION is not granted";
    EXPECT_EQ(peer.ask(request::get("k"), here, durable.view()).status(), Status::einval);
    EXPECT_EQ(peer.ask(request::get("k"), here, impersonated.view()).status(), Status::eaccess);
    EXPECT_EQ(peer.ask(request::get("k"), here, ByteView{"\x80", 1}).status(), Status::unknown_frame_info);
    EXPECT_EQ(told(peer.ask(request::get("k"), here, ByteView{"\x15", 1})),
              R"(04 dt1 {"error":{"context":"Invalid encoding in FrameExtras"}})");
    EXPECT_EQ(ask(request::get("k")), "01 dt0") << "none of them did anything";
    KvPeer without{cluster};
    without.log_in({Feature::xerror, Feature::alt_request});
    EXPECT_EQ(without.ask(request::set("k", "v"), here, preserve.view()).status(), Status::not_supported);
    KvPeer old{cluster};
    old.log_in({Feature::xerror});
    EXPECT_TRUE(old.ask_all(request::noop(), 0, barrier.view()).empty());
    EXPECT_TRUE(old.is_closed()) << "nobody agreed to flexible frames";
}

TEST_F(KvObserved, TracingPushesAndQuietCommands) {
    peer.log_in({Feature::json, Feature::xerror, Feature::tracing});
    ask(request::set("k", "1"));
    const KvReply traced = peer.ask(request::get("k"), here);
    EXPECT_EQ(hex(traced.frame().bytes().substr(0, 4)), "18000300");
    EXPECT_EQ(hex(traced.frame().framing_extras().substr(0, 1)), "02");
    peer.log_in({Feature::json, Feature::duplex, Feature::clustermap_change_notification});
    const std::vector<KvReply> pushes = peer.on_config();
    ASSERT_EQ(pushes.size(), 1U);
    EXPECT_EQ(hex(pushes[0].frame().bytes().substr(0, 2)), "8201");
    EXPECT_EQ(pushes[0].frame().extras_size(), 16U) << "epoch and revision; 4 bytes before 7.0";
    EXPECT_EQ(pushes[0].frame().key(), "default");
    EXPECT_EQ(pushes[0].value(), peer.ask(request::get_cluster_config()).value());
    std::string batch;
    protocol::append_request(batch, request::get("k", Opcode::getq), {.opaque = 0, .vbucket = here});
    protocol::append_request(batch, request::get("none", Opcode::getq), {.opaque = 1, .vbucket = here});
    protocol::append_request(batch, request::noop(), {.opaque = 2});
    const std::vector<KvReply> replies = peer.say(batch);
    ASSERT_EQ(replies.size(), 2U);
    EXPECT_EQ(replies[0].frame().opcode(), Opcode::getq);
    EXPECT_EQ(replies[0].frame().opaque(), 0U);
    EXPECT_EQ(replies[1].frame().opcode(), Opcode::noop);
    EXPECT_EQ(replies[1].frame().opaque(), 2U);
}

}  // namespace
}  // namespace txcouchbase::cluster
