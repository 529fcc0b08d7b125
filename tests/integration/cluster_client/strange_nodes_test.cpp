// SPDX-License-Identifier: Apache-2.0
// Nodes that are not what they should be: the class of the error and its words, and that nothing goes to them.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/integration/cluster_client/impostor.hpp"
#include "tests/integration/loop.hpp"
#include "tests/integration/refused_port.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using protocol::Frame;
using protocol::Opcode;
using protocol::Status;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

using Answer = Impostor::Answer;
using Lie = Impostor::Lie;

/// Lies about one command.
Lie about(Opcode opcode, std::function<void(Answer&)> change) {
    return [opcode, change = std::move(change)](const Frame& asked, Answer& answer) {
        if (asked.opcode() == opcode) change(answer);
    };
}

void honest(const Frame&, Answer&) {}

void replace(std::string& text, std::string_view what, std::string_view with) {
    const std::size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos) << text;
    text.replace(at, what.size(), with);
}

class StrangeNodes : public testing::Test {
protected:
    static ConnectionOptions options() {
        ConnectionOptions options{.username = Impostor::user, .password = Impostor::password};
        options.bootstrap_timeout = 2s;
        return options;
    }
    /// What connecting to it fails with, and an operation that waited, too.
    Error failure_of(const Impostor& node) {
        Connection connection{io, node.url(), options()};
        Ending waiting{connection.set("k", "v")};
        const auto connected = Ending{connection.connect()}.await(io);
        const Error error = error_of(connected);
        EXPECT_EQ(error_of(waiting.await(io)).code(), error.code());
        EXPECT_THAT(node.asked(), Not(Contains(Opcode::set)));
        EXPECT_THAT(error.message(), Not(HasSubstr(Impostor::password)));
        return error;
    }
    Error failure_of(Lie lie) {
        const Impostor node{io, std::move(lie)};
        const Error error = failure_of(node);
        EXPECT_THAT(error.detail().node + error.detail().cause, HasSubstr(node.node()));
        return error;
    }
    void expect_failure(const Error& error, errc rc, const std::string& words) {
        EXPECT_EQ(error.rc(), rc) << error.message();
        EXPECT_THAT(error.detail().cause, HasSubstr(words));
    }

    boost::asio::io_context io{1};
};

TEST_F(StrangeNodes, AnHonestOneIsConnectedTo) {
    const Impostor node{io, honest};
    Connection connection{io, node.url(), options()};
    EXPECT_TRUE(succeeded(Ending{connection.connect()}.await(io)));
    EXPECT_TRUE(failed_with<NotFoundError>(Ending{connection.get("k")}.await(io)));
}

TEST_F(StrangeNodes, AGreetingThatIsGarbageIsAProtocolError) {
    expect_failure(
        failure_of(about(Opcode::hello, [](Answer& it) { it.bytes = "HTTP/1.1 400 Bad Request\r\n\r\n"; })),
        errc::protocol_error, "HTTP");
    expect_failure(failure_of(about(Opcode::hello, [](Answer& it) { it.bytes = std::string(24, '\xff'); })),
                   errc::protocol_error, "bad_magic");
    expect_failure(failure_of(about(Opcode::hello, [](Answer& it) { it.value = "odd"; })),
                   errc::protocol_error, "HELLO");
}

TEST_F(StrangeNodes, AProofThatIsWrongIsAnAuthError) {
    expect_failure(failure_of(about(Opcode::sasl_step,
                                    [](Answer& it) { it.value = "v=" + std::string(86, 'A') + "=="; })),
                   errc::auth_error, "bad_signature");
    expect_failure(failure_of(about(Opcode::sasl_step, [](Answer& it) { it.value.clear(); })),
                   errc::auth_error, "bad_message");
    expect_failure(failure_of(about(Opcode::sasl_step, [](Answer& it) { it.value = "e=other-error"; })),
                   errc::auth_error, "");
}

TEST_F(StrangeNodes, CountsOfIterationsThatAreTooSmallOrTooLargeAreAuthErrors) {
    for (const char* const count : {"1", "999", "200001", "2147483648", "4294967297", "-1", "x"}) {
        SCOPED_TRACE(count);
        expect_failure(failure_of(about(
                           Opcode::sasl_auth,
                           [count](Answer& it) { replace(it.value, "i=1000", std::string{"i="} + count); })),
                       errc::auth_error, "bad_iteration_count");
    }
}

TEST_F(StrangeNodes, ANonceThatIsNotOursIsAnAuthError) {
    expect_failure(failure_of(about(Opcode::sasl_auth, [](Answer& it) { it.value[2] ^= 1; })),
                   errc::auth_error, "nonce_mismatch");
}

TEST_F(StrangeNodes, CredentialsThatAreRefusedHalfWayAreAnAuthError) {
    expect_failure(failure_of(about(Opcode::sasl_step, [](Answer& it) { it.status = Status::auth_error; })),
                   errc::auth_error, "");
}

TEST_F(StrangeNodes, WhatOnlyOffersPlainInClearIsRefused) {
    const auto offers_plain = [](const Frame& asked, Answer& answer) {
        if (asked.opcode() == Opcode::sasl_list_mechs) answer.value = "PLAIN";
        if (asked.opcode() == Opcode::sasl_auth) answer = {.status = Status::auth_error};
    };
    const Impostor node{io, offers_plain};
    expect_failure(failure_of(node), errc::auth_error, "allow_plain");
}

TEST_F(StrangeNodes, AConnectionThatIsClosedHalfWayIsAConnectError) {
    for (const Opcode at :
         {Opcode::hello, Opcode::sasl_auth, Opcode::sasl_step, Opcode::get_cluster_config}) {
        SCOPED_TRACE(static_cast<int>(at));
        const Error error = failure_of(about(at, [](Answer& it) { it.bytes.reset(); }));
        EXPECT_THROW(throw_exception(error), CouchbaseNetworkError) << error.message();
    }
}

TEST_F(StrangeNodes, WhoeverSaysNothingIsGivenUpAtTheDeadline) {
    for (const Opcode at : {Opcode::hello, Opcode::sasl_step}) {
        bool is_mute = false;
        const Error error = failure_of([&](const Frame& asked, Answer& answer) {
            is_mute = is_mute || asked.opcode() == at;
            if (is_mute) answer.bytes = "\x81";  // the beginning of a frame
        });
        EXPECT_THROW(throw_exception(error), CouchbaseNetworkError) << error.message();
    }
}

TEST_F(StrangeNodes, AddressesOfTheMapThatCannotBeReachedAreNamed) {
    const RefusedPort elsewhere;
    const std::string port = elsewhere.node().substr(elsewhere.node().find(':') + 1);
    std::string map = Impostor::map_with(port);
    replace(map, R"(,"thisNode":true)", "");
    const Impostor node{io, about(Opcode::get_cluster_config, [&map](Answer& it) { it.value = map; })};
    const Error error = failure_of(node);
    expect_failure(error, errc::connect_error, "an address of the cluster's map");
    EXPECT_EQ(error.detail().node, elsewhere.node());
}

/// What may be wrong with a map, and what is said of it.
struct BadMap {
    const char* what;
    std::function<void(nlohmann::json&)> spoil;
    const char* words;
};

const std::vector<BadMap>& bad_maps() {
    using Json = nlohmann::json;
    static const std::vector<BadMap> all{
        {"no nodes",
         [](Json& map) {
             map["nodesExt"] = Json::array();
             map["vBucketServerMap"]["serverList"] = Json::array();
         },
         "no_nodes"},
        {"a row that is too short",
         [](Json& map) { map["vBucketServerMap"]["vBucketMap"][2] = Json::array(); }, "bad_row"},
        {"an index out of range", [](Json& map) { map["vBucketServerMap"]["vBucketMap"][1][0] = 7; },
         "bad_index"},
        {"2^20 vBuckets",
         [](Json& map) { map["vBucketServerMap"]["vBucketMap"] = Json(1U << 20U, Json::array({0})); },
         "too_large"},
        {"another bucket", [](Json& map) { map["name"] = "other"; }, "wrong_bucket"},
        {"nesting",
         [](Json& map) {
             for (int i = 0; i < 5'000; ++i) map = Json{{"x", std::move(map)}};
         },
         "too_deep"},
    };
    return all;
}

TEST_F(StrangeNodes, AMapThatIsBadIsRefusedWithItsCause) {
    for (const BadMap& bad : bad_maps()) {
        SCOPED_TRACE(bad.what);
        const Impostor node{io, about(Opcode::get_cluster_config, [&bad](Answer& it) {
                                auto map = nlohmann::json::parse(it.value);
                                bad.spoil(map);
                                it.value = map.dump();
                            })};
        const Error error = failure_of(node);
        expect_failure(error, errc::protocol_error, "its cluster map is refused");
        EXPECT_THAT(error.detail().cause, HasSubstr(bad.words));
    }
}

TEST_F(StrangeNodes, AMapThatIsBadLaterLeavesTheOldOne) {
    std::string text;  // empty: an honest one
    const Impostor node{io, about(Opcode::get_cluster_config, [&](Answer& it) {
                            if (!text.empty()) it.value = text;
                        })};
    ConnectionOptions often = options();
    often.config_poll_interval = 5ms;
    Connection connection{io, node.url(), often};
    ASSERT_TRUE(succeeded(Ending{connection.connect()}.await(io)));
    int revision = 1;
    for (const BadMap& bad : bad_maps()) {
        SCOPED_TRACE(bad.what);
        auto map = nlohmann::json::parse(Impostor::map_with(node.port(), ++revision));
        bad.spoil(map);
        text = map.dump();
        run_until(io, [&] {
            const std::vector<Error> errors = connection.errors(true);
            return !errors.empty() && errors.back().detail().cause.find(bad.words) != std::string::npos;
        });
        EXPECT_TRUE(failed_with<NotFoundError>(Ending{connection.get("k")}.await(io)))
            << "the old map goes on";
    }
}

}  // namespace
}  // namespace txcouchbase::test
