// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/fixture.hpp"
#include "tests/conformance/views.hpp"
#include "tests/integration/text_protocol.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;

const std::map<std::string, std::string> three{{"a", "1"}, {"b", "2"}, {"c", "3"}};

template <class Face>
class Get : public OneFace<Face> {};
TYPED_TEST_SUITE(Get, Faces, FaceNames);

TYPED_TEST(Get, OneKeyGivesItsValueAndAListOfOneGivesOneResult) {
    this->ok(this->cb.set("k", "v"));
    EXPECT_EQ(this->ok(this->cb.get("k")).text(), "v");
    const MultiResult all = this->ok(this->cb.get_multi(Keys{"k"}));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all["k"].text(), "v");
}

TYPED_TEST(Get, AMissingKeyIsAResultWithoutValueWhereQuietAndNotFoundElsewhere) {
    const ValueResult quiet = this->ok(this->cb.get("missing", {.quiet = true}));
    EXPECT_FALSE(quiet.success());
    EXPECT_FALSE(quiet.has_value());
    EXPECT_EQ(quiet.rc(), errc::not_found);
    EXPECT_EQ(quiet.cas(), 0U);
    EXPECT_EQ(quiet.flags(), 0U);
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.get("missing", {.quiet = false}))));
}

TYPED_TEST(Get, SomeOfSeveralKeysCanBeAskedForAndViewsOfMapsToo) {
    this->ok(this->cb.set_multi(three));
    const MultiResult two = this->ok(this->cb.get_multi(Keys{"c", "a"}));
    ASSERT_EQ(two.size(), 2U);
    EXPECT_EQ(two.begin()->key(), "c") << "in the order given";
    EXPECT_EQ(two["a"].text(), "1");
    const MultiResult all = this->ok(this->cb.get_multi(keys_of(three)));
    ASSERT_EQ(all.size(), 3U);
    for (const auto& [key, value] : three) EXPECT_EQ(all[key].text(), value);
}

TYPED_TEST(Get, OfMissingAndPresentKeysEachHasItsOwnResult) {
    this->ok(this->cb.set_multi(three));
    const Keys keys{"a", "missing", "b"};
    const MultiResult quiet = this->ok(this->cb.get_multi(keys, {.quiet = true}));
    const auto end = this->end_of(this->cb.get_multi(keys));
    ASSERT_TRUE(failed_with<NotFoundError>(end));
    const MultiResult loud = end.failure().template get_if<NotFoundError>()->all_results();
    for (const MultiResult& all : {quiet, loud}) {
        EXPECT_FALSE(all.all_ok());
        ASSERT_EQ(all.size(), 3U);
        EXPECT_FALSE(all["missing"].success());
        EXPECT_FALSE(all["missing"].has_value());
        EXPECT_EQ(info(all["missing"].rc()).error_class, ErrorClass::not_found);
        EXPECT_EQ(all["a"].rc(), errc::success);
        EXPECT_EQ(all["a"].text() + all["b"].text(), "12");
    }
}

TYPED_TEST(Get, ResultsTellValueFlagsAndTheCasOfTheStore) {
    const std::uint64_t cas = this->ok(this->cb.set("k", "v")).cas();
    const ValueResult single = this->ok(this->cb.get("k"));
    const MultiResult multi = this->ok(this->cb.get_multi(Keys{"k"}));
    for (const ValueResult& found : {single, multi["k"]}) {
        EXPECT_EQ(found.text(), "v");
        EXPECT_EQ(found.cas(), cas);
        EXPECT_EQ(found.flags() & 0x7U, 0U) << "JSON to readers of 1.x";
    }
    const MultiResult missing = this->ok(this->cb.get_multi(Keys{"missing"}, {.quiet = true}));
    EXPECT_FALSE(missing["missing"].has_value());
    EXPECT_EQ(missing["missing"].cas(), 0U);
}

template <class Face>
class ItemSyntax : public OneFace<Face> {};
TYPED_TEST_SUITE(ItemSyntax, Faces, FaceNames);

// The original's cb[k], cb[k] = v and del cb[k] are get(), set() and remove() with the connection's quiet.
TYPED_TEST(ItemSyntax, WithAQuietConnectionGetSetAndRemoveFailNowhere) {
    this->cb.set_quiet(true);
    EXPECT_FALSE(this->ok(this->cb.remove("k")).success());
    this->ok(this->cb.set("k", "v"));
    EXPECT_EQ(this->ok(this->cb.get("k")).text(), "v");
    EXPECT_TRUE(this->ok(this->cb.remove("k")).success());
    EXPECT_FALSE(this->ok(this->cb.remove("k")).success());
    EXPECT_FALSE(this->ok(this->cb.get("k")).success());
}

// The tests that see a value expire: on one face each, because they take as long as memcached's clock does.
class Expiry : public ConformanceTest {
protected:
    Connection cb{io, server.url()};
};

TEST_F(Expiry, AValueThatWasSetWithATtlIsGoneAfterIt) {
    ok(cb.set("k", "v", {.ttl = 1s}));
    EXPECT_EQ(stored_bytes("k"), "\"v\"");
    EXPECT_TRUE(is_gone_in_time("k"));
    EXPECT_TRUE(failed_with<NotFoundError>(end_of(cb.get("k"))));
}

TEST_F(Expiry, AGetWithATtlGivesTheValueThatIsGoneAfterIt) {
    ok(cb.set("k", "v"));
    EXPECT_EQ(ok(cb.get("k", {.ttl = 1s})).text(), "v");
    EXPECT_TRUE(is_gone_in_time("k"));
    EXPECT_EQ(ok(cb.get("k", {.quiet = true})).rc(), errc::not_found);
}

TEST_F(Expiry, AGetMultiWithATtlGivesTheValuesThatAreGoneAfterIt) {
    ok(cb.set_multi(three));
    const MultiResult found = ok(cb.get_multi(keys_of(three), {.ttl = 1s}));
    EXPECT_TRUE(found.all_ok());
    EXPECT_EQ(found["b"].text(), "2");
    for (const auto& [key, value] : three) EXPECT_TRUE(is_gone_in_time(key));
    for (const ValueResult& gone : ok(cb.get_multi(keys_of(three), {.quiet = true})))
        EXPECT_EQ(gone.rc(), errc::not_found);
}

TEST_F(Expiry, TouchTakesAnExpiryAwayOrSetsOne) {
    ok(cb.set("stays", "v", {.ttl = 1s}));
    ok(cb.touch("stays", {}));
    EXPECT_EQ(time_to_live(server, "stays"), "-1");
    ok(cb.set("goes", "v"));
    EXPECT_TRUE(ok(cb.touch("goes", 1s)).success());
    EXPECT_TRUE(is_gone_in_time("goes"));
    EXPECT_EQ(ok(cb.get("goes", {.quiet = true})).rc(), errc::not_found);
    EXPECT_EQ(ok(cb.get("stays")).text(), "v");
}

TEST_F(Expiry, TouchMultiTakesExpiriesAwayOrSetsThem) {
    ok(cb.set_multi(three, {.ttl = 1s}));
    EXPECT_TRUE(ok(cb.touch_multi(keys_of(three), 0s)).all_ok());
    for (const auto& [key, value] : three) EXPECT_EQ(time_to_live(server, key), "-1");
    EXPECT_TRUE(ok(cb.touch_multi(keys_of(three), 1s)).all_ok());
    for (const auto& [key, value] : three) EXPECT_TRUE(is_gone_in_time(key));
}

TEST_F(Expiry, TouchMultiMayHaveATtlForEachKey) {
    ok(cb.set_multi(three));
    EXPECT_TRUE(
        ok(cb.touch_multi(std::map<std::string, std::chrono::seconds>{{"a", 1s}, {"b", 0s}, {"c", 1s}}))
            .all_ok());
    EXPECT_EQ(time_to_live(server, "b"), "-1");
    EXPECT_TRUE(is_gone_in_time("a"));
    EXPECT_TRUE(is_gone_in_time("c"));
    EXPECT_EQ(stored_bytes("b"), "\"2\"");
}

}  // namespace
}  // namespace txcouchbase::test
