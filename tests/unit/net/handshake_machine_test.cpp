// SPDX-License-Identifier: Apache-2.0
#include "net/handshake_machine.hpp"

#include <gtest/gtest.h>

#include "tests/unit/net/frames.hpp"

namespace txcouchbase::net {
namespace {

using Step = HandshakeMachine::Step;

Step answer(HandshakeMachine& machine, const std::string& bytes) {
    return machine.on_frame(protocol::Frame{bytes});
}

TEST(HandshakeMachine, AsksForTheVersionWithoutKeyOrBody) {
    HandshakeMachine machine;
    EXPECT_EQ(machine.step(), Step::idle);
    EXPECT_EQ(machine.start(), request_frame({}, 0, {}, Opcode::version));
    EXPECT_EQ(machine.step(), Step::version);
}

TEST(HandshakeMachine, IsDoneWhenTheVersionComes) {
    HandshakeMachine machine;
    machine.start();
    EXPECT_EQ(answer(machine, reply_frame(Opcode::version, 0, "1.6.18")), Step::done);
    EXPECT_EQ(machine.cause(), "");
}

TEST(HandshakeMachine, FailsWhenTheVersionIsRefused) {
    HandshakeMachine machine;
    machine.start();
    EXPECT_EQ(answer(machine, reply_frame(Opcode::version, 0, {}, Status::eaccess)), Step::failed);
    EXPECT_NE(machine.cause().find("EACCESS"), std::string::npos) << machine.cause();
}

TEST(HandshakeMachine, FailsWhenAnotherCommandIsAnswered) {
    HandshakeMachine machine;
    machine.start();
    EXPECT_EQ(answer(machine, reply_frame(Opcode::get, 0)), Step::failed);
    EXPECT_NE(machine.cause(), "");
}

TEST(HandshakeMachine, FailsWhenAnythingComesUnasked) {
    HandshakeMachine machine;
    EXPECT_EQ(answer(machine, reply_frame(Opcode::version, 0, "1.6.18")), Step::failed);
    machine.start();
    EXPECT_EQ(answer(machine, reply_frame(Opcode::version, 0, "1.6.18")), Step::done);
    EXPECT_EQ(answer(machine, reply_frame(Opcode::version, 0, "1.6.18")), Step::failed);
}

TEST(HandshakeMachine, StartsAfreshOnTheNextConnection) {
    HandshakeMachine machine;
    machine.start();
    answer(machine, reply_frame(Opcode::get, 0));
    EXPECT_EQ(machine.start(), request_frame({}, 0, {}, Opcode::version));
    EXPECT_EQ(machine.cause(), "");
    EXPECT_EQ(answer(machine, reply_frame(Opcode::version, 0, "1.6.18")), Step::done);
}

}  // namespace
}  // namespace txcouchbase::net
