// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/conformance/fixture.hpp"
#include "tests/integration/text_protocol.hpp"

namespace txcouchbase::test {
namespace {

using Keys = std::vector<std::string>;
using Values = std::map<std::string, std::string>;

Keys many_keys(std::size_t count) {
    Keys keys;
    for (std::size_t i = 0; i < count; ++i) keys.push_back("key" + std::to_string(i * 7919 % count));
    return keys;
}
std::vector<std::pair<std::string, std::string>> with_values(const Keys& keys) {
    std::vector<std::pair<std::string, std::string>> values;
    for (const std::string& key : keys) values.emplace_back(key, "of " + key);
    return values;
}

template <class Face>
class MultiResults : public OneFace<Face> {
protected:
    /// All keys of the results, in their order.
    static Keys keys_of(const MultiResult& all) {
        Keys keys;
        for (const ValueResult& one : all) keys.emplace_back(one.key());
        return keys;
    }
};
TYPED_TEST_SUITE(MultiResults, Faces, FaceNames);

TYPED_TEST(MultiResults, ComeInTheOrderGivenAndAreFoundByTheirKeys) {
    const Keys keys = many_keys(5'000);
    EXPECT_TRUE(this->ok(this->cb.set_multi(with_values(keys))).all_ok());
    const MultiResult all = this->ok(this->cb.get_multi(keys));
    EXPECT_EQ(this->keys_of(all), keys);
    for (const std::string& key : keys) {
        const ValueResult* const found = all.find(key);
        ASSERT_NE(found, nullptr);
        ASSERT_EQ(found->text(), "of " + key);
    }
    EXPECT_EQ(all.find("key5000"), nullptr);
    EXPECT_EQ(all.find(""), nullptr);
    EXPECT_FALSE(all.contains("key"));
    EXPECT_THROW(static_cast<void>(all.at("nobody")), std::out_of_range);
    EXPECT_THROW(static_cast<void>(all.error("nobody")), std::out_of_range);
    EXPECT_EQ(all.item("key1"), nullptr) << "no Item was given";
}

TYPED_TEST(MultiResults, ComeInTheOrderGivenFromSeveralHostsToo) {
    Memcached second;
    TypeParam both{this->io, this->server.url() + ',' + second.node()};
    const Keys keys = many_keys(300);
    EXPECT_TRUE(this->ok(both.set_multi(with_values(keys))).all_ok());
    const MultiResult all = this->ok(both.get_multi(keys));
    EXPECT_EQ(this->keys_of(all), keys);
    for (const std::string& key : keys) EXPECT_EQ(all[key].text(), "of " + key);
    const MultiResult here = this->ok(this->cb.get_multi(keys, {.quiet = true}));
    EXPECT_FALSE(here.all_ok()) << "some lie on the second host";
    EXPECT_GT(here.split_results().ok.size(), 0U);
}

TYPED_TEST(MultiResults, SplitIntoSuccessesAndOthersEachInOrder) {
    this->ok(this->cb.set_multi(Values{{"b", "1"}, {"d", "2"}}));
    const MultiResult all = this->ok(this->cb.get_multi(Keys{"d", "c", "b", "a"}, {.quiet = true}));
    const auto [good, bad] = all.split_results();
    EXPECT_EQ(this->keys_of(good), (Keys{"d", "b"}));
    EXPECT_EQ(this->keys_of(bad), (Keys{"c", "a"}));
    EXPECT_TRUE(good.all_ok());
    EXPECT_FALSE(bad.all_ok());
    EXPECT_EQ(good["b"].text(), "1");
    EXPECT_EQ(bad["a"].rc(), errc::not_found);
    EXPECT_FALSE(good.contains("a"));
    const auto [all_good, none] = this->ok(this->cb.get_multi(Keys{"b", "d"})).split_results();
    EXPECT_EQ(all_good.size(), 2U);
    EXPECT_TRUE(none.empty() && none.all_ok());
    EXPECT_TRUE(MultiResult{}.split_results().ok.empty());
}

TYPED_TEST(MultiResults, LendTheCasOfSuccessesAlone) {
    this->ok(this->cb.set_multi(Values{{"a", "1"}, {"b", "2"}}));
    const MultiResult all = this->ok(this->cb.get_multi(Keys{"a", "missing", "b"}, {.quiet = true}));
    const std::map<std::string, std::uint64_t, std::less<>> expected{{"a", all["a"].cas()},
                                                                     {"b", all["b"].cas()}};
    EXPECT_EQ(all.cas_values(), expected);
    EXPECT_TRUE(this->ok(this->cb.remove_multi(all.cas_values())).all_ok());
}

TYPED_TEST(MultiResults, LiveAsLongAsTheyAreKept) {
    MultiResult all;
    ValueResult single;
    std::string_view view;
    {
        boost::asio::io_context loop{1};
        TypeParam own{loop, this->server.url()};
        Ending set{own.set_multi(Values{{"a", std::string(100'000, 'x')}, {"b", "short"}})};
        ASSERT_TRUE(succeeded(set.await(loop)));
        auto end = Ending{own.get_multi(Keys{"a", "b"})}.await(loop);
        ASSERT_TRUE(succeeded(end));
        all = *end;
        single = all["b"];
        view = all["b"].bytes();
    }
    EXPECT_EQ(all["a"].text(), std::string(100'000, 'x'));
    EXPECT_EQ(view, "\"short\"");
    const MultiResult copy = all;
    all = {};
    EXPECT_EQ(copy["b"].text(), "short");
    EXPECT_EQ(single.text(), "short");
    EXPECT_EQ(single.key(), "b");
}

TYPED_TEST(MultiResults, AnErrorKeepsTheResultsThatItHas) {
    std::optional<Failure> failure;
    {
        boost::asio::io_context loop{1};
        TypeParam own{loop, this->server.url()};
        this->put("a", "1");
        failure = Ending{own.get_multi(Keys{"a", "missing"})}.await(loop).failure();
    }
    const auto* const error = failure->get_if<NotFoundError>();
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->all_results()["a"].text(), "1");
    EXPECT_EQ(error->result()->key(), "missing");
}

TYPED_TEST(MultiResults, OfAnEmptyOneNothingCanBeAskedAndNothingBreaks) {
    const MultiResult none;
    EXPECT_TRUE(none.empty() && none.all_ok());
    EXPECT_EQ(none.find("k"), nullptr);
    EXPECT_TRUE(none.cas_values().empty());
    EXPECT_THROW(static_cast<void>(none["k"]), std::out_of_range);
}

// That a value does not decode is found when it is asked for, and does not concern the others.
TYPED_TEST(MultiResults, AValueThatDoesNotDecodeHarmsNoOther) {
    store_as_text(this->server, "bad", "{", 0);
    this->ok(this->cb.set("good", "v"));
    const MultiResult all = this->ok(this->cb.get_multi(Keys{"bad", "good"}));
    EXPECT_TRUE(all["bad"].success());
    EXPECT_THROW(static_cast<void>(all["bad"].text()), ValueFormatError);
    EXPECT_EQ(all["good"].text(), "v");
}

/// Cannot decode one value.
struct Picky : Transcoder {
    Stored decode_value(std::string_view bytes, std::uint32_t flags) const override {
        if (bytes == "bad") throw std::runtime_error{"not this one"};
        return Transcoder::decode_value(bytes, flags);
    }
};

TYPED_TEST(MultiResults, AFailureOfTheTranscoderGoesBeforeThoseOfTheServer) {
    this->put("bad", "bad");
    this->put("good", "good");
    this->cb.set_transcoder(std::make_shared<Picky>());
    const auto end = this->end_of(this->cb.get_multi(Keys{"missing", "bad", "good"}));
    ASSERT_TRUE(failed_with<ValueFormatError>(end));
    const auto* const error = end.failure().template get_if<ValueFormatError>();
    EXPECT_EQ(error->key(), "bad");
    const MultiResult all = error->all_results();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_FALSE(all.all_ok());
    EXPECT_EQ(all["good"].text(), "good");
    EXPECT_TRUE(all["bad"].success()) << "the server did answer";
    EXPECT_FALSE(all["bad"].has_value());
    EXPECT_EQ(all.error("bad").rc(), errc::value_format);
    EXPECT_EQ(all.error("missing").rc(), errc::not_found);
    EXPECT_EQ(all.split_results().failed.size(), 2U);
}

}  // namespace
}  // namespace txcouchbase::test
