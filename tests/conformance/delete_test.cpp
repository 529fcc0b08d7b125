// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/fixture.hpp"

namespace txcouchbase::test {
namespace {

using Values = std::map<std::string, std::string>;
const Values three{{"a", "1"}, {"b", "2"}, {"c", "3"}};

template <class Face>
class Delete : public OneFace<Face> {};
TYPED_TEST_SUITE(Delete, Faces, FaceNames);

TYPED_TEST(Delete, WhatWasSetCanBeRemoved) {
    this->ok(this->cb.set("k", "v"));
    EXPECT_TRUE(this->ok(this->cb.remove("k")).success());
    EXPECT_EQ(this->stored_bytes("k"), "(nothing)");
}

TYPED_TEST(Delete, RemovingAMissingKeyIsAResultWhereQuietAndNotFoundElsewhere) {
    const OperationResult quiet = this->ok(this->cb.remove("missing", {.quiet = true}));
    EXPECT_FALSE(quiet.success());
    EXPECT_EQ(quiet.rc(), errc::not_found);
    EXPECT_EQ(quiet.key(), "missing");
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.remove("missing"))));
}

TYPED_TEST(Delete, TheCurrentCasLetsItBeRemoved) {
    const std::uint64_t cas = this->ok(this->cb.set("k", "v")).cas();
    this->ok(this->cb.remove("k", {.cas = cas}));
    EXPECT_EQ(this->stored_bytes("k"), "(nothing)");
}

TYPED_TEST(Delete, AnotherCasDoesNot) {
    const std::uint64_t cas = this->ok(this->cb.set("k", "v")).cas();
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.remove("k", {.cas = cas + 1}))));
    EXPECT_EQ(this->stored_bytes("k"), "\"v\"");
}

TYPED_TEST(Delete, AListOfKeysIsRemovedWithOneSuccessForEach) {
    this->ok(this->cb.set_multi(three));
    const MultiResult removed = this->ok(this->cb.remove_multi(std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(removed.all_ok());
    EXPECT_EQ(removed.size(), 3U);
    for (const ValueResult& one : removed) {
        EXPECT_TRUE(one.success());
        EXPECT_EQ(this->stored_bytes(one.key()), "(nothing)");
    }
}

TYPED_TEST(Delete, ResultsOfSetMultiLendTheirCas) {
    const MultiResult set = this->ok(this->cb.set_multi(three));
    this->put("b", "changed");
    const auto end = this->end_of(this->cb.remove_multi(set));
    EXPECT_TRUE(failed_with<KeyExistsError>(end));
    EXPECT_EQ(error_of(end).detail().key, "b");
    EXPECT_EQ(this->stored_bytes("a"), "(nothing)");
    EXPECT_EQ(this->stored_bytes("b"), "changed");
    EXPECT_TRUE(this->ok(this->cb.remove_multi(this->ok(this->cb.set_multi(three)))).all_ok());
}

TYPED_TEST(Delete, QuietRemovalOfMissingAndPresentKeysTellsWhichIsWhich) {
    this->ok(this->cb.set("present", "v"));
    const std::vector<std::string> keys{"missing", "present"};
    const MultiResult removed = this->ok(this->cb.remove_multi(keys, {.quiet = true}));
    EXPECT_FALSE(removed.all_ok());
    EXPECT_FALSE(removed["missing"].success());
    EXPECT_EQ(removed["missing"].rc(), errc::not_found);
    EXPECT_TRUE(removed["present"].success());
    EXPECT_FALSE(removed.error("missing")) << "quiet: no error";
}

TYPED_TEST(Delete, CasValuesOfResultsCanBeOverwrittenBeforeTheyAreUsed) {
    auto cas_values = this->ok(this->cb.set_multi(three)).cas_values();
    cas_values.at("a") = 0xdead'beef;
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.remove_multi(cas_values))));
    EXPECT_EQ(this->stored_bytes("a"), "\"1\"");
    EXPECT_EQ(this->stored_bytes("b") + this->stored_bytes("c"), "(nothing)(nothing)");
}

TYPED_TEST(Delete, ResultsOfSingleOperationsAndPairsOfThemLendTheirCasToo) {
    std::vector<OperationResult> results{this->ok(this->cb.set("a", "1")), this->ok(this->cb.set("b", "2"))};
    EXPECT_TRUE(this->ok(this->cb.remove_multi(results)).all_ok());
    const std::map<std::string, OperationResult> pairs{{"a", this->ok(this->cb.set("a", "1"))}};
    this->put("a", "changed");
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(this->cb.remove_multi(pairs))));
}

class DeleteArguments : public BothFaces {};

TEST_F(DeleteArguments, SeveralKeysCannotShareACas) {
    put("a", "1");
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) {
        return c.remove_multi(std::vector<std::string>{"a", "b"}, {.cas = 1});
    }));
    EXPECT_EQ(stored_bytes("a"), "1");
}

}  // namespace
}  // namespace txcouchbase::test
