// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "tests/conformance/fixture.hpp"
#include "tests/integration/text_protocol.hpp"

namespace txcouchbase::test {
namespace {

using Values = std::map<std::string, std::string>;

template <class Face>
class Set : public OneFace<Face> {};
TYPED_TEST_SUITE(Set, Faces, FaceNames);

TYPED_TEST(Set, ASetSucceedsAndHasACas) {
    const OperationResult set = this->ok(this->cb.set("k", "v"));
    EXPECT_TRUE(set.success());
    EXPECT_GT(set.cas(), 0U);
    EXPECT_EQ(this->stored_bytes("k"), "\"v\"");
}

TYPED_TEST(Set, TheCasDecidesAndEverySetChangesIt) {
    const std::uint64_t first = this->ok(this->cb.set("k", "1")).cas();
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.set("k", "2", {.cas = first + 1}))));
    const std::uint64_t second = this->ok(this->cb.set("k", "2", {.cas = first})).cas();
    EXPECT_NE(second, first);
    EXPECT_NE(this->ok(this->cb.set("k", "3")).cas(), second);
    EXPECT_EQ(this->stored_bytes("k"), "\"3\"");
}

TYPED_TEST(Set, NothingTrueAndFalseComeBackAsTheyWere) {
    this->ok(this->cb.set("none", nullptr));
    this->ok(this->cb.set("yes", true));
    this->ok(this->cb.set("no", false));
    EXPECT_TRUE(this->ok(this->cb.get("none")).json().is_null());
    EXPECT_EQ(this->ok(this->cb.get("yes")).json(), nlohmann::json(true));
    EXPECT_EQ(this->ok(this->cb.get("no")).json(), nlohmann::json(false));
    EXPECT_EQ(this->stored_bytes("none") + this->stored_bytes("yes") + this->stored_bytes("no"),
              "nulltruefalse");
}

TYPED_TEST(Set, SeveralKeysAreAllSetAndHaveACasEach) {
    const Values values{{"a", "1"}, {"b", "2"}};
    const MultiResult set = this->ok(this->cb.set_multi(values));
    EXPECT_TRUE(set.all_ok());
    ASSERT_EQ(set.size(), 2U);
    for (const ValueResult& one : set) {
        EXPECT_GT(one.cas(), 0U);
        EXPECT_EQ(this->stored_bytes(one.key()), '"' + values.at(std::string{one.key()}) + '"');
    }
}

TYPED_TEST(Set, AddSucceedsOnce) {
    this->ok(this->cb.add("k", "1"));
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.add("k", "2"))));
    EXPECT_EQ(this->stored_bytes("k"), "\"1\"");
    EXPECT_TRUE(
        failed_with<KeyExistsError>(this->end_of(this->cb.add_multi(Values{{"k", "3"}, {"new", "4"}}))));
    EXPECT_EQ(this->stored_bytes("k") + this->stored_bytes("new"), "\"1\"\"4\"");
}

TYPED_TEST(Set, ReplaceNeedsAValueAndTheRightCas) {
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.replace("k", "1"))));
    const std::uint64_t cas = this->ok(this->cb.set("k", "1")).cas();
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.replace("k", "2", {.cas = cas + 1}))));
    const std::uint64_t next = this->ok(this->cb.replace("k", "2", {.cas = cas})).cas();
    EXPECT_NE(next, cas);
    this->ok(this->cb.replace("k", "3"));
    EXPECT_EQ(this->stored_bytes("k"), "\"3\"");
    const auto end = this->end_of(this->cb.replace_multi(Values{{"k", "4"}, {"missing", "5"}}));
    EXPECT_TRUE(failed_with<NotFoundError>(end));
    EXPECT_EQ(this->stored_bytes("k") + this->stored_bytes("missing"), "\"4\"(nothing)");
}

class SetArguments : public BothFaces {};

TEST_F(SetArguments, SeveralKeysCannotShareACas) {
    const Values values{{"a", "1"}, {"b", "2"}};
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.set_multi(values, {.cas = 1}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.replace_multi(values, {.cas = 1}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.append_multi(values, {.cas = 1}); }));
}

template <class Face>
class Stats : public OneFace<Face> {};
TYPED_TEST_SUITE(Stats, Faces, FaceNames);

TYPED_TEST(Stats, WithoutAGroupEveryStatisticIsToldByNode) {
    const StatsResult stats = this->ok(this->cb.stats());
    ASSERT_TRUE(stats.contains("curr_connections"));
    ASSERT_EQ(stats.at("curr_connections").size(), 1U);
    EXPECT_EQ(stats.at("curr_connections").begin()->first, this->server.node());
    EXPECT_GE(std::stoull(stats.at("curr_connections").begin()->second), 1U);
}

TYPED_TEST(Stats, AGroupHasItsOwnStatistics) {
    const StatsResult stats = this->ok(this->cb.stats("settings"));
    EXPECT_TRUE(stats.contains("maxbytes"));
    EXPECT_FALSE(stats.contains("curr_connections"));
}

TYPED_TEST(Stats, SeveralGroupsAreToldInOneResult) {
    this->put("k", "v");
    const StatsResult stats = this->ok(this->cb.stats(std::vector<std::string>{"settings", "items"}));
    EXPECT_TRUE(stats.contains("maxbytes"));
    const auto is_item = [](const auto& entry) { return entry.first.starts_with("items:"); };
    EXPECT_TRUE(std::any_of(stats.begin(), stats.end(), is_item));
    EXPECT_FALSE(stats.contains("curr_connections"));
}

}  // namespace
}  // namespace txcouchbase::test
