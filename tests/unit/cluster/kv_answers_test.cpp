// How a node says things: to clients without extended errors, in statistics, in error maps, and with limits on itself.
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "tests/unit/cluster/kv_peer.hpp"

namespace txcouchbase::cluster {
namespace {

class KvAnswers : public testing::Test {
protected:
    /// What a client without XERROR hears where the node means `status`; "closed" for nothing at all.
    std::string heard(Status status, const protocol::Request& what = request::get("k")) {
        KvPeer old{cluster};
        old.log_in({});
        old.here().faults.add({.status = status, .opcode = what.opcode});
        const std::vector<KvReply> replies = old.ask_all(what);
        if (replies.empty()) return old.is_closed() ? "closed" : "nothing";
        return std::string{protocol::name(replies[0].status())};
    }
    std::map<std::string, std::string> statistics(KvPeer& from, ByteView group) {
        std::map<std::string, std::string> all;
        for (const KvReply& reply : from.ask_all(request::stat(group)))
            all[std::string{reply.frame().key()}] = reply.value();
        return all;
    }

    SimulatedCluster cluster{2};
    KvPeer peer{cluster};
    std::uint16_t here = *cluster.owner(0) == 0 ? 0 : 63;
};

TEST_F(KvAnswers, AreInOlderWordsForWhoDidNotAskForNewerOnes) {
    EXPECT_EQ(heard(Status::etmpfail), "ETMPFAIL");
    EXPECT_EQ(heard(Status::enomem), "ENOMEM");
    EXPECT_EQ(heard(Status::key_enoent), "KEY_ENOENT");
    EXPECT_EQ(heard(Status::locked, request::set("k", "v")), "KEY_EEXISTS");
    EXPECT_EQ(heard(Status::locked, request::get_locked("k")), "ETMPFAIL");
    EXPECT_EQ(heard(Status::cas_value_invalid, request::set("k", "v")), "KEY_EEXISTS");
    EXPECT_EQ(heard(Status::not_locked, request::unlock_key("k", 1)), "ETMPFAIL");
    EXPECT_EQ(heard(Status::sync_write_in_progress, request::set("k", "v")), "ETMPFAIL");
    EXPECT_EQ(heard(Status::sync_write_recommit_in_progress, request::set("k", "v")), "ETMPFAIL");
    EXPECT_EQ(heard(Status::unknown_collection), "EINVAL");
    for (const Status unknown :
         {Status::no_bucket, Status::eaccess, Status::auth_stale, Status::durability_impossible,
          Status::sync_write_ambiguous, Status::rate_limited_max_commands, static_cast<Status>(0x7ff0)})
        EXPECT_EQ(heard(unknown), "closed") << protocol::name(unknown);
}

TEST_F(KvAnswers, StatisticsHaveGroups) {
    peer.log_in();
    peer.ask(request::set("k", "v"), here);
    EXPECT_EQ(statistics(peer, "")["curr_items"], "1");
    EXPECT_EQ(statistics(peer, "")["ep_bucket_type"], "persistent");
    EXPECT_EQ(statistics(peer, "settings")["max_packet_size"], "31457280");
    EXPECT_EQ(statistics(peer, "uuid")["uuid"], cluster.info().uuid);
    EXPECT_EQ(statistics(peer, "reset").size(), 1U) << "the end alone";
    const std::string name = "vb_" + std::to_string(here);
    EXPECT_EQ(statistics(peer, "vbucket")[name], "active");
    EXPECT_EQ(statistics(peer, "vbucket-details").size(), 64U * 4 + 1);
    const std::string one = " " + std::to_string(here);
    auto seqnos = statistics(peer, "vbucket-seqno" + one);
    EXPECT_EQ(seqnos.size(), 4U);
    EXPECT_EQ(seqnos[name + ":high_seqno"], "1");
    EXPECT_EQ(statistics(peer, "vbucket-details" + one)[name + ":num_items"], "1");
    EXPECT_EQ(peer.ask(request::stat("vbucket-details 64")).status(), Status::not_my_vbucket);
    for (const char* bad : {"vbucket-details x", "vbucket-seqno ", "vbucket -1", "vbucket 65536"})
        EXPECT_EQ(peer.ask(request::stat(bad)).status(), Status::einval) << bad;
}

TEST_F(KvAnswers, ErrorMapsHaveTheSameCodesAndTheWordsOfTheirVersion) {
    const auto map = [&](std::uint16_t version) {
        return nlohmann::json::parse(peer.ask(request::get_error_map(version)).value());
    };
    const auto first = map(1), second = map(2);
    EXPECT_EQ(first.at("version"), 1);
    EXPECT_EQ(second.at("version"), 2);
    EXPECT_EQ(map(7), second) << "the newest that there is";
    EXPECT_EQ(first.at("errors").size(), second.at("errors").size());
    EXPECT_EQ(second.at("errors").at("86").at("name"), "ETMPFAIL");
    EXPECT_EQ(second.at("errors").at("86").at("attrs"), (nlohmann::json{"temp", "retry-now"}));
    EXPECT_EQ(second.at("errors").at("d").at("attrs"), (nlohmann::json{"fetch-config", "retry-now"}));
    EXPECT_EQ(second.at("errors").at("36").at("attrs").size(), 3U);
    EXPECT_EQ(first.at("errors").at("36").at("attrs"), nlohmann::json{"item-only"});
    EXPECT_EQ(peer.ask(request::get_error_map(0)).status(), Status::key_enoent);
    protocol::Request bad{.opcode = Opcode::get_error_map, .value = "xyz"};
    EXPECT_EQ(peer.ask(bad).status(), Status::einval);
}

// A reader may be the first to see that a document has expired; the replicas and the disk learn it then.
TEST_F(KvAnswers, WhatAReaderFindsExpiredIsToldToTheReplicas) {
    peer.log_in();
    peer.ask(request::set("k", "v", {.expiry = 10}), here);
    cluster.network.run();
    peer.here().clock_offset += std::chrono::seconds{11};
    EXPECT_EQ(peer.ask(request::get("k"), here).status(), Status::key_enoent);
    cluster.network.run();
    EXPECT_EQ(cluster.copy(1, here)->high_seqno(), 2U);
    EXPECT_TRUE(cluster.copy(1, here)->newest("k")->is_deleted());
    EXPECT_EQ(cluster.active(here).persisted_seqno(), 2U);
}

TEST_F(KvAnswers, BriefPushesAreNotRepeatedEither) {
    peer.log_in({Feature::duplex, Feature::clustermap_change_notification,
                 Feature::clustermap_change_notification_brief, Feature::dedupe_not_my_vbucket_clustermap});
    ASSERT_EQ(peer.on_config().size(), 1U);
    EXPECT_EQ(peer.on_config().size(), 0U);
    EXPECT_EQ(peer.on_config(true).at(0).value(), "");
    EXPECT_NE(peer.ask(request::get("k"), 5'000).value(), "") << "the map itself was never given";
    EXPECT_EQ(peer.ask(request::get("k"), 5'000).value(), "");
}

// Twenty megabytes in small pieces must cost what twenty megabytes cost, and leave no memory behind.
TEST_F(KvAnswers, AFrameMayComeInMillionsOfPieces) {
    peer.log_in();
    std::string bytes;
    protocol::append_request(bytes, request::set("k", std::string(20'000'000, 'v')), {.vbucket = here});
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 20)
        peer.connection().on_bytes(ByteView{bytes}.substr(at, 20), cluster.network.now(), out);
    EXPECT_EQ(Frame{out}.status(), Status::success);
    EXPECT_EQ(peer.ask(request::get("k"), here).value().size(), 20'000'000U);
}

TEST_F(KvAnswers, WrongDirectionsAreRefusedOrEndTheConnection) {
    peer.log_in();
    std::string asked;
    protocol::append_frame(asked, {.magic = protocol::Magic::server_request, .opcode = Opcode::set}, {});
    const std::vector<KvReply> replies = peer.say(asked);
    ASSERT_EQ(replies.size(), 1U);
    EXPECT_EQ(replies[0].status(), Status::not_supported);
    asked.clear();
    protocol::append_frame(asked, {.magic = protocol::Magic::server_response, .opcode = Opcode::set}, {});
    EXPECT_TRUE(peer.say(asked).empty());
    EXPECT_FALSE(peer.is_closed());
    asked.clear();
    protocol::append_frame(asked, {.magic = protocol::Magic::client_response, .opcode = Opcode::get}, {});
    EXPECT_TRUE(peer.say(asked).empty());
    EXPECT_TRUE(peer.is_closed());
}

TEST_F(KvAnswers, FaultsAreTakenInOrderByWhatTheyNameAndSpareTheHandshake) {
    FaultTable& faults = peer.here().faults;
    faults.add({.status = Status::ebusy, .count = 1'000});
    peer.log_in();  // a fault without an opcode lets clients in
    EXPECT_EQ(peer.ask(request::noop()).status(), Status::ebusy);
    faults.clear();
    faults.add({.status = Status::ebusy, .bucket = "another"});
    faults.add({.status = Status::enomem, .bucket = "default", .key_prefix = "ab"});
    EXPECT_EQ(peer.ask(request::get("a"), here).status(), Status::key_enoent);
    EXPECT_EQ(peer.ask(request::get("abc"), here).status(), Status::enomem);
    EXPECT_EQ(peer.ask(request::get("abc"), here).status(), Status::key_enoent);
    faults.add({.kind = FaultKind::wrong_opcode, .opcode = Opcode::get});
    EXPECT_EQ(peer.ask(request::get("a"), here).frame().opcode(), Opcode::verbosity);
    faults.add({.kind = FaultKind::close});
    EXPECT_TRUE(peer.ask_all(request::set("k", "v"), here).empty());
    EXPECT_TRUE(peer.is_closed());
    EXPECT_EQ(cluster.active(here).newest("k"), nullptr) << "it was not done";
}

}  // namespace
}  // namespace txcouchbase::cluster
