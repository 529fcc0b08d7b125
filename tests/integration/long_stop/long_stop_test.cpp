// memcached stopped for ten seconds under load, with the times that a connection has by default, and continued.
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <boost/asio/steady_timer.hpp>

#include "tests/integration/ledger.hpp"
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;

constexpr int keys = 100;

std::string key(int number) {
    return "k" + std::to_string(number);
}
std::string value_of(const std::string& owner, int number) {
    return owner + ": value of " + key(number);
}

/// A connection that always has a hundred operations in flight, and an account of how each of them ended.
class Load {
public:
    Load(boost::asio::io_context& io, const Memcached& server, std::string name)
        : name_(std::move(name)), cb_(io, server.url()) {}

    void store() {
        for (int i = 0; i < keys; ++i)
            ledger.enter(cb_.set(key(i), value_of(name_, i), {.format = Format::utf8}));
    }
    void keep_going() {
        while (ledger.entries().size() - ledger.ended() < keys) get(static_cast<int>(next_++ % keys));
    }

    Ledger ledger;

private:
    /// A late reply that reached another operation would bring another key's value.
    void get(int number) {
        ledger.enter(cb_.get(key(number)), [this, number](const ValueResult& result) {
            EXPECT_EQ(result.key(), key(number));
            EXPECT_EQ(result.bytes(), value_of(name_, number));
        });
    }

    std::string name_;
    std::size_t next_ = 0;
    TxAsyncConnection cb_;
};

class LongStop : public ServerTest {
protected:
    LongStop() {
        for (Load* const load : {&stopped, &unharmed}) load->store();
        await_all();
    }

    void await_all() {
        run_until(io, [this] { return stopped.ledger.all_ended() && unharmed.ledger.all_ended(); });
    }
    void run_under_load(std::chrono::seconds time) {
        boost::asio::steady_timer end{io, time};
        bool is_over = false;
        end.async_wait([&](auto) { is_over = true; });
        run_until(io, [&] {
            stopped.keep_going();
            unharmed.keep_going();
            return is_over;
        });
    }

    Memcached other;
    Load stopped{io, server, "the server that stops"};
    Load unharmed{io, other, "the other server"};
};

TEST_F(LongStop, EveryOperationEndsOnceWithNodeAndCauseOthersAreUnharmedAndAllRecover) {
    run_under_load(1s);
    EXPECT_EQ(stopped.ledger.succeeded(), stopped.ledger.ended());
    server.stop();
    const std::size_t before = stopped.ledger.succeeded();
    const std::size_t others_before = unharmed.ledger.succeeded();
    run_under_load(5s);
    run_under_load(5s);
    // What the kernel had taken in or delivered already when the server stopped is the one batch that may succeed.
    EXPECT_LE(stopped.ledger.succeeded() - before, static_cast<std::size_t>(keys));
    EXPECT_GT(unharmed.ledger.succeeded() - others_before, 1'000U);

    server.resume();
    const std::size_t at_resume = stopped.ledger.succeeded();
    run_until(io, [&] {
        stopped.keep_going();
        return stopped.ledger.succeeded() >= at_resume + 10 * keys;
    });
    await_all();
    EXPECT_TRUE(stopped.ledger.each_ended_once());
    EXPECT_TRUE(unharmed.ledger.each_ended_once());
    EXPECT_EQ(unharmed.ledger.succeeded(), unharmed.ledger.entries().size());
    std::size_t failed = 0;
    for (const Ledger::Entry& entry : stopped.ledger.entries()) {
        if (entry.has_succeeded) continue;
        ++failed;
        EXPECT_THAT(entry.error.rc(), AnyOf(errc::timed_out, errc::silent_peer)) << entry.error.message();
        EXPECT_EQ(entry.error.detail().node, server.node());
        EXPECT_NE(entry.error.detail().cause, "");
        EXPECT_NE(entry.error.detail().key, "");
    }
    EXPECT_GE(failed, static_cast<std::size_t>(keys)) << "ten seconds are four times the timeout";
}

}  // namespace
}  // namespace txcouchbase::test
