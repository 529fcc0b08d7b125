// SPDX-License-Identifier: Apache-2.0
// What a change of the cluster's map does to operations, between real machines and nodes that are played.
#include <gmock/gmock.h>

#include <array>
#include <deque>
#include <map>
#include <random>

#include "client/held_operations.hpp"
#include "net/memcached_handshake.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/request.hpp"

namespace txcouchbase {
namespace {

using namespace std::chrono_literals;
using net::KvMachine;
using net::Operation;
using protocol::Frame;
using protocol::Opcode;
using protocol::Status;
using testing::ElementsAre;
using testing::IsEmpty;

/// A key whose vBucket, of two, is the given one.
std::string key_of(std::uint16_t vbucket, int number = 0) {
    for (int i = 0;; ++i)
        if (const std::string key = "k" + std::to_string(i);
            protocol::vbucket_of(key, 2) == vbucket && number-- == 0)
            return key;
}

class Moves : public testing::Test {
protected:
    Moves() {
        for (KvMachine* const machine : {&lobby, &a, &b}) held.add(*machine);
        router.use_lobby(lobby.index());
    }
    ~Moves() override {
        for (KvMachine* const machine : {&lobby, &a, &b}) machine->close(Error{errc::connection_closed});
        held.clear();
        EXPECT_EQ(table.in_use(), 0U);
    }

    /// The nodes of the two vBuckets, and of the first one when the rebalance is over.
    void use_map(int first, int second, int forward = -1) {
        auto map = std::make_shared<protocol::ClusterMap>();
        map->data_nodes = 2;
        const auto index = [](int node) { return static_cast<std::int16_t>(node - 1); };
        map->table = protocol::VbucketTable{2, 0, {index(first), index(second)}};
        if (forward != -1) map->forward = protocol::VbucketTable{2, 0, {index(forward), index(second)}};
        router.use_map(std::move(map), {a.index(), b.index()}, lobby.index());
        held.on_map_changed(now);
        held.run(now);
    }
    void connect(KvMachine& machine) {
        machine.on_connected(now);
        machine.on_written(protocol::header_size, now);
        receive(machine, Opcode::version, 0, Status::success);
        machine.arm_unwritten();
    }
    std::uint32_t issue(const std::string& key, Opcode opcode = Opcode::set) {
        Operation& operation = *table.acquire();
        operation.handler = &handler;
        operation.opcode = opcode;
        operation.timeout = net::DeadlineWheel::ticks(2500ms);
        operation.traits.may_retry = true;
        const Router::Target target = router.route(key);
        KvMachine& machine = *std::array{&lobby, &a, &b}[target.node];
        const protocol::Request request{.opcode = opcode, .key = key};
        const protocol::RequestEnvelope envelope{.opaque = operation.opaque, .vbucket = target.vbucket};
        const std::size_t size = protocol::frame_size(request, envelope);
        char* room = held.is_active() ? nullptr : machine.submit(operation, size);
        if (room == nullptr) room = held.admit(machine, operation, key, size);
        EXPECT_NE(room, nullptr);
        if (room != nullptr) protocol::write_request(room, request, envelope);
        return operation.opaque;
    }
    /// What the node is sent now: "key/vBucket".
    std::vector<std::string> sent_to(KvMachine& machine) {
        held.run(now);
        std::string bytes;
        std::array<net::ByteView, 64> pieces;
        while (const std::size_t count = machine.gather(pieces))
            for (std::size_t i = 0; i < count; ++i) {
                bytes += pieces[i];
                machine.on_written(pieces[i].size(), now);
            }
        std::vector<std::string> sent;
        protocol::FrameReader reader{protocol::Receiver::server};
        Frame frame;
        while (reader.next(bytes, frame) == protocol::ReadOutcome::frame) {
            sent.push_back(std::string{frame.key()} + '/' + std::to_string(frame.vbucket()));
            opaques.push_back(frame.opaque());
            bytes.erase(0, frame.size());
        }
        return sent;
    }
    /// The node answers what was sent last, or the nth of all.
    void answer(KvMachine& machine, Status status, std::size_t nth = std::size_t(-1)) {
        answer_to(machine, nth == std::size_t(-1) ? opaques.back() : opaques[nth], status);
    }
    void answer_to(KvMachine& machine, std::uint32_t opaque, Status status) {
        receive(machine, Opcode::set, opaque, status);
    }
    void pass(net::Duration time) {
        now += time;
        wheel.set_now(now);
    }

    net::TimePoint now{1h};
    net::OperationTable table;
    net::DeadlineWheel wheel{table, now};
    Router router;
    HeldOperations held{table, router, {1'000, 1'000'000}, Overload::fail, 1};
    KvMachine lobby{table, wheel, 0, "lobby", {}, nullptr, &held};
    KvMachine a{table, wheel, 1, "a", {}, std::make_unique<net::MemcachedHandshake>(nullptr), &held};
    KvMachine b{table, wheel, 2, "b", {}, std::make_unique<net::MemcachedHandshake>(nullptr), &held};
    std::vector<std::uint32_t> opaques;

protected:
    void receive(KvMachine& machine, Opcode opcode, std::uint32_t opaque, Status status) {
        std::string bytes;
        protocol::append_frame(bytes,
                               {.magic = protocol::Magic::client_response,
                                .opcode = opcode,
                                .vbucket_or_status = static_cast<std::uint16_t>(status),
                                .opaque = opaque},
                               {.value = opcode == Opcode::version ? "1" : ""});
        bytes.copy(machine.receive().prepare().data(), bytes.size());
        machine.receive().commit(bytes.size());
        while (machine.on_bytes(now) == KvMachine::Event::came_up) {
        }
    }

private:
    static net::Answer on_reply(Operation& operation, const Frame& reply, net::ReceiveBuffer&) {
        const Verdict verdict = playing->held.retry(operation, reply.status(), {}, playing->now);
        return verdict == Verdict::again ? net::Answer::again : net::Answer::done;
    }
    static void on_failure(Operation&, const Error&) {}
    static constexpr net::OperationHandler handler{on_reply, on_failure};
    static inline Moves* playing = nullptr;  // handlers are plain functions
    void SetUp() override { playing = this; }
};

TEST_F(Moves, WhatWaitedForTheFirstMapIsSentToItsNodesInOrder) {
    const std::string first = key_of(0);
    const std::string second = key_of(1);
    issue(second);
    issue(first);
    issue(second);
    EXPECT_THAT(sent_to(lobby), IsEmpty());
    connect(a);
    connect(b);
    use_map(1, 2);
    EXPECT_THAT(sent_to(a), ElementsAre(first + "/0"));
    EXPECT_THAT(sent_to(b), ElementsAre(second + "/1", second + "/1"));
}

TEST_F(Moves, WhatWasNotSentMovesWithItsKey) {
    use_map(1, 2);
    connect(b);
    issue(key_of(0));
    EXPECT_THAT(sent_to(a), IsEmpty()) << "it is not connected";
    use_map(2, 2);
    EXPECT_THAT(sent_to(b), ElementsAre(key_of(0) + "/0"));
}

TEST_F(Moves, WhatIsOnItsWayIsAwaitedBeforeLaterOnesOnItsKey) {
    connect(a);
    connect(b);
    use_map(1, 2);
    const std::string key = key_of(0);
    issue(key);
    ASSERT_THAT(sent_to(a), ElementsAre(key + "/0"));
    use_map(2, 2);
    issue(key);
    issue(key_of(0, 1));
    EXPECT_THAT(sent_to(b), ElementsAre(key_of(0, 1) + "/0")) << "other keys need not wait";
    answer(a, Status::success, 0);
    EXPECT_THAT(sent_to(b), ElementsAre(key + "/0"));
}

TEST_F(Moves, OneThatTheOldNodeRefusesGoesToTheNewOneBeforeLaterOnes) {
    connect(a);
    connect(b);
    use_map(1, 2);
    const std::string key = key_of(0);
    issue(key);
    ASSERT_THAT(sent_to(a), ElementsAre(key + "/0"));
    use_map(2, 2);
    issue(key);
    answer(a, Status::not_my_vbucket, 0);
    pass(5ms);
    EXPECT_THAT(sent_to(b), ElementsAre(key + "/0")) << "alone, as the node may refuse it, too";
    answer(b, Status::success);
    EXPECT_THAT(sent_to(b), ElementsAre(key + "/0"));
}

TEST_F(Moves, ARefusedOneNeedNotWaitOnceAMapSaysWhereToGo) {
    connect(a);
    connect(b);
    use_map(1, 2);
    issue(key_of(0));
    ASSERT_THAT(sent_to(a).size(), 1U);
    answer(a, Status::not_my_vbucket);
    use_map(2, 2);
    EXPECT_THAT(sent_to(b), ElementsAre(key_of(0) + "/0"));
}

TEST_F(Moves, TheNodeOfTheForwardMapIsTriedWhenTheOwnerSaysItIsNone) {
    connect(a);
    connect(b);
    use_map(1, 2, 2);
    issue(key_of(0));
    ASSERT_THAT(sent_to(a).size(), 1U);
    answer(a, Status::not_my_vbucket);
    pass(5ms);
    EXPECT_THAT(sent_to(b), ElementsAre(key_of(0) + "/0"));
}

TEST_F(Moves, AReadThatIsLostWithItsOldNodeGoesToTheNewOneBeforeLaterOnes) {
    connect(a);
    connect(b);
    use_map(1, 2);
    const std::string key = key_of(0);
    const std::uint32_t read = issue(key, Opcode::get);
    ASSERT_THAT(sent_to(a), ElementsAre(key + "/0"));
    use_map(2, 2);
    const std::uint32_t write = issue(key);
    EXPECT_THAT(sent_to(b), IsEmpty());
    a.on_closed(Error{errc::connection_lost});
    EXPECT_THAT(sent_to(b), ElementsAre(key + "/0"));
    EXPECT_EQ(opaques.back(), read);
    receive(b, Opcode::get, read, Status::success);
    EXPECT_THAT(sent_to(b), ElementsAre(key + "/0"));
    EXPECT_EQ(opaques.back(), write);
}

TEST_F(Moves, AReadBehindARefusedWriteIsLostWithItsConnectionAndSentAgainBehindIt) {
    connect(a);
    use_map(1, 2);
    const std::string key = key_of(0);
    const std::uint32_t write = issue(key);
    const std::uint32_t read = issue(key, Opcode::get);
    ASSERT_EQ(sent_to(a).size(), 2U);
    answer_to(a, write, Status::etmpfail);
    a.on_closed(Error{errc::connection_lost});
    connect(a);
    pass(10ms);
    EXPECT_THAT(sent_to(a), ElementsAre(key + "/0"));
    EXPECT_EQ(opaques.back(), write);
    answer_to(a, write, Status::success);
    EXPECT_THAT(sent_to(a), ElementsAre(key + "/0"));
    EXPECT_EQ(opaques.back(), read);
}

TEST_F(Moves, WhatWaitsIsNumberedAnewWhereTheBucketHasOtherVbuckets) {
    use_map(1, 1);
    issue(key_of(1));
    auto map = std::make_shared<protocol::ClusterMap>();
    map->data_nodes = 2;
    map->table = protocol::VbucketTable{1, 0, {0}};
    router.use_map(std::move(map), {a.index(), b.index()}, lobby.index());
    held.on_map_changed(now);
    connect(a);
    EXPECT_THAT(sent_to(a), ElementsAre(key_of(1) + "/0"));
}

TEST_F(Moves, WhatHasNoNodeWaitsInTheLobby) {
    connect(a);
    connect(b);
    use_map(0, 2);  // nobody has the first
    issue(key_of(0));
    EXPECT_THAT(sent_to(a), IsEmpty());
    EXPECT_THAT(sent_to(b), IsEmpty());
    use_map(1, 2);
    EXPECT_THAT(sent_to(a), ElementsAre(key_of(0) + "/0"));
}

/// Two nodes that execute what they own, and a client that learns late who that is.
class MovesRandom : public Moves {
protected:
    struct Request {
        std::uint32_t opaque;
        std::string key;
        std::uint16_t vbucket;
    };

    void take_over(std::size_t vbucket, int node) { owners_[vbucket] = node; }
    void tell() { use_map(owners_[0], owners_[1]); }
    void send() {
        for (KvMachine* const machine : {&a, &b}) {
            const std::size_t before = opaques.size();
            const std::vector<std::string> sent = sent_to(*machine);
            for (std::size_t i = 0; i < sent.size(); ++i) {
                const std::size_t slash = sent[i].find('/');
                inbox_[machine->index()].push_back(
                    {opaques[before + i], sent[i].substr(0, slash),
                     static_cast<std::uint16_t>(std::stoi(sent[i].substr(slash + 1)))});
            }
        }
    }
    bool is_idle() { return inbox_[a.index()].empty() && inbox_[b.index()].empty(); }
    void serve(KvMachine& machine, bool is_busy) {
        auto& inbox = inbox_[machine.index()];
        if (inbox.empty()) return;
        const Request first = inbox.front();
        inbox.pop_front();
        if (owners_[first.vbucket] != machine.index())
            return answer_to(machine, first.opaque, Status::not_my_vbucket);
        if (is_busy) return answer_to(machine, first.opaque, Status::etmpfail);
        executed[first.key].push_back(first.opaque);
        answer_to(machine, first.opaque, Status::success);
    }

    std::map<std::string, std::vector<std::uint32_t>> executed;

private:
    std::array<int, 2> owners_{1, 2};
    std::map<std::uint8_t, std::deque<Request>> inbox_;
};

TEST_F(MovesRandom, WhateverMovesTheNodesExecuteInTheOrderOfIssueOnEveryKey) {
    std::minstd_rand random{7};
    const auto below = [&random](std::uint32_t limit) {
        return static_cast<std::uint32_t>(random()) % limit;
    };
    connect(a);
    connect(b);
    tell();
    std::map<std::uint32_t, int> number;  // of its issue; slots are not used again before they are all over
    int issued = 0;
    for (int round = 0; round < 400; ++round) {
        for (int step = 0; step < 60; ++step) {
            switch (below(9)) {
                case 0:
                case 1:
                case 2: {
                    const std::string key =
                        key_of(static_cast<std::uint16_t>(below(2)), static_cast<int>(below(2)));
                    number[issue(key)] = ++issued;
                    break;
                }
                case 3: send(); break;
                case 4: pass(std::chrono::milliseconds{below(30)}); break;
                case 5: take_over(below(2), 1 + static_cast<int>(below(2))); break;
                case 6: tell(); break;
                default: serve(below(2) == 0 ? a : b, below(4) == 0);
            }
        }
        // Everybody catches up, well before any deadline.
        tell();
        for (int i = 0; i < 5'000 && table.in_use() != 0; ++i) {
            pass(5ms);
            send();
            while (!is_idle()) {
                serve(a, false);
                serve(b, false);
            }
        }
        ASSERT_EQ(table.in_use(), 0U) << "round " << round << ": somebody was forgotten";
        for (const auto& [key, opaques_of_key] : executed) {
            int latest = 0;
            for (const std::uint32_t opaque : opaques_of_key) {
                ASSERT_GT(number[opaque], latest) << "round " << round << ", " << key;
                latest = number[opaque];
            }
        }
        executed.clear();
        number.clear();
    }
    EXPECT_GT(issued, 4'000);
}

}  // namespace
}  // namespace txcouchbase
