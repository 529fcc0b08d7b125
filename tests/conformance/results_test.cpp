// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <sstream>

#include "tests/conformance/fixture.hpp"
#include "tests/conformance/views.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Values = std::map<std::string, std::string>;

template <class T>
std::string printed(const T& result) {
    return (std::ostringstream{} << result).str();
}

template <class Face>
class Results : public OneFace<Face> {
protected:
    template <class R>
    static void expect_success(const R& result) {
        EXPECT_TRUE(result.success());
        EXPECT_EQ(result.rc(), errc::success);
        EXPECT_EQ(result.key(), "k");
        EXPECT_FALSE(result.errstr().empty());
        EXPECT_THAT(printed(result), HasSubstr("k"));
    }
};
TYPED_TEST_SUITE(Results, Faces, FaceNames);

// That each is of exactly its class is a static_assert.
TYPED_TEST(Results, EveryResultHasKeyCodeAndWordsAndCanBePrinted) {
    auto& face = this->cb;
    this->expect_success(this->ok(face.set("k", "v")));
    this->expect_success(this->ok(face.get("k")));
    EXPECT_NE(this->ok(face.get("k")).cas(), 0U);
    this->expect_success(this->ok(face.touch("k", 100s)));
    this->expect_success(this->ok(face.remove("k")));
    this->expect_success(this->ok(face.incr("k", {.initial = 5})));
    const ValueResult missing = this->ok(face.get("missing", {.quiet = true}));
    EXPECT_THAT(missing.errstr(), HasSubstr("key"));
    EXPECT_THAT(printed(missing), HasSubstr("KEY_ENOENT"));
    for (const std::string& text :
         {printed(Result{}), printed(OperationResult{}), printed(ValueResult{}), printed(MultiResult{})})
        EXPECT_FALSE(text.empty()) << "one that nothing filled in can be printed too";
}

// All are ValueResults, which is a static_assert; those of mutations have no value.
TYPED_TEST(Results, EveryResultOfSeveralKeysHasKeyCodeAndCasAndCanBePrinted) {
    const Values values{{"a", "1"}, {"b", "2"}};
    const auto expect_success = [&](const MultiResult& all, bool have_values) {
        ASSERT_EQ(all.size(), 2U);
        for (const auto& [key, value] : values) {
            EXPECT_EQ(all[key].key(), key);
            EXPECT_EQ(all[key].rc(), errc::success);
            EXPECT_TRUE(all[key].success());
            EXPECT_NE(all[key].cas(), 0U);
            EXPECT_EQ(all[key].has_value(), have_values);
            EXPECT_THAT(printed(all[key]), HasSubstr(key));
        }
        EXPECT_THAT(printed(all), HasSubstr("2 results, all ok"));
    };
    expect_success(this->ok(this->cb.set_multi(values)), false);
    expect_success(this->ok(this->cb.get_multi(keys_of(values))), true);
    expect_success(this->ok(this->cb.touch_multi(keys_of(values), 100s)), false);
    this->ok(this->cb.set_multi({{"a", 1}, {"b", 2}}));
    expect_success(this->ok(this->cb.incr_multi(keys_of(values))), true);
    const MultiResult removed = this->ok(this->cb.remove_multi(keys_of(values)));
    EXPECT_TRUE(removed["a"].success() && removed["b"].success());
    EXPECT_FALSE(removed["a"].has_value());
}

template <class Face>
class Exceptions : public OneFace<Face> {};
TYPED_TEST_SUITE(Exceptions, Faces, FaceNames);

TYPED_TEST(Exceptions, TheErrorOfASingleOperationHasMessageKeyAndResults) {
    const auto end = this->end_of(this->cb.get("missing"));
    ASSERT_TRUE(failed_with<NotFoundError>(end));
    const auto* const error = end.failure().template get_if<NotFoundError>();
    EXPECT_FALSE(error->message().empty());
    EXPECT_EQ(error->key(), "missing");
    const MultiResult all = error->all_results();
    ASSERT_TRUE(all.contains("missing"));
    EXPECT_EQ(all["missing"].rc(), error->rc());
    EXPECT_FALSE(all.all_ok());
    EXPECT_EQ(error->result()->key(), "missing");
    EXPECT_THAT(error->what(), HasSubstr("missing"));
    EXPECT_FALSE(error->explain().empty());
}

TYPED_TEST(Exceptions, TheErrorOfAMultiOperationHasTheResultsOfAllKeys) {
    const Values values{{"a", "1"}, {"b", "2"}};
    this->ok(this->cb.set_multi(values));
    const std::vector<std::string> keys{"gone1", "a", "gone2", "b"};
    const auto end = this->end_of(this->cb.get_multi(keys, {.quiet = false}));
    ASSERT_TRUE(failed_with<NotFoundError>(end));
    const MultiResult all = end.failure().template get_if<NotFoundError>()->all_results();
    ASSERT_EQ(all.size(), 4U);
    for (const auto& [key, value] : values) {
        EXPECT_TRUE(all[key].success());
        EXPECT_EQ(all[key].text(), value);
        EXPECT_FALSE(all.error(key));
    }
    for (const char* const key : {"gone1", "gone2"}) {
        EXPECT_FALSE(all[key].success());
        EXPECT_EQ(all.error(key).rc(), errc::not_found);
    }
}

}  // namespace
}  // namespace txcouchbase::test
