// A host name with several addresses, of which not all can be reached.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/net/black_hole.hpp"
#include "tests/unit/net/session_fixture.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

constexpr SessionTimes short_connect{400ms, 30s};

class SessionAddresses : public SessionTest {
protected:
    SessionAddresses() {
        peer->on_accept([](PeerConnection& connection) { connection.serve(well_behaved); });
    }

    /// Until the first attempt has ended one way or the other.
    void connect_to(const std::string& addresses) {
        started_ = std::chrono::steady_clock::now();
        start({addresses, peer->port()}, short_connect);
        ASSERT_TRUE(runs_until([&] { return host->ups() + host->connect_failures() != 0; }));
    }
    Duration taken() const { return std::chrono::steady_clock::now() - started_; }

private:
    TimePoint started_;
};

TEST_F(SessionAddresses, AFirstAddressThatSwallowsPacketsLeavesTimeForTheSecond) {
    const BlackHole hole{"127.0.0.2", peer->port()};
    connect_to("127.0.0.2+127.0.0.1");
    EXPECT_EQ(host->ups(), 1) << host->connect_error.message();
    EXPECT_GE(taken(), short_connect.connect / 2) << "the first one has its half";
}

TEST_F(SessionAddresses, SeveralThatSwallowPacketsLeaveTimeForTheLast) {
    const BlackHole holes[] = {{"127.0.0.2", peer->port()}, {"127.0.0.3", peer->port()}};
    connect_to("127.0.0.2+127.0.0.3+127.0.0.1");
    EXPECT_EQ(host->ups(), 1) << host->connect_error.message();
}

TEST_F(SessionAddresses, AFirstAddressThatRefusesCostsNoTime) {
    connect_to("127.0.0.2+127.0.0.1");
    EXPECT_EQ(host->ups(), 1) << host->connect_error.message();
}

TEST_F(SessionAddresses, WhereAllSwallowPacketsTheConnectTimeoutEndsIt) {
    const BlackHole holes[] = {{"127.0.0.2", peer->port()}, {"127.0.0.3", peer->port()}};
    connect_to("127.0.0.2+127.0.0.3");
    EXPECT_EQ(host->connect_error.rc(), errc::timed_out);
    EXPECT_GE(taken(), short_connect.connect);
}

TEST_F(SessionAddresses, TheHandshakeHasAllTheTimeThatConnectingLeft) {
    peer->on_accept([](PeerConnection&) {});  // and says nothing
    connect_to("127.0.0.1+127.0.0.2");
    EXPECT_EQ(host->connect_error.rc(), errc::timed_out);
    EXPECT_EQ(host->connect_error.detail().cause,
              "connected, but the peer did not answer within the connect timeout");
    EXPECT_GE(taken(), short_connect.connect);
}

TEST_F(SessionAddresses, MayBeStoppedBetweenTwoAddresses) {
    const BlackHole hole{"127.0.0.2", peer->port()};
    start({"127.0.0.2+127.0.0.1", peer->port()}, short_connect);
    const int turns = host->turns();
    ASSERT_TRUE(runs_until([&] { return host->turns() > turns; })) << "the name is resolved";
    host->close();
    peer->stop();
    EXPECT_TRUE(runs_out());
    EXPECT_EQ(host->ups(), 0);
}

}  // namespace
}  // namespace txcouchbase::net
