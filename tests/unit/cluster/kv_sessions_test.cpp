// How a node's KV connection is set up, and what it answers to strangers, liars and the lost.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/sasl_client.hpp"
#include "protocol/session_responses.hpp"
#include "tests/unit/cluster/kv_peer.hpp"

namespace txcouchbase::cluster {
namespace {

using protocol::SaslMechanism;
using protocol::SaslOutcome;

class KvSessions : public testing::Test {
protected:
    static std::vector<Feature> granted(const KvReply& reply) {
        std::vector<Feature> list;
        const auto features = protocol::read_hello(reply.frame());
        for (const Feature feature : *features) list.push_back(feature);
        return list;
    }
    /// A whole login by SCRAM; the status it ends with.
    Status scram(SaslMechanism mechanism, ByteView user, ByteView password, ByteView nonce = "a nonce") {
        protocol::SaslClient client{mechanism, user, password, nonce};
        EXPECT_EQ(client.start(), SaslOutcome::respond);
        const ByteView name = protocol::name(mechanism);
        KvReply reply = peer.ask(request::sasl_auth(name, client.response()));
        if (reply.status() != Status::auth_continue) return reply.status();
        EXPECT_EQ(client.step(reply.value()), SaslOutcome::need_key);
        client.supply(protocol::salted_password(mechanism, password, client.salt(), client.iterations()));
        reply = peer.ask(request::sasl_step(name, client.response()));
        if (reply.status() == Status::success) {
            EXPECT_EQ(client.finish(reply.value()), SaslOutcome::done) << "the node's proof";
        }
        return reply.status();
    }

    SimulatedCluster cluster{2};
    KvPeer peer{cluster};
    /// vBuckets of node 0 and of node 1.
    std::uint16_t here = *cluster.owner(0) == 0 ? 0 : 63;
    std::uint16_t there = *cluster.owner(0) == 0 ? 63 : 0;
};

TEST_F(KvSessions, GrantWhatIsImplementedInOrderAndForgetItAtTheNextHello) {
    const Feature wanted[] = {Feature::xerror, Feature::json,        Feature::collections,
                              Feature::tls,    Feature::tcp_nodelay, Feature::json};
    EXPECT_EQ(granted(peer.ask(request::hello("me", wanted))),
              (std::vector{Feature::tcp_nodelay, Feature::xerror, Feature::json}));
    EXPECT_EQ(granted(peer.ask(request::hello("me", {}))), std::vector<Feature>{});
    EXPECT_EQ(peer.ask(request::get("k")).status(), Status::ebusy);
    EXPECT_TRUE(peer.is_closed()) << "without XERROR there is no word for it";
}

TEST_F(KvSessions, RefuseFeaturesThatContradictEachOther) {
    const Feature both[] = {Feature::tcp_nodelay, Feature::tcp_delay};
    EXPECT_EQ(peer.ask(request::hello("me", both)).value(),
              R"({"error":{"context":"TCPNODELAY cannot co-exist with TCPDELAY"}})");
    const Feature lonely[] = {Feature::clustermap_change_notification};
    EXPECT_EQ(peer.ask(request::hello("me", lonely)).value(),
              R"({"error":{"context":"ClustermapChangeNotification needs Duplex"}})");
}

TEST_F(KvSessions, AdmitByEveryMechanism) {
    EXPECT_EQ(peer.ask(request::sasl_list_mechs()).value(), "SCRAM-SHA512 SCRAM-SHA256 SCRAM-SHA1 PLAIN");
    for (const SaslMechanism mechanism :
         {SaslMechanism::scram_sha1, SaslMechanism::scram_sha256, SaslMechanism::scram_sha512})
        EXPECT_EQ(scram(mechanism, "Administrator", "password"), Status::success)
            << protocol::name(mechanism);
    EXPECT_EQ(scram(SaslMechanism::scram_sha512, "Administrator", "password", "no\"nc e% "), Status::success)
        << "a nonce with spaces";
}

TEST_F(KvSessions, TellStrangersAndWrongPasswordsApartForNobody) {
    EXPECT_EQ(scram(SaslMechanism::scram_sha256, "Administrator", "guess"), Status::auth_error);
    EXPECT_EQ(scram(SaslMechanism::scram_sha256, "nobody", "guess"), Status::auth_error);
    EXPECT_EQ(peer.ask(request::sasl_auth("PLAIN", ByteView{"\0Administrator\0guess", 20})).status(),
              Status::auth_error);
    EXPECT_EQ(peer.ask(request::sasl_auth("PLAIN", "garbage")).status(), Status::einval);
    EXPECT_EQ(peer.ask(request::sasl_auth("CRAM-MD5", "")).status(), Status::einval);
    EXPECT_EQ(peer.ask(request::sasl_step("PLAIN", "")).status(), Status::einval);
    EXPECT_EQ(peer.ask(request::sasl_auth("SCRAM-SHA1", "n,,n=x")).status(), Status::einval);
}

TEST_F(KvSessions, StrangersMayAskForNothingElse) {
    const Feature xerror[] = {Feature::xerror};
    peer.ask(request::hello("me", xerror));
    EXPECT_EQ(peer.ask(request::get("k")).status(), Status::eaccess);
    EXPECT_EQ(peer.ask(request::noop()).status(), Status::eaccess);
    EXPECT_EQ(peer.ask(request::get_error_map(2)).status(), Status::success);
    EXPECT_FALSE(peer.is_closed());
    std::string large;
    protocol::append_request(large, request::set("k", std::string(17'000, 'v')), {});
    KvPeer stranger{cluster};
    stranger.say(large);
    EXPECT_TRUE(stranger.is_closed()) << "16 KiB is all that a stranger may send at a time";
}

TEST_F(KvSessions, SelectOnlyBucketsThatExistAndMayBeOpened) {
    peer.log_in();
    EXPECT_EQ(peer.ask(request::select_bucket("nobodys")).status(), Status::key_enoent);
    EXPECT_EQ(peer.ask(request::list_buckets()).value(), "default");
    EXPECT_EQ(peer.ask(request::select_bucket("@no bucket@")).status(), Status::success);
    EXPECT_EQ(peer.ask(request::get("k"), here).status(), Status::no_bucket);
    EXPECT_EQ(peer.ask(request::stat()).status(), Status::no_bucket);
}

TEST_F(KvSessions, RightsAreThoseOfTheUser) {
    const auto password = std::make_shared<const protocol::Secret>(std::initializer_list<ByteView>{"p"});
    cluster.network.manager().put_user(
        {.name = "reader", .password = password, .buckets = {{"default", {.may_read = true}}}});
    cluster.network.run();
    peer.log_in(KvPeer::all, "reader", "p");
    EXPECT_EQ(peer.ask(request::get("k"), here).status(), Status::key_enoent);
    const KvReply refused = peer.ask(request::set("k", "v"), here);
    EXPECT_EQ(refused.status(), Status::eaccess);
    EXPECT_NE(refused.value().find("can't execute SET operation without the Upsert privilege"),
              ByteView::npos)
        << refused.value();
}

TEST_F(KvSessions, TellTheMapWithEveryQuestionForAnotherNodesVbucket) {
    peer.log_in();
    const KvReply elsewhere = peer.ask(request::get("k"), there);
    EXPECT_EQ(elsewhere.status(), Status::not_my_vbucket);
    EXPECT_EQ(elsewhere.frame().datatype(), 0) << "the real server does not mark it as JSON";
    EXPECT_NE(elsewhere.value().find("\"vBucketServerMap\""), ByteView::npos);
    EXPECT_EQ(peer.ask(request::get("k"), 5'000).status(), Status::not_my_vbucket);
    EXPECT_EQ(peer.ask(request::get_replica("k"), here).status(), Status::not_my_vbucket);
    EXPECT_EQ(peer.ask(request::get_replica("k"), there).status(), Status::key_enoent)
        << "it is replica here";
    const KvReply config = peer.ask(request::get_cluster_config());
    EXPECT_EQ(config.value(), elsewhere.value());
    EXPECT_EQ(config.frame().datatype(), 1);
}

TEST_F(KvSessions, RepeatNoMapToWhoKnowsIt) {
    peer.log_in({Feature::xerror, Feature::dedupe_not_my_vbucket_clustermap,
                 Feature::get_cluster_config_with_known_version});
    EXPECT_NE(peer.ask(request::get("k"), there).value(), "");
    EXPECT_EQ(peer.ask(request::get("k"), there).value(), "");
    const protocol::ConfigVersion now = cluster.info().version;
    EXPECT_EQ(peer.ask(request::get_cluster_config(now)).value(), "");
    EXPECT_NE(peer.ask(request::get_cluster_config(protocol::ConfigVersion{1, now.revision - 1})).value(),
              "");
    EXPECT_EQ(peer.ask(request::get_cluster_config(protocol::ConfigVersion{0, 1})).status(), Status::einval);
}

TEST_F(KvSessions, PushANewMapFullOrBriefToWhoAsked) {
    peer.log_in({Feature::duplex, Feature::clustermap_change_notification, Feature::json});
    EXPECT_EQ(peer.on_config().size(), 1U);
    EXPECT_EQ(peer.on_config().size(), 0U) << "it has that one";
    EXPECT_EQ(peer.on_config(true).size(), 1U);
    KvPeer brief{cluster};
    brief.log_in({Feature::duplex, Feature::clustermap_change_notification_brief});
    const std::vector<KvReply> pushes = brief.on_config();
    ASSERT_EQ(pushes.size(), 1U);
    EXPECT_EQ(pushes[0].frame().magic(), protocol::Magic::server_request);
    EXPECT_EQ(pushes[0].value(), "");
    EXPECT_EQ(pushes[0].frame().key(), "default");
    KvPeer deaf{cluster};
    deaf.log_in();
    EXPECT_EQ(deaf.on_config().size(), 0U);
}

TEST_F(KvSessions, EveryAnswerHasADurationUnderTracing) {
    peer.log_in({Feature::tracing, Feature::xerror, Feature::select_bucket});
    const KvReply miss = peer.ask(request::get("k"), here);
    EXPECT_EQ(miss.frame().magic(), protocol::Magic::flex_response);
    EXPECT_EQ(miss.frame().framing_extras().size(), 3U);
    EXPECT_EQ(miss.status(), Status::key_enoent);
}

TEST_F(KvSessions, KeysCanBeObservedWhereverTheyAre) {
    peer.log_in();
    peer.ask(request::set("k", "v"), here);
    cluster.network.run();
    const protocol::ObserveKey keys[] = {{here, "k"}, {here, "nobody"}};
    const KvReply observed = peer.ask(request::observe(keys));
    auto entries = protocol::read_observe(observed.frame());
    ASSERT_TRUE(entries);
    EXPECT_EQ(entries->begin()->state, protocol::KeyState::persisted);
    KvPeer replica{cluster, 1};
    replica.log_in();
    const KvReply replied = replica.ask(request::observe(keys));
    const auto there_too = protocol::read_observe(replied.frame());
    ASSERT_TRUE(there_too);
    EXPECT_EQ(there_too->begin()->state, protocol::KeyState::persisted);
    EXPECT_EQ(there_too->begin()->cas, entries->begin()->cas);
    const auto token = protocol::read_mutation(peer.ask(request::set("k", "w"), here).frame())->token;
    const auto seqnos =
        protocol::read_observe_seqno(peer.ask(request::observe_seqno(token->vbucket_uuid), here).frame());
    ASSERT_TRUE(seqnos);
    EXPECT_EQ(seqnos->current_seqno, token->seqno);
    EXPECT_EQ(peer.ask(request::observe_seqno(12345), here).status(), Status::key_enoent);
}

TEST_F(KvSessions, StatisticsEndWithAnEmptyFrame) {
    peer.log_in();
    const std::vector<KvReply> all = peer.ask_all(request::stat());
    ASSERT_GT(all.size(), 3U);
    EXPECT_TRUE(protocol::read_stat(all.back().frame()).is_end());
    EXPECT_EQ(peer.ask_all(request::stat("vbucket")).size(), 65U);
    EXPECT_EQ(peer.ask(request::stat("no such group")).status(), Status::key_enoent);
}

TEST_F(KvSessions, FalsifyWhatTheyAreTold) {
    peer.log_in();
    FaultTable& faults = peer.here().faults;
    faults.add({.status = Status::etmpfail, .opcode = Opcode::get, .count = 2});
    EXPECT_EQ(peer.ask(request::get("k"), here).status(), Status::etmpfail);
    EXPECT_EQ(peer.ask(request::set("k", "v"), here).status(), Status::success) << "another command";
    EXPECT_EQ(peer.ask(request::get("k"), here).status(), Status::etmpfail);
    EXPECT_EQ(peer.ask(request::get("k"), here).status(), Status::success) << "spent";
    faults.add({.kind = FaultKind::duplicate, .key_prefix = "k"});
    EXPECT_EQ(peer.ask_all(request::get("k"), here).size(), 2U);
    faults.add({.kind = FaultKind::drop_reply, .opcode = Opcode::set});
    EXPECT_EQ(peer.ask_all(request::set("k", "w"), here).size(), 0U);
    EXPECT_EQ(peer.ask(request::get("k"), here).value(), "w") << "done all the same";
    faults.add({.kind = FaultKind::wrong_opaque});
    EXPECT_EQ(peer.ask(request::get("k"), here).frame().opaque(), ~0U);
    faults.add({.kind = FaultKind::execute_and_close});
    EXPECT_EQ(peer.ask_all(request::set("k", "x"), here).size(), 0U);
    EXPECT_TRUE(peer.is_closed());
}

TEST_F(KvSessions, OfADeletedBucketAreClosedAndOfAChangedUserStale) {
    peer.log_in();
    peer.connection().on_user_changed("Administrator");
    EXPECT_EQ(peer.ask(request::get("k"), here).status(), Status::auth_stale);
    peer.log_in();
    EXPECT_EQ(peer.ask(request::get("k"), here).status(), Status::key_enoent);
    peer.connection().on_bucket_gone("another");
    EXPECT_FALSE(peer.is_closed());
    peer.connection().on_bucket_gone("default");
    EXPECT_TRUE(peer.is_closed());
}

TEST_F(KvSessions, AnswerWhatTheyDoNotKnowAndCloseOnWhatTheyCannotRead) {
    peer.log_in();
    EXPECT_EQ(peer.ask({.opcode = static_cast<Opcode>(0x77)}).status(), Status::unknown_command);
    EXPECT_EQ(peer.ask({.opcode = Opcode::get, .key = "k", .value = "v"}, here).status(), Status::einval);
    EXPECT_EQ(peer.ask(request::noop()).status(), Status::success);
    EXPECT_EQ(peer.ask(request::version()).value(), "6.6.5-10080-txcb");
    EXPECT_TRUE(peer.say("GET / HTTP/1.1\r\n\r\n").empty());
    EXPECT_TRUE(peer.is_closed());
    KvPeer quitter{cluster};
    quitter.log_in();
    EXPECT_EQ(quitter.ask(request::quit()).status(), Status::success);
    EXPECT_TRUE(quitter.is_closed());
}

// However the bytes are cut, the answers are the same.
TEST_F(KvSessions, ReadBytesInAnyPieces) {
    peer.log_in();
    std::string bytes;
    protocol::append_request(bytes, request::set("k", "value"), {.vbucket = here});
    protocol::append_request(bytes, request::get("k"), {.vbucket = here});
    protocol::append_request(bytes, request::noop(), {});
    for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
        std::size_t answers = 0;
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            answers += peer.say(ByteView{bytes}.substr(at, piece)).size();
        EXPECT_EQ(answers, 3U) << piece;
    }
}

// A flood of questions with long answers must not become a flood of memory.
TEST_F(KvSessions, LetQuestionsWaitWhileTheirAnswersPileUp) {
    peer.log_in();
    peer.ask(request::set("k", std::string(1'000'000, 'v')), here);
    std::string questions;
    for (int i = 0; i < 100; ++i) protocol::append_request(questions, request::get("k"), {.vbucket = here});
    std::string out;
    peer.connection().on_bytes(questions, cluster.network.now(), out);
    EXPECT_LT(out.size(), 6'000'000U);
    EXPECT_TRUE(peer.connection().is_waiting());
    std::size_t answers = KvPeer::split(out).size();
    while (peer.connection().is_waiting()) {
        out.clear();
        peer.connection().on_bytes({}, cluster.network.now(), out);
        answers += KvPeer::split(out).size();
    }
    EXPECT_EQ(answers, 100U);
}

}  // namespace
}  // namespace txcouchbase::cluster
