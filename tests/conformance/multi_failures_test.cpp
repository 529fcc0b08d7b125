// SPDX-License-Identifier: Apache-2.0
#include "protocol/ketama.hpp"
#include "tests/conformance/fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;
using Values = std::map<std::string, std::string>;

template <class Face>
class MultiFailures : public OneFace<Face> {
protected:
    static constexpr bool is_raw = std::is_same_v<Face, TxAsyncConnection>;

    /// All results of a failure that must be an E.
    template <class E>
    MultiResult results_of(const Outcome<MultiResult>& end) {
        EXPECT_TRUE(failed_with<E>(end));
        if (end) return {};
        const auto* const error = end.failure().template get_if<E>();
        return error == nullptr ? MultiResult{} : error->all_results();
    }
    /// A key that ketama gives to `owner`.
    std::string key_of(const Memcached& owner, const Memcached& other) const {
        const std::vector<std::string> names{owner.node(), other.node()};
        const protocol::KetamaRing ring{names};
        for (int i = 0;; ++i)
            if (const std::string key = "k" + std::to_string(i); ring.server_of(key) == 0) return key;
    }
};
TYPED_TEST_SUITE(MultiFailures, Faces, FaceNames);

TYPED_TEST(MultiFailures, ABadElementMeansThatNothingIsSentAtAll) {
    const std::uint64_t seen = this->requests_seen();
    const std::vector<std::pair<std::string, std::string>> values{{"a", "1"}, {"b", "2"}, {"", "3"}};
    if constexpr (TestFixture::is_raw) {
        EXPECT_THROW(this->cb.set_multi(values), ArgumentError);
    } else {
        EXPECT_TRUE(failed_with<ArgumentError>(this->end_of(this->cb.set_multi(values))));
    }
    this->ok(this->cb.noop());
    EXPECT_EQ(this->requests_seen(), seen);
    EXPECT_EQ(this->stored_bytes("a") + this->stored_bytes("b"), "(nothing)(nothing)");
    this->ok(this->cb.set("a", "1"));
    EXPECT_EQ(this->stored_bytes("a"), "\"1\"") << "and the connection goes on";
}

TYPED_TEST(MultiFailures, MoreKeysThanThereIsRoomForJustNowAreRefusedTogether) {
    TypeParam own{this->io, this->server.url(), {.max_operations = 8}};
    Keys keys;
    for (int i = 0; i < 8; ++i) keys.push_back("k" + std::to_string(i));
    this->ok(own.noop());
    this->server.stop();
    Ending pending{own.set("other", 1)};
    if constexpr (TestFixture::is_raw) {
        EXPECT_THROW(own.incr_multi(keys, {.initial = 1}), ClientTemporaryFailError);
    } else {
        EXPECT_TRUE(
            failed_with<ClientTemporaryFailError>(this->end_of(own.incr_multi(keys, {.initial = 1}))));
    }
    this->server.resume();
    EXPECT_TRUE(succeeded(pending.await(this->io)));
    EXPECT_EQ(this->stored_bytes("k0"), "(nothing)");
    EXPECT_TRUE(this->ok(own.incr_multi(keys, {.initial = 1})).all_ok()) << "what was taken back left room";
}

TYPED_TEST(MultiFailures, TheFirstFailureInTheOrderOfAnswersIsTheError) {
    this->put("text", "no number");
    const auto end = this->end_of(this->cb.incr_multi(Keys{"missing", "text", "gone"}));
    const MultiResult all = this->template results_of<NotFoundError>(end);
    EXPECT_EQ(error_of(end).detail().key, "missing");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all["text"].rc(), errc::delta_badval);
    EXPECT_EQ(all["gone"].rc(), errc::not_found);
}

TYPED_TEST(MultiFailures, WithSeveralHostsTheOneThatAnswersFirstHasTheError) {
    Memcached second;
    TypeParam own{this->io, this->server.url() + ',' + second.node()};
    this->ok(own.noop());
    const std::string here = this->key_of(this->server, second);
    const std::string there = this->key_of(second, this->server);
    for (Memcached* const slow : {&this->server, &second}) {
        slow->stop();
        Ending ending{own.get_multi(Keys{here, there})};
        run_for(this->io, 30ms);
        EXPECT_FALSE(ending.has_come()) << "not before every key has its answer";
        slow->resume();
        const auto end = ending.await(this->io);
        const MultiResult all = this->template results_of<NotFoundError>(end);
        EXPECT_EQ(all.size(), 2U);
        EXPECT_EQ(error_of(end).detail().key, slow == &second ? here : there);
    }
}

TYPED_TEST(MultiFailures, ATimeoutIsThatOfEveryKeyThatHasNoAnswer) {
    this->ok(this->cb.noop());
    this->server.stop();
    const auto end = this->end_of(this->cb.get_multi(Keys{"a", "b"}, {.timeout = 40ms}));
    const MultiResult all = this->template results_of<TimeoutError>(end);
    EXPECT_EQ(all["a"].rc(), errc::timed_out);
    EXPECT_EQ(all["b"].rc(), errc::timed_out);
    this->server.resume();
    this->ok(this->cb.set("a", "after"));
    EXPECT_EQ(this->ok(this->cb.get_multi(Keys{"a"}))["a"].text(), "after");
}

TYPED_TEST(MultiFailures, AServerThatDiesIsTheErrorOfEveryKey) {
    this->ok(this->cb.noop());
    this->server.stop();
    Ending ending{this->cb.get_multi(Keys{"a", "b"})};
    this->io.poll();
    this->server.kill();
    const MultiResult all = this->template results_of<CouchbaseNetworkError>(ending.await(this->io));
    ASSERT_EQ(all.size(), 2U);
    for (const ValueResult& one : all) EXPECT_FALSE(one.success());
}

TYPED_TEST(MultiFailures, AClosedConnectionFailsEveryKey) {
    this->ok(this->cb.noop());
    Ending pending{this->cb.set_multi(Values{{"a", "1"}, {"b", "2"}})};
    this->cb.close();
    ASSERT_TRUE(pending.has_come());
    EXPECT_EQ(this->template results_of<ClientTemporaryFailError>(pending.take()).size(), 2U);
    const auto late = this->end_of(this->cb.get_multi(Keys{"a", "b"}));
    const MultiResult all = this->template results_of<ClientTemporaryFailError>(late);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all["b"].rc(), errc::connection_closed);
    EXPECT_EQ(this->stored_bytes("a"), "(nothing)");
}

TYPED_TEST(MultiFailures, CancelledBeforeItIsSentItIsNeverSent) {
    this->ok(this->cb.noop());
    auto operation = this->cb.set_multi(Values{{"a", "1"}, {"b", "2"}});
    if constexpr (TestFixture::is_raw) {
        const auto id = operation.id();
        Ending ending{std::move(operation)};
        id.cancel();
        EXPECT_EQ(error_of(ending.take()).rc(), errc::cancelled);
    } else {
        operation.cancel();
        EXPECT_TRUE(failed_with<CancelledError>(this->end_of(std::move(operation))));
    }
    this->ok(this->cb.noop());
    EXPECT_EQ(this->stored_bytes("a") + this->stored_bytes("b"), "(nothing)(nothing)");
}

TYPED_TEST(MultiFailures, CancelledAfterItWasSentItDisturbsNobody) {
    this->ok(this->cb.noop());
    this->server.stop();
    auto operation = this->cb.incr_multi(Keys{"a", "b"}, {.initial = 1});
    const auto other = std::make_unique<Ending<ValueResult>>(this->cb.incr("c", {.initial = 5}));
    this->io.poll();
    if constexpr (TestFixture::is_raw) operation.errback([](const Error&) {});
    operation.cancel();
    if constexpr (!TestFixture::is_raw) {
        EXPECT_TRUE(failed_with<CancelledError>(this->end_of(std::move(operation))));
    }
    this->server.resume();
    EXPECT_EQ(other->await(this->io)->number(), 5U);
    EXPECT_EQ(this->ok(this->cb.incr("a")).number(), 2U) << "the server had executed it";
}

class MultiCancel : public ConformanceTest {
protected:
    TxAsyncConnection cb{io, server.url()};
};

TEST_F(MultiCancel, AnErrbackMayCloseTheConnectionOrDropIt) {
    for (const bool drops : {false, true}) {
        std::optional<TxAsyncConnection> own{std::in_place, io, server.url()};
        ok(own->noop());
        int ends = 0;
        auto operation = own->get_multi(Keys{"a", "b", "c"});
        operation.callback([&](MultiResult&&) { ends += 100; });
        operation.errback([&](const Error& error) {
            ++ends;
            EXPECT_EQ(error.rc(), errc::cancelled);
            if (drops)
                own.reset();
            else
                own->close();
        });
        operation.cancel();
        EXPECT_EQ(ends, 1);
        operation.cancel();
        ok(witness.noop());
        EXPECT_EQ(ends, 1);
    }
}

TEST_F(MultiCancel, AnErrbackMayCloseTheConnectionWhoseNodesWereAsked) {
    ok(cb.noop());
    int ends = 0;
    auto operation = cb.stats();
    operation.errback([&](const Error&) {
        ++ends;
        cb.close();
    });
    operation.cancel();
    ok(witness.noop());
    EXPECT_EQ(ends, 1);
}

TEST_F(MultiCancel, AMultiOperationMayBeIssuedFromTheCallbackOfAnother) {
    put("a", "1");
    std::optional<MultiResult> second;
    cb.get_multi(Keys{"a"}).callback([&](const MultiResult& first) {
        cb.incr_multi(Keys{std::string{first.begin()->key()}}).callback([&](MultiResult&& all) {
            second = std::move(all);
        });
    });
    run_until(io, [&] { return second.has_value(); });
    EXPECT_EQ((*second)["a"].number(), 2U);
}

TEST_F(MultiCancel, WhatACallbackThrowsGoesToTheUnhandledHookAndNoFurther) {
    std::vector<Failure> unhandled;
    cb.on_unhandled([&](std::exception_ptr thrown) { unhandled.emplace_back(std::move(thrown)); });
    cb.set_multi(Values{{"a", "1"}}).callback([](const MultiResult&) { throw std::runtime_error{"mine"}; });
    cb.get_multi(Keys{"missing"});
    ok(cb.noop());
    ASSERT_EQ(unhandled.size(), 2U);
    EXPECT_EQ(unhandled[0].what(), "mine");
    EXPECT_TRUE(unhandled[1].check<NotFoundError>()) << "a failure without an errback";
}

}  // namespace
}  // namespace txcouchbase::test
