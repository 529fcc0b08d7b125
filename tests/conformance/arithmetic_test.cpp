// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/fixture.hpp"

namespace txcouchbase::test {
namespace {

const std::vector<std::string> five_keys{"c1", "c2", "c3", "c4", "c5"};

template <class Face>
class Arithmetic : public OneFace<Face> {
protected:
    /// Whether get_multi() finds the same number under every key.
    testing::AssertionResult all_are(std::uint64_t number) {
        for (const ValueResult& found : this->ok(this->cb.get_multi(five_keys)))
            if (found.number() != number)
                return testing::AssertionFailure() << found.key() << " is " << found.number();
        return testing::AssertionSuccess();
    }
};
TYPED_TEST_SUITE(Arithmetic, Faces, FaceNames);

TYPED_TEST(Arithmetic, ACounterIsCreatedGoesUpAndGoesDown) {
    auto& face = this->cb;
    EXPECT_EQ(this->ok(face.incr("k", {.initial = 1})).number(), 1U);
    EXPECT_EQ(this->ok(face.get("k")).number(), 1U);
    EXPECT_EQ(this->ok(face.incr("k")).number(), 2U);
    EXPECT_EQ(this->ok(face.get("k")).number(), 2U);
    EXPECT_EQ(this->ok(face.decr("k")).number(), 1U);
    EXPECT_EQ(this->ok(face.get("k")).number(), 1U);
    EXPECT_EQ(this->ok(face.decr("k")).number(), 0U);
    EXPECT_EQ(this->ok(face.get("k")).number(), 0U);
    EXPECT_EQ(this->stored_bytes("k").substr(0, 1), "0");
    EXPECT_EQ(this->ok(face.arithmetic("k", {.delta = 5})).number(), 5U);
    EXPECT_EQ(this->ok(face.arithmetic("k", {.delta = -3})).number(), 2U);
    EXPECT_EQ(this->ok(face.incr("k", {.delta = -1})).number(), 1U);
    EXPECT_EQ(this->ok(face.decr("k", {.delta = -9})).number(), 10U);
}

TYPED_TEST(Arithmetic, AMissingCounterWithoutInitialIsNotFoundWhateverQuietSays) {
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.incr("k"))));
    this->cb.set_quiet(true);
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.incr("k"))));
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.decr("k"))));
    EXPECT_EQ(this->stored_bytes("k"), "(nothing)");
}

TYPED_TEST(Arithmetic, CountingTextIsADeltaBadvalError) {
    this->ok(this->cb.set("k", "no number"));
    EXPECT_TRUE(failed_with<DeltaBadvalError>(this->end_of(this->cb.incr("k"))));
    EXPECT_EQ(this->stored_bytes("k"), "\"no number\"");
}

TYPED_TEST(Arithmetic, TheMultiFormsCountEveryKey) {
    auto& face = this->cb;
    this->ok(face.incr_multi(five_keys, {.initial = 5}));
    EXPECT_TRUE(this->all_are(5));
    this->ok(face.incr_multi(five_keys));
    EXPECT_TRUE(this->all_are(6));
    this->ok(face.decr_multi(five_keys));
    EXPECT_TRUE(this->all_are(5));
    this->ok(face.incr_multi(five_keys, {.delta = 10}));
    EXPECT_TRUE(this->all_are(15));
    this->ok(face.decr_multi(five_keys, {.delta = 6}));
    EXPECT_TRUE(this->all_are(9));
    this->ok(face.remove(five_keys[2]));
    const auto end = this->end_of(face.incr_multi(five_keys));
    EXPECT_TRUE(failed_with<NotFoundError>(end));
    EXPECT_EQ(error_of(end).detail().key, "c3");
    EXPECT_EQ(this->stored_bytes("c5"), "10") << "the others were counted";
}

TYPED_TEST(Arithmetic, EachKeyMayHaveItsOwnDeltaAndDecrTurnsEverySignRound) {
    auto& face = this->cb;
    for (const char* const key : {"a", "b"}) this->put(key, "10");
    this->ok(face.incr_multi(std::map<std::string, int>{{"a", 5}, {"b", -2}}));
    EXPECT_EQ(this->stored_bytes("a") + this->stored_bytes("b").substr(0, 1), "158");
    this->ok(face.decr_multi(std::map<std::string, int>{{"a", 5}, {"b", -2}}));
    EXPECT_EQ(this->stored_bytes("a") + this->stored_bytes("b").substr(0, 2), "1010");
    using Options = std::map<std::string, CounterOptions>;
    this->ok(face.decr_multi(Options{{"a", {.delta = 3}}, {"c", {.delta = 1, .initial = 77}}}));
    EXPECT_EQ(this->ok(face.get("a")).number(), 7U);
    EXPECT_EQ(this->ok(face.get("c")).number(), 77U);
    this->ok(face.arithmetic_multi(std::map<std::string, int>{{"a", -7}, {"c", 3}}));
    EXPECT_EQ(this->ok(face.get("a")).number(), 0U);
    EXPECT_EQ(this->ok(face.get("c")).number(), 80U);
}

TYPED_TEST(Arithmetic, TheCasOfACounterIsThatOfItsValue) {
    auto& face = this->cb;
    const ValueResult counted = this->ok(face.incr("k", {.initial = 10}));
    EXPECT_EQ(counted.number(), 10U);
    EXPECT_NE(counted.cas(), 0U);
    this->ok(face.set("k", "changed", {.cas = counted.cas()}));
    EXPECT_EQ(this->stored_bytes("k"), "\"changed\"");
    const MultiResult all = this->ok(face.incr_multi(five_keys, {.initial = 40}));
    ASSERT_EQ(all.size(), five_keys.size());
    for (std::size_t i = 0; i < five_keys.size(); ++i) {
        EXPECT_EQ(all.begin()[i].key(), five_keys[i]);
        EXPECT_EQ(all.begin()[i].number(), 40U);
    }
}

}  // namespace
}  // namespace txcouchbase::test
