// SPDX-License-Identifier: Apache-2.0
#include "net/memcached_handshake.hpp"

#include <gtest/gtest.h>

#include "protocol/scram_server.hpp"
#include "tests/unit/net/frames.hpp"

namespace txcouchbase::net {
namespace {

using Step = Handshake::Step;
using protocol::SaslMechanism;
using protocol::SaslOutcome;

/// A handshake and what it has said since it was last asked.
class Conversation {
public:
    explicit Conversation(std::shared_ptr<const Credentials> credentials = {})
        : machine(std::move(credentials)) {
        restart();
    }

    void restart() { said = machine.start("nonce"); }
    Step answer(const std::string& bytes) {
        said.clear();
        return machine.on_frame(protocol::Frame{bytes}, said);
    }
    Step answer(Opcode opcode, ByteView value, Status status = Status::success) {
        return answer(reply_frame(opcode, 0, value, status));
    }
    /// As far as the question which logins there are.
    Conversation& past_version() {
        EXPECT_EQ(answer(Opcode::version, "1.6.18"), Step::talking);
        return *this;
    }
    bool has_cause(ByteView words) const { return machine.cause().find(words) != std::string::npos; }

    MemcachedHandshake machine;
    std::string said;
};

const auto clear = std::make_shared<const Credentials>("user", "pencil", true);
const auto secret = std::make_shared<const Credentials>("user", "pencil", false);

TEST(MemcachedHandshake, AsksForTheVersionWithoutKeyOrBody) {
    EXPECT_EQ(Conversation{}.said, request_frame({}, 0, {}, Opcode::version));
    EXPECT_EQ(Conversation{clear}.said, request_frame({}, 0, {}, Opcode::version));
}

TEST(MemcachedHandshake, WithoutCredentialsIsDoneWhenTheVersionComes) {
    Conversation talk;
    EXPECT_EQ(talk.answer(Opcode::version, "1.6.18"), Step::done);
    EXPECT_EQ(talk.said, "");
}

TEST(MemcachedHandshake, FailsWhenTheVersionIsRefused) {
    Conversation talk;
    EXPECT_EQ(talk.answer(Opcode::version, {}, Status::eaccess), Step::failed);
    EXPECT_EQ(talk.machine.code(), errc::protocol_error);
    EXPECT_TRUE(talk.has_cause("EACCESS")) << talk.machine.cause();
}

TEST(MemcachedHandshake, FailsWhenAnotherCommandIsAnsweredAtAnyStep) {
    Conversation talk{clear};
    EXPECT_EQ(talk.answer(Opcode::get, {}), Step::failed);
    EXPECT_TRUE(talk.has_cause("VERSION"));
    talk.restart();
    EXPECT_EQ(talk.past_version().answer(Opcode::version, {}), Step::failed);
    EXPECT_TRUE(talk.has_cause("SASL_LIST_MECHS"));
    talk.restart();
    EXPECT_EQ(talk.past_version().answer(Opcode::sasl_list_mechs, "PLAIN"), Step::talking);
    EXPECT_EQ(talk.answer(Opcode::get, {}), Step::failed);
    EXPECT_EQ(talk.machine.code(), errc::protocol_error);
}

TEST(MemcachedHandshake, FailsWhenAnythingComesUnasked) {
    MemcachedHandshake fresh;
    std::string said;
    EXPECT_EQ(fresh.on_frame(protocol::Frame{reply_frame(Opcode::version, 0, "1")}, said), Step::failed);
    Conversation talk;
    EXPECT_EQ(talk.answer(Opcode::version, "1.6.18"), Step::done);
    EXPECT_EQ(talk.answer(Opcode::version, "1.6.18"), Step::failed);
}

TEST(MemcachedHandshake, StartsAfreshOnTheNextConnection) {
    Conversation talk{clear};
    talk.past_version().answer(Opcode::sasl_list_mechs, "PLAIN");
    talk.restart();
    EXPECT_EQ(talk.said, request_frame({}, 0, {}, Opcode::version));
    EXPECT_EQ(talk.past_version().answer(Opcode::sasl_list_mechs, {}, Status::unknown_command), Step::done);
}

TEST(MemcachedHandshake, SendsNothingWithABodyBeforeTheServerHasShownThatItKnowsIt) {
    Conversation talk{clear};
    talk.past_version();
    EXPECT_EQ(talk.said, request_frame({}, 0, {}, Opcode::sasl_list_mechs));
}

TEST(MemcachedHandshake, NeedsNoLoginOfAServerThatKnowsNone) {
    Conversation talk{secret};
    EXPECT_EQ(talk.past_version().answer(Opcode::sasl_list_mechs, {}, Status::unknown_command), Step::done);
    EXPECT_EQ(talk.said, "");
}

TEST(MemcachedHandshake, FailsWhenTheMechanismsAreRefused) {
    Conversation talk{clear};
    EXPECT_EQ(talk.past_version().answer(Opcode::sasl_list_mechs, {}, Status::eaccess), Step::failed);
    EXPECT_EQ(talk.machine.code(), errc::auth_error);
}

TEST(MemcachedHandshake, SendsThePasswordInClearOnlyWhenThatIsAllowed) {
    Conversation open{clear};
    EXPECT_EQ(open.past_version().answer(Opcode::sasl_list_mechs, "PLAIN"), Step::talking);
    EXPECT_EQ(open.said, request_frame("PLAIN", 0, ByteView{"\0user\0pencil", 12}, Opcode::sasl_auth));
    EXPECT_EQ(open.answer(Opcode::sasl_auth, "Authenticated"), Step::done);

    Conversation guarded{secret};
    EXPECT_EQ(guarded.past_version().answer(Opcode::sasl_list_mechs, "PLAIN"), Step::failed);
    EXPECT_EQ(guarded.said, "");
    EXPECT_EQ(guarded.machine.code(), errc::auth_error);
    EXPECT_TRUE(guarded.has_cause("allow_plain"));
}

TEST(MemcachedHandshake, AWrongPasswordIsAnAuthError) {
    Conversation talk{clear};
    talk.past_version().answer(Opcode::sasl_list_mechs, "PLAIN");
    EXPECT_EQ(talk.answer(Opcode::sasl_auth, "Auth failure", Status::auth_error), Step::failed);
    EXPECT_EQ(talk.machine.code(), errc::auth_error);
    EXPECT_FALSE(talk.has_cause("pencil"));
}

/// The server's side of a login by SCRAM-SHA256, spoken through frames.
struct ScramPeer {
    static constexpr auto mechanism = SaslMechanism::scram_sha256;
    protocol::ScramServer server{mechanism, "server"};

    std::string challenge(const std::string& request, ByteView password) {
        EXPECT_EQ(server.start(protocol::Frame{request}.value()), SaslOutcome::need_key);
        server.supply(protocol::make_scram_verifier(mechanism, password, std::string(16, 's'), 1'000));
        return reply_frame(Opcode::sasl_auth, 0, server.response(), Status::auth_continue);
    }
};

TEST(MemcachedHandshake, LogsInBySecretChallengeAndChecksTheServersProof) {
    Conversation talk{secret};
    talk.past_version();
    EXPECT_EQ(talk.answer(Opcode::sasl_list_mechs, "PLAIN SCRAM-SHA256"), Step::talking);
    EXPECT_EQ(protocol::Frame{talk.said}.key(), "SCRAM-SHA256");
    ScramPeer peer;
    EXPECT_EQ(talk.answer(peer.challenge(talk.said, "pencil")), Step::talking);
    EXPECT_EQ(protocol::Frame{talk.said}.opcode(), Opcode::sasl_step);
    EXPECT_EQ(peer.server.step(protocol::Frame{talk.said}.value()), SaslOutcome::done);
    EXPECT_EQ(talk.answer(Opcode::sasl_step, peer.server.response()), Step::done);
}

TEST(MemcachedHandshake, AnswersWithTheServersOwnSpellingOfTheMechanism) {
    Conversation talk{secret};
    talk.past_version();
    EXPECT_EQ(talk.answer(Opcode::sasl_list_mechs, "PLAIN SCRAM-SHA-256"), Step::talking);
    EXPECT_EQ(protocol::Frame{talk.said}.key(), "SCRAM-SHA-256");
    ScramPeer peer;
    EXPECT_EQ(talk.answer(peer.challenge(talk.said, "pencil")), Step::talking);
    EXPECT_EQ(protocol::Frame{talk.said}.key(), "SCRAM-SHA-256");
}

TEST(MemcachedHandshake, RefusesAServerThatDoesNotKnowThePassword) {
    Conversation talk{secret};
    talk.past_version().answer(Opcode::sasl_list_mechs, "SCRAM-SHA256");
    ScramPeer impostor;
    EXPECT_EQ(talk.answer(impostor.challenge(talk.said, "a guess")), Step::talking);
    EXPECT_EQ(talk.answer(Opcode::sasl_step, "v=Z3Vlc3NlZA=="), Step::failed);
    EXPECT_EQ(talk.machine.code(), errc::auth_error);
}

TEST(MemcachedHandshake, RefusesASuccessThatComesBeforeTheProof) {
    Conversation talk{secret};
    talk.past_version().answer(Opcode::sasl_list_mechs, "SCRAM-SHA256");
    EXPECT_EQ(talk.answer(Opcode::sasl_auth, {}), Step::failed);
    EXPECT_EQ(talk.machine.code(), errc::auth_error);
    EXPECT_TRUE(talk.has_cause("early_success")) << talk.machine.cause();
}

TEST(MemcachedHandshake, FailsWhenTheServerGoesOnAfterTheEnd) {
    Conversation talk{clear};
    talk.past_version().answer(Opcode::sasl_list_mechs, "PLAIN");
    EXPECT_EQ(talk.answer(Opcode::sasl_auth, "more?", Status::auth_continue), Step::failed);
    EXPECT_EQ(talk.machine.code(), errc::auth_error);
}

}  // namespace
}  // namespace txcouchbase::net
