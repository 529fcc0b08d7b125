// How long the machine of a node keeps a password.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>

#include "net/kv_machine.hpp"
#include "net/memcached_handshake.hpp"
#include "tests/unit/net/frames.hpp"

namespace txcouchbase::net {
namespace {

const ByteView password = "a password that is longer than any small string";

class KvMachineSecrets : public testing::Test {
protected:
    /// Connects and goes through the handshake up to the login, whose bytes are returned where they lie.
    ByteView greet() {
        machine.on_connected(now);
        write_all();
        receive(reply_frame(Opcode::version, 0, "1"));
        write_all();
        receive(reply_frame(Opcode::sasl_list_mechs, 0, "PLAIN"));
        const ByteView login = waiting();
        EXPECT_NE(login.find(password), ByteView::npos);
        return login;
    }
    ByteView waiting() const {
        std::array<ByteView, 1> pieces;
        return machine.gather(pieces) == 0 ? ByteView{} : pieces[0];
    }
    void write_all() { machine.on_written(waiting().size(), now); }
    KvMachine::Event receive(const std::string& bytes) {
        const std::span<char> room = machine.receive().prepare();
        std::copy(bytes.begin(), bytes.end(), room.begin());
        machine.receive().commit(bytes.size());
        return machine.on_bytes(now);
    }

    const TimePoint now{std::chrono::hours{1}};
    OperationTable table;
    DeadlineWheel wheel{table, now};
    std::shared_ptr<const Credentials> credentials =
        std::make_shared<const Credentials>("user", password, true);
    KvMachine machine{table, wheel, 0, "node", {}, std::make_unique<MemcachedHandshake>(credentials)};
};

TEST_F(KvMachineSecrets, NothingOfThePasswordStaysWhereTheLoginWasSentFromWhereverTheWriteIsCut) {
    const std::size_t size = greet().size();
    for (std::size_t cut = 1; cut < size; ++cut) {
        machine.on_closed(Error{errc::connection_lost});
        const ByteView memory = greet();
        machine.on_written(cut, now);
        machine.on_written(size - cut, now);
        for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(memory[i], '\0') << "cut at " << cut;
    }
}

TEST_F(KvMachineSecrets, ALoginThatIsNotSentIsWipedWhenTheConnectionIsLostOrClosed) {
    for (const bool closes : {false, true}) {
        const ByteView memory = greet();
        if (closes)
            machine.close(Error{errc::connection_closed});
        else
            machine.on_closed(Error{errc::connection_lost});
        EXPECT_EQ(memory.find_first_not_of('\0'), ByteView::npos);
    }
}

TEST_F(KvMachineSecrets, CredentialsAreKeptForTheNextLoginAndForgottenByClose) {
    const std::weak_ptr<const Credentials> kept = credentials;
    credentials.reset();
    greet();
    write_all();
    EXPECT_EQ(receive(reply_frame(Opcode::sasl_auth, 0, "Authenticated")), KvMachine::Event::came_up);
    machine.on_closed(Error{errc::connection_lost});
    EXPECT_FALSE(kept.expired());
    machine.close(Error{errc::connection_closed});
    EXPECT_TRUE(kept.expired());
}

}  // namespace
}  // namespace txcouchbase::net
