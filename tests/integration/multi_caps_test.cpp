// Multi operations and the caps: what has no room just now may be tried again, what never fits is the caller's error.
// SPDX-License-Identifier: Apache-2.0
#include <forward_list>

#include "tests/integration/ledger.hpp"
#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;

Keys keys(int count) {
    Keys keys;
    for (int i = 0; i < count; ++i) keys.push_back("k" + std::to_string(i));
    return keys;
}

class MultiCaps : public ServerTest {
protected:
    const StoreOptions as_text{.format = Format::utf8};

    std::unique_ptr<TxAsyncConnection> connected(ConnectionOptions options, const std::string& more = {}) {
        auto cb = std::make_unique<TxAsyncConnection>(io, server.url() + more, std::move(options));
        EXPECT_TRUE(succeeded(end_of(cb->connect())));
        return cb;
    }
    static errc refusal_of(const std::function<void()>& issue) {
        try {
            issue();
        } catch (const CouchbaseError& error) {
            return error.rc();
        }
        return errc::success;
    }

    Ledger ledger;
};

TEST_F(MultiCaps, MoreKeysThanMayBeInFlightNeverFitWhateverElseIsInFlight) {
    const auto cb = connected({.max_operations = 8});
    EXPECT_TRUE(succeeded(end_of(cb->get_multi(keys(8), {.quiet = true}))));
    EXPECT_EQ(refusal_of([&] { cb->get_multi(keys(9)); }), errc::argument);
    server.stop();
    ledger.enter(cb->noop());
    EXPECT_EQ(refusal_of([&] { cb->get_multi(keys(8)); }), errc::queue_full) << "until the other one is over";
    EXPECT_EQ(refusal_of([&] { cb->get_multi(keys(9)); }), errc::argument);
    server.resume();
    run_until(io, [&] { return ledger.all_ended(); });
    EXPECT_TRUE(succeeded(end_of(cb->get_multi(keys(8), {.quiet = true}))));
}

TEST_F(MultiCaps, KeysOfARangeThatDoesNotSayHowManyItHasNeverFitEither) {
    const auto cb = connected({.max_operations = 8});
    std::forward_list<std::string> nine(9, "k");
    static_assert(!std::ranges::sized_range<decltype(nine)>);
    EXPECT_EQ(refusal_of([&] { cb->get_multi(nine); }), errc::argument);
}

TEST_F(MultiCaps, WhereOperationsMayWaitTwiceAsManyKeysFit) {
    const auto cb = connected({.timeout = 5s, .max_operations = 8, .overload = Overload::wait});
    EXPECT_TRUE(succeeded(end_of(cb->get_multi(keys(16), {.quiet = true}))));
    EXPECT_EQ(refusal_of([&] { cb->get_multi(keys(17)); }), errc::argument);
}

TEST_F(MultiCaps, MoreBytesThanMayBeInFlightNeverFit) {
    const std::string value(4'000, 'v');
    const auto cb = connected({.max_request_bytes = 10'000});
    server.stop();
    ledger.enter(cb->set("k", value, as_text));
    EXPECT_EQ(refusal_of([&] { cb->set_multi({{"a", value}, {"b", value}}, as_text); }), errc::queue_full);
    server.resume();
    run_until(io, [&] { return ledger.all_ended(); });
    EXPECT_TRUE(succeeded(end_of(cb->set_multi({{"a", value}, {"b", value}}, as_text))));
    EXPECT_EQ(refusal_of([&] {
                  cb->set_multi({{"a", value}, {"b", value}, {"c", value}}, as_text);
              }),
              errc::argument);
}

TEST_F(MultiCaps, OneRequestOfMoreBytesThanMayBeInFlightNeverFits) {
    const auto cb = connected({.max_request_bytes = 10'000});
    const std::string value(10'000, 'v');
    EXPECT_EQ(refusal_of([&] { cb->set("k", value, as_text); }), errc::argument);
    EXPECT_EQ(refusal_of([&] { cb->append("k", value); }), errc::argument);
    EXPECT_EQ(refusal_of([&] {
                  cb->set("k", value, {.format = Format::utf8, .transcoder = std::make_shared<Transcoder>()});
              }),
              errc::argument);
}

TEST_F(MultiCaps, WithSeveralNodesTheFullestCounts) {
    Memcached second;
    const auto cb = connected({.max_operations = 8}, ',' + second.node());
    EXPECT_EQ(refusal_of([&] { cb->get_multi(keys(100)); }), errc::argument);
    const Keys one_node(9, "k");
    EXPECT_EQ(refusal_of([&] { cb->get_multi(one_node); }), errc::argument);
    EXPECT_TRUE(succeeded(end_of(cb->get_multi(Keys(8, "k"), {.quiet = true}))));
}

}  // namespace
}  // namespace txcouchbase::test
