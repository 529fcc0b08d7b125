// Multi operations with something of its own for each key: options, pairs of value and options, braced lists.
// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;

template <class Face>
class MultiOptions : public OneFace<Face> {};
TYPED_TEST_SUITE(MultiOptions, Faces, FaceNames);

TYPED_TEST(MultiOptions, BracedListsOfKeysAndOfPairsAreTaken) {
    EXPECT_TRUE(this->ok(this->cb.set_multi({{"a", 1}, {"b", "x"}})).all_ok());
    const MultiResult got = this->ok(this->cb.get_multi({"a", "b"}));
    EXPECT_EQ(got["a"].number(), 1U);
    EXPECT_EQ(got["b"].text(), "x");
    EXPECT_TRUE(this->ok(this->cb.touch_multi({"a", "b"}, 100s)).all_ok());
    EXPECT_TRUE(this->ok(this->cb.touch_multi({{"a", 100s}, {"b", 200s}})).all_ok());
    EXPECT_EQ(this->ok(this->cb.incr_multi({"n", "m"}, {.initial = 7}))["n"].number(), 7U);
    EXPECT_EQ(this->ok(this->cb.arithmetic_multi({{"n", 3}, {"m", -2}}))["m"].number(), 5U);
    EXPECT_TRUE(this->ok(this->cb.append_multi({{"b", "y"}})).all_ok());
    EXPECT_TRUE(this->ok(this->cb.remove_multi({"a", "b", "n", "m"})).all_ok());
}

TYPED_TEST(MultiOptions, BracedListsMayHaveADeltaOrOptionsForEachKey) {
    EXPECT_EQ(this->ok(this->cb.incr_multi({{"n", {.initial = 7}}}))["n"].number(), 7U);
    EXPECT_EQ(this->ok(this->cb.incr_multi({{"n", 1}}))["n"].number(), 8U);
    EXPECT_EQ(this->ok(this->cb.incr_multi({{"n", 2}, {"m", -1}}, {.initial = 5}))["m"].number(), 5U);
    EXPECT_EQ(this->ok(this->cb.decr_multi({{"n", 1}}))["n"].number(), 9U);
    EXPECT_EQ(this->ok(this->cb.decr_multi({{"n", {.delta = 4}}, {"m", {}}}))["m"].number(), 4U);
    EXPECT_EQ(this->ok(this->cb.decr_multi({"n", "m"}))["n"].number(), 4U);
    EXPECT_EQ(this->ok(this->cb.arithmetic_multi({{"n", 3}}))["n"].number(), 7U);
    EXPECT_EQ(this->ok(this->cb.arithmetic_multi({{"n", {.delta = -3}}}))["n"].number(), 4U);
}

TYPED_TEST(MultiOptions, BracedListsMayHaveAValueAndOptionsForEachKey) {
    EXPECT_TRUE(this->ok(this->cb.set_multi({{"a", {"v", {.ttl = 1s}}}})).all_ok());
    EXPECT_TRUE(
        this->ok(this->cb.add_multi({{"b", {1, {}}}, {"c", {"v", {.format = Format::utf8}}}})).all_ok());
    EXPECT_TRUE(this->ok(this->cb.replace_multi({{"b", {"v", {.format = Format::bytes}}}})).all_ok());
    EXPECT_TRUE(this->ok(this->cb.append_multi({{"b", {"-end", {}}}, {"c", {"-end", {}}}})).all_ok());
    EXPECT_TRUE(this->ok(this->cb.prepend_multi({{"c", {"start-", {.format = Format::bytes}}}})).all_ok());
    EXPECT_EQ(this->stored_bytes("b") + ' ' + this->stored_bytes("c"), "v-end start-v-end");
    EXPECT_TRUE(this->is_gone_in_time("a"));
}

TYPED_TEST(MultiOptions, EachKeyOfAGetMayHaveOptions) {
    this->put("stays", "1");
    this->put("goes", "2");
    const std::map<std::string, GetOptions> wanted{
        {"stays", {}}, {"goes", {.ttl = 1s}}, {"missing", {.quiet = true}}};
    const MultiResult got = this->ok(this->cb.get_multi(wanted));
    EXPECT_EQ(got["goes"].text(), "2");
    EXPECT_EQ(got["missing"].rc(), errc::not_found);
    EXPECT_TRUE(this->is_gone_in_time("goes"));
    EXPECT_EQ(this->stored_bytes("stays"), "1");
}

TYPED_TEST(MultiOptions, EachKeyOfARemovalMayHaveOptions) {
    const std::uint64_t cas = this->put("a", "1").cas();
    this->put("b", "2");
    const std::map<std::string, RemoveOptions> wanted{
        {"a", {.cas = cas}}, {"b", {}}, {"missing", {.quiet = true}}};
    this->ok(this->cb.remove_multi(wanted));
    EXPECT_EQ(this->stored_bytes("a") + this->stored_bytes("b"), "(nothing)(nothing)");
    const std::uint64_t old = this->put("a", "1").cas();
    this->put("a", "changed");
    const auto end =
        this->end_of(this->cb.remove_multi(std::map<std::string, RemoveOptions>{{"a", {.cas = old}}}));
    EXPECT_TRUE(failed_with<KeyExistsError>(end));
}

TYPED_TEST(MultiOptions, EachValueOfAStoreMayHaveOptions) {
    using Stored = std::pair<std::string, StoreOptions>;
    const std::uint64_t cas = this->put("a", "1").cas();
    const std::map<std::string, Stored> values{{"a", {"by cas", {.cas = cas, .format = Format::utf8}}},
                                               {"b", {"short-lived", {.ttl = 1s}}},
                                               {"c", {"bytes", {.format = Format::bytes}}}};
    EXPECT_TRUE(this->ok(this->cb.set_multi(values)).all_ok());
    EXPECT_EQ(this->stored_bytes("a") + this->stored_bytes("c"), "by casbytes");
    EXPECT_TRUE(this->is_gone_in_time("b"));
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.replace_multi(values))))
        << "the CAS is old";
    EXPECT_TRUE(failed_with<KeyExistsError>(
        this->end_of(this->cb.add_multi(std::map<std::string, Stored>{{"c", {"again", {}}}}))));
}

TYPED_TEST(MultiOptions, EachFragmentMayHaveOptions) {
    using Fragment = std::pair<std::string, AppendOptions>;
    const std::uint64_t cas = this->put("a", "mid").cas();
    EXPECT_TRUE(
        this->ok(this->cb.append_multi(std::map<std::string, Fragment>{{"a", {"-end", {.cas = cas}}}}))
            .all_ok());
    EXPECT_TRUE(failed_with<KeyExistsError>(
        this->end_of(this->cb.prepend_multi(std::map<std::string, Fragment>{{"a", {"x", {.cas = cas}}}}))));
    EXPECT_EQ(this->stored_bytes("a"), "mid-end");
}

TYPED_TEST(MultiOptions, EachItemOfACounterMayHaveDeltaInitialValueAndTtl) {
    const auto one = std::make_shared<Item>("one");
    const auto two = std::make_shared<Item>("two");
    const ItemOptionDict items{{one, ItemOptions{.ttl = 1s, .delta = 5, .initial = 100}}, {two, {}}};
    EXPECT_EQ(this->ok(this->cb.incr_multi(items, {.initial = 1}))["one"].number(), 100U);
    EXPECT_EQ(this->stored_bytes("two"), "1");
    EXPECT_EQ(this->ok(this->cb.incr_multi(items, {.delta = 2}))["one"].number(), 105U);
    EXPECT_EQ(this->stored_bytes("two"), "3");
    EXPECT_EQ(this->ok(this->cb.decr_multi(items))["one"].number(), 100U);
    EXPECT_TRUE(this->is_gone_in_time("one"));
    EXPECT_EQ(this->stored_bytes("two"), "2");
}

TYPED_TEST(MultiOptions, AppendMultiOfItemsLeavesTheirOwnValuesAlone) {
    this->put("k", "mid");
    const auto item = std::make_shared<Item>("k");
    EXPECT_TRUE(
        this->ok(this->cb.append_multi(ItemOptionDict{{item, ItemOptions{.fragment = "-end"}}})).all_ok());
    EXPECT_TRUE(
        this->ok(this->cb.prepend_multi(ItemOptionDict{{item, ItemOptions{.fragment = "start-"}}})).all_ok());
    EXPECT_EQ(this->stored_bytes("k"), "start-mid-end");
    EXPECT_FALSE(item->has_value());
    EXPECT_NE(item->cas, 0U);
}

class MultiArguments : public BothFaces {};

TEST_F(MultiArguments, AFailureLendsNoCas) {
    const MultiResult mixed = ok(cb.get_multi(Keys{"missing"}, {.quiet = true}));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.remove_multi(mixed); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.unlock_multi(mixed); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.endure_multi(mixed); }));
}

TEST_F(MultiArguments, OneKeyCannotHaveATranscoderOfItsOwn) {
    const std::map<std::string, GetOptions> wanted{{"k", {.transcoder = std::make_shared<Transcoder>()}}};
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get_multi(wanted); }));
}

TEST_F(MultiArguments, WhatNeedsAClusterChecksItsArgumentsFirst) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.lock("k", 10s, {.timeout = -1ms}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.unlock("k", 1, {.timeout = -1ms}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>(
        [](auto& c) { return c.set("k", "v", {.persist_to = 1, .timeout = -1ms}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.rget("k", {.timeout = -1ms}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.observe("k", {.timeout = -1ms}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.endure("k", {.timeout = -1ms}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.endure("k", {.interval = 0ms}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>(
        [](auto& c) { return c.endure_multi(Keys{"k"}, {.interval = -5ms}); }));
}

}  // namespace
}  // namespace txcouchbase::test
