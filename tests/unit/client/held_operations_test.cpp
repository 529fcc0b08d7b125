// SPDX-License-Identifier: Apache-2.0
// HeldOperations between real machines and a server that is played, on virtual time.
#include "client/held_operations.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <deque>
#include <map>

#include "net/memcached_handshake.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/frame_writer.hpp"
#include "protocol/request.hpp"

namespace txcouchbase {
namespace {

using namespace std::chrono_literals;
using net::Answer;
using net::Duration;
using net::KvMachine;
using net::Operation;
using protocol::Frame;
using protocol::Opcode;
using protocol::Status;

struct Story {
    std::string key;
    int number = 0;  ///< of its issue
    Operation* operation = nullptr;
    std::uint32_t sequence = 0;
    int ends = 0;
    int answered_as = 0;  ///< by the how manieth answer of the server it ended; 0: by none
    Error error = {};
    Verdict verdict = Verdict::again;  ///< on the answer that ended it
};

struct Asked {
    Opcode opcode;
    std::uint32_t opaque;
    std::string key;
};

/// One node, one line of operations, and a server that decides on each request when it takes it.
class Play {
public:
    explicit Play(Overload policy = Overload::fail, net::PipelineLimits limits = {}, std::uint32_t seed = 1)
        : held(table, router, {limits.operations, limits.bytes}, policy, seed),
          machine(table, wheel, 0, "node", limits, std::make_unique<net::MemcachedHandshake>(), &held) {
        playing = this;
        held.add(machine);
        machine.on_connected(now);
        machine.on_written(protocol::header_size, now);
        answer({Opcode::version, 0, {}}, Status::success);
        machine.arm_unwritten();
        machine.on_bytes(now);
    }
    ~Play() {
        machine.close(Error{errc::connection_closed});
        held.clear();
        for (const Story& story : stories) EXPECT_EQ(story.ends, 1) << story.number;
        EXPECT_EQ(table.in_use(), 0U);
    }
    Play(const Play&) = delete;
    Play& operator=(const Play&) = delete;

    /// As Core does. Null: refused.
    Story* issue(const std::string& key, Duration timeout = 2500ms, bool may_retry = true) {
        wheel.set_now(now);
        Operation& operation = *table.acquire();
        operation.handler = &handler;
        operation.opcode = Opcode::set;
        operation.timeout = net::DeadlineWheel::ticks(timeout);
        operation.traits.may_retry = may_retry;
        const protocol::Request request{.opcode = Opcode::set, .key = key};
        const protocol::RequestEnvelope envelope{.opaque = operation.opaque};
        const std::size_t size = protocol::frame_size(request, envelope);
        char* room = held.is_active() ? nullptr : machine.submit(operation, size);
        if (room == nullptr) room = held.admit(machine, operation, key, size);
        if (room == nullptr) return table.release(operation), nullptr;
        protocol::write_request(room, request, envelope);
        Story& story = stories.emplace_back(
            Story{key, static_cast<int>(stories.size()), &operation, operation.sequence});
        Story* const address = &story;
        std::memcpy(operation.completion, &address, sizeof address);
        return &story;
    }

    /// The end of a turn: what may be sent is sent, and the server has it.
    void turn() {
        held.run(now);
        std::array<net::ByteView, 64> pieces;
        while (const std::size_t count = machine.gather(pieces)) {
            for (std::size_t i = 0; i < count; ++i) {
                unread_ += pieces[i];
                machine.on_written(pieces[i].size(), now);
            }
        }
        protocol::FrameReader reader{protocol::Receiver::server};
        Frame frame;
        while (reader.next(unread_, frame) == protocol::ReadOutcome::frame) {
            asked.push_back({frame.opcode(), frame.opaque(), std::string{frame.key()}});
            unread_.erase(0, frame.size());
        }
    }
    void pass(Duration time) {
        now += time;
        wheel.set_now(now);
        while (Operation* const operation = wheel.expire(now)) held.on_deadline(*operation);
        turn();
    }
    /// The server answers what it was asked first.
    void serve(Status status = Status::success) {
        ASSERT_FALSE(asked.empty());
        const Asked first = asked.front();
        asked.pop_front();
        answer(first, status);
    }
    void cancel(Story& story) {
        if (story.operation->sequence == story.sequence) machine.cancel(*story.operation);
    }
    /// The keys that the server has been asked for and not answered.
    std::string waiting_keys() const {
        std::string keys;
        for (const Asked& each : asked) keys += each.key;
        return keys;
    }

    net::TimePoint now{1h};
    net::OperationTable table;
    net::DeadlineWheel wheel{table, now};
    Router router;
    HeldOperations held;
    KvMachine machine;
    std::deque<Story> stories;
    std::deque<Asked> asked;
    int answers = 0;

private:
    static Story& story_of(const Operation& operation) {
        Story* story = nullptr;
        std::memcpy(&story, operation.completion, sizeof story);
        return *story;
    }
    static Answer on_reply(Operation& operation, const Frame& reply, net::ReceiveBuffer&) {
        const Verdict verdict = playing->held.retry(operation, reply.status(), reply.value(), playing->now);
        if (verdict == Verdict::again) return Answer::again;
        Story& story = story_of(operation);
        story.verdict = verdict;
        ++story.ends;
        story.answered_as = playing->answers;
        if (reply.status() != Status::success) story.error = Error{reply.status()};
        return Answer::done;
    }
    static void on_failure(Operation& operation, const Error& error) {
        Story& story = story_of(operation);
        ++story.ends;
        story.error = error;
    }
    static constexpr net::OperationHandler handler{on_reply, on_failure};
    static inline Play* playing = nullptr;  // handlers are plain functions

    void answer(const Asked& to, Status status) {
        ++answers;
        std::string bytes;
        protocol::append_frame(bytes,
                               {.magic = protocol::Magic::client_response,
                                .opcode = to.opcode,
                                .vbucket_or_status = static_cast<std::uint16_t>(status),
                                .opaque = to.opaque},
                               {.value = to.opcode == Opcode::version ? "1"
                                         : status == Status::success  ? ""
                                                                      : "not now"});
        bytes.copy(machine.receive().prepare().data(), bytes.size());
        machine.receive().commit(bytes.size());
        machine.on_bytes(now);
    }

    std::string unread_;
};

TEST(HeldOperations, CostNothingWhileNothingIsRefused) {
    Play play;
    play.issue("a");
    play.issue("a");
    play.turn();
    play.serve();
    play.serve(Status::key_enoent);
    EXPECT_FALSE(play.held.is_active());
    EXPECT_EQ(play.held.next_due(), std::nullopt);
}

TEST(HeldOperations, ARefusedOneComesBackAfterItsDelay) {
    Play play;
    const Story* const a = play.issue("a");
    play.turn();
    play.serve(Status::etmpfail);
    EXPECT_TRUE(play.held.is_active());
    ASSERT_TRUE(play.held.next_due());
    EXPECT_LE(*play.held.next_due(), play.now + 10ms);
    play.pass(7ms);
    EXPECT_EQ(play.waiting_keys(), "");
    play.pass(3ms);
    EXPECT_EQ(play.waiting_keys(), "a");
    play.serve();
    EXPECT_EQ(a->ends, 1);
    EXPECT_FALSE(a->error);
}

TEST(HeldOperations, LaterOnesOnTheKeyFollowInOrderAndOthersPass) {
    Play play;
    play.issue("a");
    play.turn();
    play.serve(Status::ebusy);
    play.issue("a");
    play.issue("b");
    play.issue("a");
    play.turn();
    EXPECT_EQ(play.waiting_keys(), "b");
    play.serve();
    play.pass(10ms);
    EXPECT_EQ(play.waiting_keys(), "a");
    play.serve();
    play.turn();
    EXPECT_EQ(play.waiting_keys(), "a") << "one alone, whether it is taken";
    play.serve();
    play.issue("a");
    play.turn();
    EXPECT_EQ(play.waiting_keys(), "aa") << "and then all";
    for (const Story& story : play.stories) EXPECT_FALSE(story.error);
}

TEST(HeldOperations, AtTheDeadlineTheLastRefusalIsTheError) {
    Play play;
    const Story* const a = play.issue("a", 50ms);
    const Story* const b = (play.turn(), play.serve(Status::enomem), play.issue("a", 50ms));
    play.pass(60ms);
    play.pass(60ms);
    EXPECT_EQ(a->error.code(), make_error_code(Status::enomem));
    ASSERT_NE(a->error.detail().timeline, nullptr);
    ASSERT_EQ(a->error.detail().timeline->retries.size(), 1U);
    EXPECT_EQ(a->error.detail().timeline->retries[0].reason, protocol::name(Status::enomem));
    EXPECT_EQ(a->error.detail().cause, "refused 1 time until its time was over");
    EXPECT_EQ(a->error.detail().server_text, "not now");
    EXPECT_EQ(b->error.rc(), errc::timed_out);
    EXPECT_EQ(b->error.detail().timeline->queued_until, std::nullopt);
    EXPECT_EQ(b->error.detail().cause,
              "not sent in time: an operation before it on its key was being retried");
    EXPECT_EQ(b->error.detail().server_text, "") << "that was said of another";
}

TEST(HeldOperations, HoweverARefusedOneEndsTheServersLastWordsAreKept) {
    Play play;
    Story* const cancelled = play.issue("a");
    const Story* const late = play.issue("b", 50ms);
    play.turn();
    play.serve(Status::ebusy);
    play.serve(Status::ebusy);
    play.cancel(*cancelled);
    EXPECT_EQ(cancelled->error.rc(), errc::cancelled);
    EXPECT_EQ(cancelled->error.detail().server_text, "not now");
    play.pass(10ms);
    ASSERT_EQ(play.waiting_keys(), "b");
    play.pass(50ms);
    EXPECT_EQ(late->error.rc(), errc::timed_out) << "on its way it may be executed";
    EXPECT_EQ(late->error.detail().server_text, "not now");
}

TEST(HeldOperations, WithoutAConnectionOneThatWaitsSaysWhyThereIsNone) {
    const Error lost{errc::connection_lost, {.cause = "the peer closed the connection"}};
    Play retrying;
    const Story* const refused = retrying.issue("a", 50ms);
    retrying.turn();
    retrying.serve(Status::etmpfail);
    const Story* const behind = retrying.issue("a", 50ms);
    retrying.machine.on_closed(lost);
    retrying.pass(60ms);
    EXPECT_EQ(refused->error.detail().cause,
              "refused 1 time until its time was over (the peer closed the connection)");
    EXPECT_EQ(behind->error.detail().cause,
              "not sent in time: an operation before it on its key was being retried (the peer closed the "
              "connection)");
}

TEST(HeldOperations, WithoutAConnectionOneThatHasNoRoomSaysWhyThereIsNone) {
    Play crowded{Overload::wait, {.operations = 1}};
    crowded.issue("a", 50ms);
    const Story* const second = crowded.issue("b", 50ms);
    crowded.machine.on_closed(Error{errc::connection_lost, {.cause = "the peer closed the connection"}});
    crowded.pass(60ms);
    EXPECT_EQ(second->error.detail().cause,
              "not sent in time: it waited for room, see max_operations (the peer closed the connection)");
}

TEST(HeldOperations, WithoutRetryNothingIsHeld) {
    Play play;
    const Story* const a = play.issue("a", 1s, false);
    play.turn();
    play.serve(Status::etmpfail);
    EXPECT_EQ(a->error.code(), make_error_code(Status::etmpfail));
    EXPECT_EQ(a->verdict, Verdict::retry_was_declined);
    play.issue("a");
    play.turn();
    EXPECT_EQ(play.waiting_keys(), "a");
}

TEST(HeldOperations, ARefusalThatCannotBeHeldIsTheEnd) {
    Play play{Overload::fail, {.operations = 1}};
    const Story* const a = play.issue("a");
    play.turn();
    play.serve(Status::etmpfail);
    const Story* const b = play.issue("b");
    ASSERT_NE(b, nullptr);
    play.turn();
    play.serve(Status::etmpfail);
    EXPECT_EQ(b->verdict, Verdict::has_no_room) << "one is held already, and one is the cap";
    EXPECT_EQ(a->ends, 0);
}

TEST(HeldOperations, BeyondTheCapTheyWaitInOrderAndPassTheFencesTheyMeet) {
    Play play{Overload::wait, {.operations = 2}};
    play.issue("a");
    play.issue("b");
    const Story* const third = play.issue("a");
    ASSERT_NE(play.issue("c"), nullptr);
    EXPECT_EQ(play.issue("d"), nullptr) << "as many wait as there may be, and no more";
    EXPECT_FALSE(play.held.is_writable());
    play.turn();
    EXPECT_EQ(play.waiting_keys(), "ab");
    play.serve();  // makes room
    play.turn();
    EXPECT_EQ(play.waiting_keys(), "ba");
    play.serve();
    play.serve();
    EXPECT_EQ(third->ends, 1);
    play.turn();
    EXPECT_EQ(play.waiting_keys(), "c");
    EXPECT_TRUE(play.held.is_writable());
}

TEST(HeldOperations, OneIsNotSentAgainWhenALaterOneWasExecutedAndSaysSo) {
    Play play;
    const Story* const a = play.issue("a");
    const Story* const b = play.issue("a");
    play.turn();
    play.serve(Status::etmpfail);
    play.pass(20ms);
    EXPECT_EQ(play.waiting_keys(), "a") << "the answer to the other is awaited";
    play.serve();
    play.turn();
    EXPECT_EQ(a->error.code(), make_error_code(Status::etmpfail));
    EXPECT_EQ(a->error.detail().cause, "not retried: a later operation on its key was executed");
    EXPECT_FALSE(b->error);
    EXPECT_EQ(b->ends, 1);
}

TEST(HeldOperations, AStormOfRefusalsOnOneKeyIsNotQuadratic) {
    Play play;
    constexpr int many = 20'000;
    for (int i = 0; i < many; ++i) play.issue("a");
    play.turn();
    for (int i = 0; i < many; ++i) {
        play.serve(Status::etmpfail);
        play.turn();
    }
    for (const Story& story : play.stories) ASSERT_EQ(story.ends, 0);
    for (int i = 0; i < many; ++i) {
        ASSERT_EQ(play.waiting_keys(), "a") << "they come back one after the other";
        play.serve();
        play.turn();
    }
    for (const Story& story : play.stories) ASSERT_FALSE(story.error);
}

// Whatever the server refuses, whoever is cancelled or late: on each key what the server executed, it executed in the
// order of issue.
TEST(HeldOperationsRandom, TheServersAnswersCameInTheOrderOfIssueOnEveryKey) {
    for (std::uint32_t seed = 1; seed <= 30; ++seed) {
        std::minstd_rand random{seed};
        const auto below = [&random](std::uint32_t limit) {
            return static_cast<std::uint32_t>(random()) % limit;
        };
        const Overload policy = seed % 2 == 0 ? Overload::wait : Overload::fail;
        Play play{policy, {.operations = seed % 3 == 0 ? 6U : 1'000U}, seed};
        for (int step = 0; step < 3'000; ++step) {
            switch (below(10)) {
                case 0:
                case 1:
                case 2:
                    play.issue(std::string(1, static_cast<char>('a' + below(4))),
                               std::chrono::milliseconds{below(3) == 0 ? 1 + below(200) : 60'000},
                               below(8) != 0);
                    break;
                case 3: play.turn(); break;
                case 4: play.pass(std::chrono::milliseconds{below(40)}); break;
                case 5:
                    if (!play.stories.empty() && below(4) == 0)
                        play.cancel(play.stories[play.stories.size() - 1 -
                                                 below(std::min<std::uint32_t>(
                                                     10, static_cast<std::uint32_t>(play.stories.size())))]);
                    break;
                default:
                    if (!play.asked.empty()) play.serve(below(3) == 0 ? Status::etmpfail : Status::success);
            }
        }
        for (int i = 0; i < 3'000 && play.table.in_use() != 0; ++i) {
            play.pass(100ms);
            while (!play.asked.empty()) play.serve();
        }
        EXPECT_EQ(play.table.in_use(), 0U) << "seed " << seed << ": somebody was forgotten";
        std::map<std::string, int> latest;
        int answered = 0;
        for (const Story& story : play.stories) {
            // What was refused, and not sent again, was not executed.
            if (story.answered_as == 0 || story.verdict != Verdict::answered) continue;
            ++answered;
            ASSERT_GT(story.answered_as, latest[story.key])
                << "seed " << seed << ", operation " << story.number;
            latest[story.key] = story.answered_as;
        }
        EXPECT_GT(answered, 200) << "the test plays too little";
    }
}

}  // namespace
}  // namespace txcouchbase
