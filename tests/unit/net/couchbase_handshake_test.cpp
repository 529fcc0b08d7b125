// The handshake with a Couchbase node, against a node that is played.
// SPDX-License-Identifier: Apache-2.0
#include "net/couchbase_handshake.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "protocol/classic_requests.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/scram_server.hpp"
#include "tests/unit/net/frames.hpp"

namespace txcouchbase::net {
namespace {

using protocol::Feature;
using protocol::SaslMechanism;
using Step = Handshake::Step;

/// A node, its answers in order, and how many round trips it took.
class Node {
public:
    std::string mechanisms = "SCRAM-SHA512 SCRAM-SHA256 SCRAM-SHA1 PLAIN";
    std::string password = "pencil";
    std::uint32_t iterations = 1'000;
    Status hello_status = Status::success;
    Status bucket_status = Status::success;
    Status config_status = Status::success;
    bool proves_itself = true;
    std::vector<Opcode> asked = {};

    /// Answers everything in `said`; true while the handshake goes on.
    std::string answer(const std::string& said) {
        std::string answers;
        ByteView rest = said;
        protocol::FrameReader reader{protocol::Receiver::server};
        protocol::Frame frame;
        while (reader.next(rest, frame) == protocol::ReadOutcome::frame) {
            rest.remove_prefix(frame.size());
            asked.push_back(frame.opcode());
            answers += answer_to(frame);
        }
        return answers;
    }

private:
    std::string answer_to(const protocol::Frame& frame) {
        switch (frame.opcode()) {
            case Opcode::hello:
                return reply_frame(Opcode::hello, 0, ByteView{"\0\x07\0\x08\0\x0b", 6}, hello_status);
            case Opcode::get_error_map: return reply_frame(Opcode::get_error_map, 0, "{\"version\":2}");
            case Opcode::sasl_list_mechs: return reply_frame(Opcode::sasl_list_mechs, 0, mechanisms);
            case Opcode::sasl_auth: return on_auth(frame);
            case Opcode::sasl_step: return on_step(frame);
            case Opcode::select_bucket: return reply_frame(Opcode::select_bucket, 0, {}, bucket_status);
            default: return reply_frame(frame.opcode(), 0, "{\"rev\":1}", config_status);
        }
    }

    std::string on_auth(const protocol::Frame& frame) {
        const ByteView wanted = frame.key();
        if ((' ' + mechanisms + ' ').find(' ' + std::string{wanted} + ' ') == std::string::npos)
            return reply_frame(Opcode::sasl_auth, 0, {}, Status::einval);
        if (wanted == "PLAIN") {
            const auto credentials = protocol::read_plain_message(frame.value());
            const bool is_right = credentials && credentials->password == password;
            return reply_frame(Opcode::sasl_auth, 0, {}, is_right ? Status::success : Status::auth_error);
        }
        const SaslMechanism mechanism = *protocol::find_sasl_mechanism(wanted);
        scram_.emplace(mechanism, "server");
        scram_->start(frame.value());
        scram_->supply(protocol::make_scram_verifier(mechanism, password, "0123456789abcdef", iterations));
        return reply_frame(Opcode::sasl_auth, 0, scram_->response(), Status::auth_continue);
    }

    std::string on_step(const protocol::Frame& frame) {
        if (scram_->step(frame.value()) != protocol::SaslOutcome::done)
            return reply_frame(Opcode::sasl_step, 0, {}, Status::auth_error);
        return reply_frame(Opcode::sasl_step, 0, proves_itself ? scram_->response() : "v=Z3Vlc3NlZA==");
    }

    std::optional<protocol::ScramServer> scram_;
};

struct Talk {
    explicit Talk(std::shared_ptr<const Credentials> credentials, CouchbaseSession wishes = {.bucket = "b"})
        : handshake(std::make_shared<const CouchbaseSession>(std::move(wishes)), std::move(credentials)) {}

    /// Lets the two talk to the end.
    Step run() {
        std::string said = handshake.start("nonce");
        round_trips = 0;
        while (!said.empty()) {
            ++round_trips;
            const std::string answers = node.answer(said);
            said.clear();
            ByteView rest = answers;
            protocol::FrameReader reader{protocol::Receiver::client};
            protocol::Frame frame;
            while (reader.next(rest, frame) == protocol::ReadOutcome::frame) {
                rest.remove_prefix(frame.size());
                step = handshake.on_frame(frame, said);
                while (step == Step::deriving) {
                    ++slices;
                    step = handshake.derive(said);
                }
                if (step == Step::failed || step == Step::done) return step;
            }
        }
        return step;
    }
    bool has_cause(ByteView words) const { return handshake.cause().find(words) != std::string::npos; }

    Node node;
    CouchbaseHandshake handshake;
    Step step = Step::idle;
    int round_trips = 0;
    int slices = 0;
};

const auto wary = std::make_shared<const Credentials>("user", "pencil", false);
const auto open = std::make_shared<const Credentials>("user", "pencil", true);

TEST(CouchbaseHandshake, ByScramIsOverInTwoRoundTripsAndTellsWhatTheNodeSaid) {
    Talk talk{wary, {.bucket = "b", .features = {Feature::xerror, Feature::json, Feature::snappy}}};
    EXPECT_EQ(talk.run(), Step::done) << talk.handshake.cause();
    EXPECT_EQ(talk.round_trips, 2);
    const SessionFacts& facts = talk.handshake.facts();
    EXPECT_TRUE(facts.features.contains(Feature::xerror));
    EXPECT_FALSE(facts.features.contains(Feature::snappy)) << "it was not granted";
    EXPECT_FALSE(facts.features.contains(Feature::select_bucket)) << "nobody asked for it";
    EXPECT_EQ(facts.config, "{\"rev\":1}");
    EXPECT_EQ(facts.error_map, "{\"version\":2}");
}

TEST(CouchbaseHandshake, ByPlainOverTlsIsOverInTwoRoundTrips) {
    Talk talk{wary, {.bucket = "b", .is_tls = true}};
    EXPECT_EQ(talk.run(), Step::done) << talk.handshake.cause();
    EXPECT_EQ(talk.round_trips, 2);
}

TEST(CouchbaseHandshake, SpendsOneRoundTripMoreWhenItsGuessIsNotOffered) {
    for (const std::string_view mechanisms : {"SCRAM-SHA1", "SCRAM-SHA256 PLAIN"}) {
        Talk talk{wary};
        talk.node.mechanisms = mechanisms;
        EXPECT_EQ(talk.run(), Step::done) << talk.handshake.cause();
        EXPECT_EQ(talk.round_trips, 3);
    }
}

TEST(CouchbaseHandshake, NeverShowsThePasswordInClearUnlessThatIsAllowed) {
    Talk guarded{wary};
    guarded.node.mechanisms = "PLAIN";
    EXPECT_EQ(guarded.run(), Step::failed);
    EXPECT_EQ(guarded.handshake.code(), errc::auth_error);
    EXPECT_TRUE(guarded.has_cause("allow_plain"));

    Talk allowed{open};
    allowed.node.mechanisms = "PLAIN";
    EXPECT_EQ(allowed.run(), Step::done);
    EXPECT_LE(allowed.round_trips, 3);
}

TEST(CouchbaseHandshake, AWrongPasswordIsAnAuthError) {
    for (const bool is_tls : {false, true}) {
        Talk talk{wary, {.bucket = "b", .is_tls = is_tls}};
        talk.node.password = "another";
        EXPECT_EQ(talk.run(), Step::failed);
        EXPECT_EQ(talk.handshake.code(), errc::auth_error);
        EXPECT_FALSE(talk.has_cause("pencil"));
    }
}

TEST(CouchbaseHandshake, LeavesANodeThatDoesNotProveItself) {
    Talk talk{wary};
    talk.node.proves_itself = false;
    EXPECT_EQ(talk.run(), Step::failed);
    EXPECT_EQ(talk.handshake.code(), errc::auth_error);
    EXPECT_TRUE(talk.has_cause("bad_signature")) << talk.handshake.cause();
}

TEST(CouchbaseHandshake, RefusesIterationCountsThatAreAbsurd) {
    for (const std::uint32_t count : {1U, 999U, 200'001U}) {
        Talk talk{wary};
        talk.node.iterations = count;
        EXPECT_EQ(talk.run(), Step::failed);
        EXPECT_TRUE(talk.has_cause("bad_iteration_count")) << talk.handshake.cause();
    }
}

TEST(CouchbaseHandshake, DerivesASaltedPasswordOnceAndInSlices) {
    const auto credentials = std::make_shared<const Credentials>("user", "pencil", false);
    Talk first{credentials};
    first.node.iterations = 5'000;
    EXPECT_EQ(first.run(), Step::done);
    EXPECT_GE(first.slices, 4);
    Talk second{credentials};
    second.node.iterations = 5'000;
    EXPECT_EQ(second.run(), Step::done);
    EXPECT_EQ(second.slices, 0) << "the salt, count, mechanism and user are the same";
    Talk third{credentials};
    third.node.iterations = 6'000;
    EXPECT_EQ(third.run(), Step::done);
    EXPECT_GT(third.slices, 0);
}

TEST(CouchbaseHandshake, ABucketThatIsMissingOrForbiddenIsNotFound) {
    for (const Status status : {Status::key_enoent, Status::eaccess}) {
        Talk talk{wary};
        talk.node.bucket_status = status;
        EXPECT_EQ(talk.run(), Step::failed);
        EXPECT_EQ(talk.handshake.code(), errc::bucket_not_found);
    }
}

TEST(CouchbaseHandshake, WithoutAMapIsDoneAndSaysWhetherTheCommandExists) {
    for (const auto& [status, lacks] :
         {std::pair{Status::key_enoent, false}, {Status::unknown_command, true}}) {
        Talk talk{wary};
        talk.node.config_status = status;
        EXPECT_EQ(talk.run(), Step::done);
        EXPECT_EQ(talk.handshake.facts().config, "");
        EXPECT_EQ(talk.handshake.facts().lacks_config_command, lacks);
    }
}

TEST(CouchbaseHandshake, WithoutCredentialsAsksForBucketAndMapAtOnce) {
    Talk talk{nullptr};
    EXPECT_EQ(talk.run(), Step::done);
    EXPECT_EQ(talk.round_trips, 1);
    EXPECT_EQ(talk.node.asked, (std::vector{Opcode::hello, Opcode::get_error_map, Opcode::select_bucket,
                                            Opcode::get_cluster_config}));
}

TEST(CouchbaseHandshake, WithoutABucketAsksForTheMapOfTheCluster) {
    Talk talk{nullptr, {}};
    EXPECT_EQ(talk.run(), Step::done);
    EXPECT_EQ(talk.node.asked,
              (std::vector{Opcode::hello, Opcode::get_error_map, Opcode::get_cluster_config}));
}

TEST(CouchbaseHandshake, NamesAPeerThatIsNoCouchbaseNode) {
    Talk talk{wary};
    talk.node.hello_status = Status::unknown_command;
    EXPECT_EQ(talk.run(), Step::failed);
    EXPECT_EQ(talk.handshake.code(), errc::protocol_error);
    EXPECT_TRUE(talk.has_cause("not a Couchbase node"));

    std::string said;
    Talk confused{wary};
    confused.handshake.start("nonce");
    EXPECT_EQ(confused.handshake.on_frame(protocol::Frame{reply_frame(Opcode::get, 0)}, said), Step::failed);
    EXPECT_TRUE(confused.has_cause("not a Couchbase node"));
}

TEST(CouchbaseHandshake, TakesAPushInBetweenForNoAnswer) {
    Talk talk{wary};
    std::string said;
    talk.handshake.start("nonce");
    std::string push;
    protocol::append_frame(push, {.magic = protocol::Magic::server_request, .opcode = Opcode::set}, {});
    EXPECT_EQ(talk.handshake.on_frame(protocol::Frame{push}, said), Step::talking);
}

TEST(CouchbaseHandshake, CredentialsThatNoMechanismCanCarryFailAtTheFirstAnswerAndAreNeverSent) {
    Talk talk{std::make_shared<const Credentials>(ByteView{"us\0er", 5}, "pencil", false)};
    EXPECT_EQ(talk.run(), Step::failed);
    EXPECT_EQ(talk.handshake.code(), errc::auth_error);
    EXPECT_EQ(std::count(talk.node.asked.begin(), talk.node.asked.end(), Opcode::sasl_auth), 0);
}

}  // namespace
}  // namespace txcouchbase::net
