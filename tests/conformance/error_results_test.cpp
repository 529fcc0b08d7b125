// What the error of an operation shows of results: of its own, of all keys, or of none because nothing was asked.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/frame.hpp"
#include "tests/conformance/fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;

/// What a failed operation says, which must be an E.
template <class E, class Outcome>
const E& error_as(const Outcome& end) {
    const E* const error = end ? nullptr : end.failure().template get_if<E>();
    if (error == nullptr) throw std::logic_error{"it did not end with the error that it must end with"};
    return *error;
}

template <class Face>
class ErrorResults : public OneFace<Face> {};
TYPED_TEST_SUITE(ErrorResults, Faces, FaceNames);

struct Unreadable final : Transcoder {
    Stored decode_value(std::string_view, std::uint32_t) const override {
        throw std::runtime_error{"of the transcoder"};
    }
};

// API 4.5: a value that the transcoder cannot read is no result of the server's.
TYPED_TEST(ErrorResults, WhatTheTranscoderCannotReadIsAnErrorWithoutAResultOfItsOwn) {
    this->put("a", "1");
    const TranscoderPtr transcoder = std::make_shared<Unreadable>();
    const auto multi = this->end_of(this->cb.get_multi(Keys{"a", "missing"}, {.transcoder = transcoder}));
    EXPECT_FALSE(error_as<ValueFormatError>(multi).result());
    EXPECT_EQ(error_as<ValueFormatError>(multi).all_results().size(), 2U);
    const auto single = this->end_of(this->cb.get("a", {.transcoder = transcoder}));
    EXPECT_FALSE(error_as<ValueFormatError>(single).result());
    EXPECT_EQ(error_as<ValueFormatError>(single).all_results().size(), 1U);
}

TYPED_TEST(ErrorResults, OfAValueThatCannotBeReadSingleAndMultiOperationShowTheSame) {
    this->put("a", "1");
    const GetOptions options{.transcoder = std::make_shared<Unreadable>()};
    const auto single = this->end_of(this->cb.get("a", options));
    const auto multi = this->end_of(this->cb.get_multi(Keys{"a"}, options));
    for (const MultiResult& all : {error_as<ValueFormatError>(single).all_results(),
                                   error_as<ValueFormatError>(multi).all_results()}) {
        ASSERT_EQ(all.size(), 1U);
        EXPECT_FALSE(all.all_ok());
        EXPECT_TRUE(all["a"].success()) << "the server did answer";
        EXPECT_FALSE(all["a"].has_value());
        EXPECT_EQ(all.error("a").rc(), errc::value_format);
    }
}

// What needs a cluster is refused for every key alike.
TYPED_TEST(ErrorResults, WhatMemcachedCannotDoIsTheErrorOfEveryKey) {
    const auto end = this->end_of(this->cb.lock_multi(Keys{"a", "b", "a"}, 10s));
    const MultiResult all = error_as<NotSupportedError>(end).all_results();
    ASSERT_EQ(all.size(), 2U);
    for (const ValueResult& one : all) EXPECT_EQ(one.rc(), errc::not_supported);
    EXPECT_EQ(all.error("b").detail().key, "b");
    EXPECT_TRUE(error_as<NotSupportedError>(end).result());
    const auto item = std::make_shared<Item>("k");
    const auto items = this->end_of(this->cb.rget_multi(ItemSequence{item}));
    EXPECT_EQ(error_as<NotSupportedError>(items).all_results().item("k"), item);
    EXPECT_EQ(item->rc, errc::not_supported);
}

TYPED_TEST(ErrorResults, OfKeysSomeOfWhichNeedAClusterTheErrorAndItsResultNameTheSame) {
    this->put("here", "1");
    const std::map<std::string, GetOptions> wanted{
        {"here", {}}, {"of a replica", {.replica = true}}, {"of another", {.replica = true}}};
    const auto end = this->end_of(this->cb.get_multi(wanted));
    const auto& error = error_as<NotSupportedError>(end);
    EXPECT_EQ(error.key(), "of a replica");
    EXPECT_EQ(error.result()->key(), "of a replica");
    const MultiResult all = error.all_results();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all["here"].text(), "1") << "what memcached can do is done";
    EXPECT_EQ(all["of a replica"].rc(), errc::not_supported);
    EXPECT_EQ(all.error("of another").detail().key, "of another");
}

TYPED_TEST(ErrorResults, OfAClosedConnectionEveryKeyThatNeedsAClusterIsTold) {
    this->ok(this->cb.noop());
    this->cb.close();
    const auto end = this->end_of(this->cb.lock_multi(Keys{"a", "b"}, 10s));
    const MultiResult all = error_as<ClientTemporaryFailError>(end).all_results();
    ASSERT_EQ(all.size(), 2U);
    for (const char* const key : {"a", "b"}) {
        EXPECT_EQ(all[key].rc(), errc::connection_closed);
        EXPECT_EQ(all.error(key).detail().key, key);
    }
}

TYPED_TEST(ErrorResults, WhatNeedsAClusterCanBeCancelled) {
    auto operation = this->cb.lock_multi(Keys{"a", "b"}, 10s);
    if constexpr (std::is_same_v<TypeParam, TxAsyncConnection>) {
        Ending ending{operation};
        operation.cancel();
        EXPECT_EQ(error_of(ending.take()).rc(), errc::cancelled);
    } else {
        operation.cancel();
        EXPECT_TRUE(failed_with<CancelledError>(this->end_of(std::move(operation))));
    }
    this->ok(this->cb.noop());
}

// Nothing was asked of a server, so there is nothing to show.
class RefusedCalls : public BothFaces {
protected:
    template <class Issue>
    void expect_no_results(errc code, Issue issue) {
        try {
            issue(raw);
            ADD_FAILURE() << "the raw face did not throw";
        } catch (const CouchbaseError& thrown) {
            expect_no_results(code, thrown);
        }
        const auto end = end_of(issue(cb));
        expect_no_results(code, error_as<CouchbaseError>(end));
    }

private:
    static void expect_no_results(errc code, const CouchbaseError& error) {
        EXPECT_EQ(error.rc(), code);
        EXPECT_FALSE(error.result());
        EXPECT_TRUE(error.all_results().empty()) << error.what();
    }
};

TEST_F(RefusedCalls, OfABadArgumentHaveNoResults) {
    expect_no_results(errc::argument, [](auto& c) { return c.set("k", "v", {.ttl = -5s}); });
    expect_no_results(errc::empty_key, [](auto& c) { return c.get(""); });
    expect_no_results(errc::duplicate_commands, [](auto& c) { return c.endure_multi({"k", "k"}); });
    expect_no_results(errc::argument, [](auto& c) { return c.get_multi(Keys{}); });
}

TEST_F(RefusedCalls, OfAValueThatCannotBeEncodedHaveNoResults) {
    expect_no_results(errc::value_format, [](auto& c) { return c.set("k", 1, {.format = Format::utf8}); });
    expect_no_results(errc::value_format, [](auto& c) {
        return c.set_multi({{"a", "text"}, {"k", 1}}, {.format = Format::utf8});
    });
}

TEST_F(RefusedCalls, OfAFrameThatNoServerTakesHaveNoResults) {
    const std::string value(protocol::default_max_frame, 'v');
    expect_no_results(errc::too_big, [&](auto& c) { return c.set("k", value, {.format = Format::bytes}); });
    expect_no_results(errc::too_big, [&](auto& c) {
        return c.set_multi({{"a", "v"}, {"k", value}}, {.format = Format::bytes});
    });
}

TEST_F(RefusedCalls, OfAFullQueueHaveNoResults) {
    cb = Connection{io, server.url(), {.max_operations = 2}};
    raw = cb.raw();
    ok(cb.noop());
    server.stop();
    Ending first{raw.get("k")};
    Ending second{raw.get("k")};
    expect_no_results(errc::queue_full, [](auto& c) { return c.get("k"); });
    expect_no_results(errc::queue_full, [](auto& c) { return c.get_multi(Keys{"k", "l"}); });
    server.resume();
    EXPECT_TRUE(failed_with<NotFoundError>(first.await(io)));
    EXPECT_TRUE(failed_with<NotFoundError>(second.await(io)));
}

}  // namespace
}  // namespace txcouchbase::test
