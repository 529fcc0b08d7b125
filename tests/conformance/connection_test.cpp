// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <sstream>
#include <txcouchbase/txcouchbase.hpp>

#include "tests/conformance/fixture.hpp"
#include "tests/integration/refused_port.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

template <class Face>
class Connecting : public ConformanceTest {
protected:
    /// Whether a connection to these hosts comes up and can set a value.
    testing::AssertionResult works(const std::string& url) {
        Face cb{io, url};
        const auto connected = end_of(cb.connect());
        if (!connected) return succeeded(connected);
        return succeeded(end_of(cb.set("k", "v")));
    }
    RefusedPort refused;
};
TYPED_TEST_SUITE(Connecting, Faces, FaceNames);

TYPED_TEST(Connecting, HostAndPortCanBeNamed) {
    EXPECT_TRUE(this->works("memcached://127.0.0.1:" + std::to_string(this->server.port())));
    EXPECT_EQ(this->stored_bytes("k"), "\"v\"");
}

TYPED_TEST(Connecting, AServerThatIsNotThereIsANetworkError) {
    TypeParam cb{this->io, this->refused.url()};
    const auto end = this->end_of(cb.connect());
    EXPECT_TRUE(failed_with<ConnectError>(end));
    EXPECT_TRUE(failed_with<CouchbaseNetworkError>(end));
    TypeParam unknown{this->io, "memcached://no-such-host.invalid"};
    EXPECT_TRUE(failed_with<CouchbaseNetworkError>(this->end_of(unknown.connect())));
}

TYPED_TEST(Connecting, ConnectFiresAndTheConnectionIsConnected) {
    TypeParam cb{this->io, this->server.url()};
    EXPECT_FALSE(cb.connected());
    EXPECT_TRUE(succeeded(this->end_of(cb.connect())));
    EXPECT_TRUE(cb.connected());
}

TYPED_TEST(Connecting, AConnectThatFailsDoesSoAtTheDeferredAndNotInTheConstructor) {
    std::optional<TypeParam> cb;
    EXPECT_NO_THROW(cb.emplace(this->io, this->refused.url()));
    EXPECT_TRUE(failed_with<ConnectError>(this->end_of(cb->connect())));
    EXPECT_FALSE(cb->connected());
}

TYPED_TEST(Connecting, OnlyConnectAndDtorAreEvents) {
    TypeParam cb{this->io, this->server.url()};
    try {
        cb.register_deferred("blah", make_deferred<void>().resolver);
        ADD_FAILURE() << "blah is no event";
    } catch (const std::invalid_argument& error) {
        EXPECT_THAT(error.what(), HasSubstr("blah"));
    }
    auto [resolver, connected] = make_deferred<void>();
    cb.register_deferred("connect", std::move(resolver));
    EXPECT_TRUE(succeeded(this->end_of(std::move(connected))));
}

TYPED_TEST(Connecting, OneOfSeveralHostsIsEnough) {
    EXPECT_TRUE(this->works(this->server.url()));
    Memcached second;
    EXPECT_TRUE(this->works(this->server.url() + ',' + second.node()));
    TypeParam cb{this->io, this->refused.url() + ',' + this->server.node()};
    EXPECT_TRUE(succeeded(this->end_of(cb.connect())));
    EXPECT_TRUE(cb.connected());
}

TYPED_TEST(Connecting, DroppingTheOnlyHandleBeforeConnectFailsItAsDestroyed) {
    std::optional<TypeParam> cb{std::in_place, this->io, this->server.url()};
    Ending end{cb->connect()};
    auto [resolver, gone] = make_deferred<void>();
    cb->register_deferred("_dtor", std::move(resolver));
    cb.reset();
    EXPECT_TRUE(succeeded(this->end_of(std::move(gone))));
    EXPECT_TRUE(failed_with<ObjectDestroyedError>(end.take()));
}

TYPED_TEST(Connecting, QuietIsAnOptionOfTheConnection) {
    TypeParam by_default{this->io, this->server.url()};
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(by_default.get("missing"))));
    TypeParam quiet{this->io, this->server.url(), {.quiet = true}};
    EXPECT_FALSE(this->ok(quiet.get("missing")).success());
    TypeParam loud{this->io, this->server.url(), {.quiet = false}};
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(loud.get("missing"))));
}

TYPED_TEST(Connecting, ErrorsOfTheConnectionAreKeptUntilTheyAreAskedFor) {
    TypeParam failed{this->io, this->refused.url()};
    EXPECT_TRUE(failed_with<ConnectError>(this->end_of(failed.connect())));
    ASSERT_EQ(failed.errors(false).size(), 1U);
    const std::vector<Error> errors = failed.errors();
    EXPECT_EQ(errors.at(0).rc(), errc::connect_error);
    EXPECT_FALSE(errors.at(0).message().empty());
    EXPECT_THAT(failed.errors(), IsEmpty());
    TypeParam sound{this->io, this->server.url()};
    this->ok(sound.set("k", "v"));
    EXPECT_THAT(sound.errors(), IsEmpty());
}

TYPED_TEST(Connecting, AHostThatCannotBeReadIsAnInvalidErrorOfTheConstructor) {
    EXPECT_THROW((TypeParam{this->io, "memcached://12345:qwer###"}), InvalidError);
    EXPECT_THROW((TypeParam{this->io, "memcached://host:port"}), InvalidError);
}

TYPED_TEST(Connecting, TheNodesAreToldAsHostAndPort) {
    const TypeParam cb{this->io, this->server.url()};
    EXPECT_THAT(cb.server_nodes(), ElementsAre(this->server.node()));
}

TYPED_TEST(Connecting, PrintingAConnectionNamesItsNodesAndItsState) {
    TypeParam cb{this->io, this->server.url()};
    const auto printed = [&] { return (std::ostringstream{} << cb).str(); };
    EXPECT_EQ(printed(), "Connection<" + this->server.node() + ", not connected>");
    this->ok(cb.noop());
    EXPECT_EQ(printed(), "Connection<" + this->server.node() + ", connected>");
    cb.close();
    EXPECT_EQ(printed(), "Connection<" + this->server.node() + ", closed>");
}

TYPED_TEST(Connecting, TheDefaultsAreThoseOfTheOriginal) {
    const TypeParam plain{this->io, this->server.url()};
    const TypeParam with_options{this->io, this->server.url(), ConnectionOptions{}};
    for (const TypeParam& cb : {plain, with_options}) {
        EXPECT_EQ(cb.timeout(), 2500ms);
        EXPECT_FALSE(cb.quiet());
        EXPECT_EQ(cb.default_format(), Format::json);
        EXPECT_FALSE(cb.data_passthrough());
        EXPECT_EQ(cb.transcoder(), nullptr);
    }
}

TYPED_TEST(Connecting, AfterCloseOperationsFailAsTemporary) {
    TypeParam cb{this->io, this->server.url()};
    this->ok(cb.set("k", "v"));
    EXPECT_FALSE(cb.closed());
    cb.close();
    EXPECT_TRUE(cb.closed());
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(this->end_of(cb.get("k"))));
}

TYPED_TEST(Connecting, TheTimeoutCanBeReadAndSet) {
    TypeParam cb{this->io, this->server.url(), {.timeout = 2500ms}};
    EXPECT_EQ(cb.timeout(), 2500ms);
    cb.set_timeout(100ms);
    EXPECT_EQ(cb.timeout(), 100ms);
    this->ok(cb.noop());
    this->server.stop();
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(failed_with<TimeoutError>(this->end_of(cb.get("k"))));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
    this->server.resume();
    EXPECT_THROW(cb.set_timeout(0ms), ArgumentError);
}

TEST(Library, TellsItsVersionAsTextAndAsANumber) {
    EXPECT_EQ(version_text, TXCB_VERSION);
    const std::string shown = std::to_string(version_number >> 16) + '.' +
                              std::to_string(version_number >> 8 & 0xff) + '.' +
                              std::to_string(version_number & 0xff);
    EXPECT_EQ(shown, version_text);
}

}  // namespace
}  // namespace txcouchbase::test
