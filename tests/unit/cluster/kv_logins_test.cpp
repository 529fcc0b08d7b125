// Logging in again, and while something is under way, and when the user is another one by now.
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/cluster/kv_peer.hpp"

namespace txcouchbase::cluster {
namespace {

constexpr ByteView administrator{"\0Administrator\0password", 23};
constexpr ByteView guess{"\0Administrator\0guess-of-a-password", 34};

class KvLogins : public testing::Test {
protected:
    void put_user(std::string name, BucketRights rights) {
        const auto password = std::make_shared<const protocol::Secret>(std::initializer_list<ByteView>{"p"});
        cluster.network.manager().put_user(
            {.name = std::move(name), .password = password, .buckets = {{"default", rights}}});
        cluster.network.run();
    }

    SimulatedCluster cluster{1, {.replicas = 0}};
    KvPeer peer{cluster};
};

TEST_F(KvLogins, ThatFailLeaveNobodyLoggedIn) {
    peer.log_in();
    EXPECT_EQ(peer.ask(request::sasl_auth("PLAIN", guess)).status(), Status::auth_error);
    EXPECT_EQ(peer.ask(request::get("k")).status(), Status::eaccess);
    EXPECT_EQ(peer.ask(request::sasl_auth("PLAIN", administrator)).status(), Status::success);
    EXPECT_EQ(peer.ask(request::get("k")).status(), Status::key_enoent) << "the bucket is selected still";
}

TEST_F(KvLogins, AsSomebodyElseKeepTheBucketIfTheyMayOpenIt) {
    put_user("reader", {.may_read = true});
    put_user("guest", {});
    peer.log_in();
    peer.ask(request::set("k", "v"));
    EXPECT_EQ(peer.ask(request::sasl_auth("PLAIN", {"\0reader\0p", 9})).status(), Status::success);
    EXPECT_EQ(peer.ask(request::get("k")).value(), "v");
    EXPECT_EQ(peer.ask(request::set("k", "w")).status(), Status::eaccess);
    EXPECT_EQ(peer.ask(request::sasl_auth("PLAIN", {"\0guest\0p", 8})).status(), Status::success);
    EXPECT_EQ(peer.ask(request::get("k")).status(), Status::no_bucket);
}

TEST_F(KvLogins, CannotBeBegunTwice) {
    EXPECT_EQ(peer.ask(request::sasl_auth("SCRAM-SHA256", "n,,n=u,r=nonce")).status(), Status::auth_continue);
    EXPECT_EQ(peer.ask(request::sasl_auth("PLAIN", administrator)).status(), Status::einval);
    EXPECT_EQ(peer.ask(request::sasl_step("SCRAM-SHA256", "garbage")).status(), Status::einval);
    EXPECT_EQ(peer.ask(request::sasl_auth("PLAIN", administrator)).status(), Status::success)
        << "what failed is over";
}

TEST_F(KvLogins, AreNeededAgainWhenTheUserHasChanged) {
    put_user("u", {.may_read = true});
    peer.log_in(KvPeer::all, "u", "p");
    peer.connection().on_user_changed("another");
    EXPECT_EQ(peer.ask(request::get("k")).status(), Status::key_enoent);
    peer.connection().on_user_changed("u");
    EXPECT_EQ(peer.ask(request::get("k")).status(), Status::auth_stale);
    EXPECT_EQ(peer.ask(request::noop()).status(), Status::auth_stale);
    EXPECT_EQ(peer.ask(request::sasl_auth("SCRAM-SHA1", "n,,n=u,r=nonce")).status(), Status::auth_continue);
    EXPECT_EQ(peer.ask(request::sasl_step("SCRAM-SHA1", "c=biws,r=no,p=AAAA")).status(), Status::einval)
        << "the step is read, not AUTH_STALE";
    EXPECT_EQ(peer.ask(request::sasl_auth("PLAIN", {"\0u\0p", 4})).status(), Status::success);
    EXPECT_EQ(peer.ask(request::get("k")).status(), Status::key_enoent);
}

TEST_F(KvLogins, OfClientsWithoutExtendedErrorsEndWithTheirUsers) {
    peer.log_in({});
    peer.connection().on_user_changed("Administrator");
    EXPECT_TRUE(peer.ask_all(request::get("k")).empty());
    EXPECT_TRUE(peer.is_closed());
}

// The same name gets the same salt each time, whether somebody has it or not, and as many rounds.
TEST_F(KvLogins, ChallengeStrangersAsIfTheyWereKnown) {
    const auto challenge = [&](const std::string& user) {
        KvPeer stranger{cluster};
        const KvReply reply = stranger.ask(request::sasl_auth("SCRAM-SHA512", "n,,n=" + user + ",r=nonce"));
        EXPECT_EQ(reply.status(), Status::auth_continue);
        return std::string{reply.value().substr(reply.value().find(",s="))};
    };
    EXPECT_EQ(challenge("nobody"), challenge("nobody"));
    EXPECT_NE(challenge("nobody"), challenge("nobody-else"));
    EXPECT_EQ(challenge("Administrator"), challenge("Administrator"));
    EXPECT_EQ(challenge("nobody").size(), challenge("Administrator").size());
    const auto rounds = [](const std::string& text) { return text.substr(text.find(",i=")); };
    EXPECT_EQ(rounds(challenge("nobody")), rounds(challenge("Administrator")));
}

TEST_F(KvLogins, TellNoPasswordToAnybody) {
    for (const ByteView mechanism : {"PLAIN", "SCRAM-SHA1", "CRAM-MD5", "NONSENSE", "plain"})
        for (const ByteView message : {guess, guess.substr(1), ByteView{"guess-of-a-password"}})
            for (const KvReply& reply : peer.ask_all(request::sasl_auth(mechanism, message)))
                EXPECT_EQ(reply.frame().bytes().find("guess-of-a-password"), ByteView::npos);
}

TEST_F(KvLogins, KnowMechanismsInAnyCase) {
    EXPECT_EQ(peer.ask(request::sasl_auth("plain", administrator)).status(), Status::success);
    std::string out;
    KvConnection tls{peer.here(), true};
    std::string asked;
    protocol::append_request(asked, request::sasl_list_mechs(), {});
    tls.on_bytes(asked, cluster.network.now(), out);
    EXPECT_EQ(Frame{out}.value(), "PLAIN SCRAM-SHA512 SCRAM-SHA256 SCRAM-SHA1") << "over TLS PLAIN is first";
}

// The limit is that of strangers again from a login's first message until it has succeeded.
TEST_F(KvLogins, MakeStrangersWhileTheyGoOn) {
    peer.log_in();
    EXPECT_EQ(peer.ask(request::set("k", std::string(20'000, 'v'))).status(), Status::success);
    peer.ask(request::sasl_auth("SCRAM-SHA256", "n,,n=u,r=nonce"));
    std::string large;
    protocol::append_request(large, request::set("k", std::string(20'000, 'v')), {});
    EXPECT_TRUE(peer.say(large).empty());
    EXPECT_TRUE(peer.is_closed());
}

}  // namespace
}  // namespace txcouchbase::cluster
