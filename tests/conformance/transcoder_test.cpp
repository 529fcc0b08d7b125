// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>
#include <txcouchbase/json.hpp>

#include "tests/conformance/fixture.hpp"

namespace txcouchbase::test {
namespace {

using Keys = std::vector<std::string>;
using Stored = Transcoder::Stored;

/// Keys are stored with a prefix, values backwards; what throws is what the name says.
class Backwards : public Transcoder {
public:
    enum class Throws { nowhere, in_encode_key, in_decode_key, in_encode_value, in_decode_value };
    explicit Backwards(Throws place = Throws::nowhere) : place_(place) {}

    std::string encode_key(std::string_view key) const override {
        fail_in(Throws::in_encode_key);
        return "prefix." + std::string{key};
    }
    std::string decode_key(std::string_view stored) const override {
        fail_in(Throws::in_decode_key);
        return std::string{stored.substr(7)};
    }
    Stored encode_value(const Encodable& value, Format format) const override {
        fail_in(Throws::in_encode_value);
        return reversed(Transcoder::encode_value(value, format));
    }
    Stored decode_value(std::string_view bytes, std::uint32_t flags) const override {
        fail_in(Throws::in_decode_value);
        return reversed({std::string{bytes}, flags});
    }

private:
    static Stored reversed(Stored stored) {
        std::reverse(stored.bytes.begin(), stored.bytes.end());
        return stored;
    }
    void fail_in(Throws place) const {
        if (place == place_) throw std::runtime_error{"of the transcoder"};
    }
    Throws place_;
};

template <class Face>
class TranscoderTest : public OneFace<Face> {
protected:
    TranscoderPtr backwards = std::make_shared<Backwards>();
};
TYPED_TEST_SUITE(TranscoderTest, Faces, FaceNames);

// The base class is the reference: what it does is what a connection without a transcoder does.
TYPED_TEST(TranscoderTest, TheReferenceTranscoderGivesBackWhatItWasGiven) {
    this->cb.set_transcoder(std::make_shared<Transcoder>());
    using Json = nlohmann::json;
    for (const Json& value :
         {Json::object(), Json::array(), Json(-1), Json(nullptr), Json(false), Json(true)}) {
        this->ok(this->cb.set("k", value));
        EXPECT_EQ(this->ok(this->cb.get("k")).json(), value);
        EXPECT_EQ(this->stored("k")->json(), value);
    }
}

TYPED_TEST(TranscoderTest, NullIsNoTranscoder) {
    TypeParam own{this->io, this->server.url(), {.transcoder = nullptr}};
    EXPECT_EQ(own.transcoder(), nullptr);
    own.set_transcoder(this->backwards);
    EXPECT_EQ(own.set_transcoder(nullptr), this->backwards);
    this->ok(own.set("k", "v"));
    EXPECT_EQ(this->ok(own.get("k")).text(), "v");
    EXPECT_EQ(this->stored_bytes("k"), "\"v\"");
}

TYPED_TEST(TranscoderTest, AConnectionsTranscoderSeesEveryKeyAndValue) {
    auto& face = this->cb;
    face.set_transcoder(this->backwards);
    EXPECT_EQ(this->ok(face.set("k", "ab", {.format = Format::utf8})).key(), "k");
    EXPECT_EQ(this->stored_bytes("prefix.k"), "ba");
    const ValueResult found = this->ok(face.get("k"));
    EXPECT_EQ(found.key(), "k");
    EXPECT_EQ(found.text(), "ab");
    EXPECT_EQ(found.cas(), this->stored("prefix.k")->cas());
    this->ok(face.append("k", "cd"));
    EXPECT_EQ(this->stored_bytes("prefix.k"), "badc");
    const MultiResult all = this->ok(face.get_multi(Keys{"k", "missing"}, {.quiet = true}));
    EXPECT_EQ(all["k"].text(), "cdab");
    EXPECT_EQ(all["k"].key(), "k");
    EXPECT_EQ(all["missing"].key(), "missing");
    EXPECT_TRUE(this->ok(face.remove("k")).success());
    EXPECT_EQ(this->stored_bytes("prefix.k"), "(nothing)");
}

TYPED_TEST(TranscoderTest, ACallMayHaveOneOfItsOwn) {
    this->ok(this->cb.set("k", "ab", {.format = Format::utf8, .transcoder = this->backwards}));
    EXPECT_EQ(this->stored_bytes("prefix.k"), "ba");
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(this->cb.get("k"))));
    EXPECT_EQ(this->ok(this->cb.get("k", {.transcoder = this->backwards})).text(), "ab");
    EXPECT_EQ(this->ok(this->cb.get_multi(Keys{"k"}, {.transcoder = this->backwards}))["k"].text(), "ab");
}

TYPED_TEST(TranscoderTest, CountersAreTheServersAndOnlyTheirKeysAreTranscoded) {
    this->cb.set_transcoder(this->backwards);
    const ValueResult counted = this->ok(this->cb.incr("n", {.initial = 123}));
    EXPECT_EQ(counted.key(), "n");
    EXPECT_EQ(counted.number(), 123U);
    EXPECT_EQ(this->stored_bytes("prefix.n"), "123");
    EXPECT_EQ(this->ok(this->cb.incr_multi(Keys{"n"}))["n"].number(), 124U);
}

TYPED_TEST(TranscoderTest, WithNoFormatNothingIsDecodedForOneKeyOrForSeveral) {
    this->cb.set_transcoder(this->backwards);
    this->ok(this->cb.set("k", "ab", {.format = Format::utf8}));
    const ValueResult single = this->ok(this->cb.get("k", {.no_format = true}));
    const MultiResult multi = this->ok(this->cb.get_multi(Keys{"k"}, {.no_format = true}));
    for (const ValueResult& found : {single, multi["k"]}) {
        EXPECT_EQ(found.text(), "ba");
        EXPECT_EQ(found.key(), "prefix.k") << "keys too are as they are stored";
    }
    this->cb.set_data_passthrough(true);
    EXPECT_EQ(this->ok(this->cb.get("k")).text(), "ba");
}

TYPED_TEST(TranscoderTest, WhatADecoderThrowsIsTheInnerCauseOfAValueFormatError) {
    this->ok(this->cb.set("k", "v", {.transcoder = this->backwards}));
    for (const auto place : {Backwards::Throws::in_decode_value, Backwards::Throws::in_decode_key}) {
        this->cb.set_transcoder(std::make_shared<Backwards>(place));
        for (const bool quiet : {false, true}) {
            const auto end = this->end_of(this->cb.get("k", {.quiet = quiet}));
            ASSERT_TRUE(failed_with<ValueFormatError>(end));
            const auto* const error = end.failure().template get_if<ValueFormatError>();
            EXPECT_EQ(error->key(), "k");
            EXPECT_THROW(std::rethrow_exception(error->inner_cause()), std::runtime_error);
            EXPECT_TRUE(
                failed_with<ValueFormatError>(this->end_of(this->cb.get_multi(Keys{"k"}, {.quiet = quiet}))));
        }
    }
}

TYPED_TEST(TranscoderTest, AKeyThatCannotBeDecodedFailsQuietOperationsToo) {
    this->cb.set_transcoder(std::make_shared<Backwards>(Backwards::Throws::in_decode_key));
    EXPECT_TRUE(failed_with<ValueFormatError>(this->end_of(this->cb.get("missing", {.quiet = true}))));
    EXPECT_TRUE(failed_with<ValueFormatError>(this->end_of(this->cb.set("k", "v"))))
        << "and stores what it stores";
    EXPECT_EQ(this->stored_bytes("prefix.k"), "\"v\"" + std::string{}) << "backwards it is the same";
}

TYPED_TEST(TranscoderTest, AnErrorOfTheServerNamesTheCallersKey) {
    this->cb.set_transcoder(this->backwards);
    EXPECT_EQ(error_of(this->end_of(this->cb.get("missing"))).detail().key, "missing");
    EXPECT_EQ(error_of(this->end_of(this->cb.get_multi(Keys{"missing"}))).detail().key, "missing");
}

struct Point {
    int x = 0;
    int y = 0;
};
void to_json(nlohmann::json& out, const Point& point) {
    out = {point.x, point.y};
}
void from_json(const nlohmann::json& in, Point& point) {
    in.at(0).get_to(point.x);
    in.at(1).get_to(point.y);
}

/// Takes every value in every format, and stores what kind it was.
struct TakesAnything {
    static Stored encode_value(const Encodable& value, Format format) {
        return {std::to_string(value.value().index()) + '/' + std::to_string(static_cast<int>(format)),
                0xffff'ffff};
    }
    static Stored decode_value(std::string_view bytes, std::uint32_t flags) {
        return {flags == 0xffff'ffff ? std::string{bytes} : "other flags", 4};
    }
};

TYPED_TEST(TranscoderTest, AnyObjectAndAnyFormatReachATranscoderThatTakesThem) {
    this->cb.set_transcoder(make_transcoder(TakesAnything{}));
    this->ok(this->cb.set("k", Point{1, 2}, {.format = Format::bytes}));
    EXPECT_EQ(this->ok(this->cb.get("k")).text(), "9/2");
    this->ok(this->cb.set("k", 5, {.format = Format::utf8}));
    EXPECT_EQ(this->ok(this->cb.get("k")).text(), "2/1");
    EXPECT_EQ(this->stored("k")->flags(), 0xffff'ffffU) << "all 32 bits of the flags are the transcoder's";
    this->ok(this->cb.append("k", 5, {.format = Format::json}));
    EXPECT_EQ(this->stored_bytes("k"), "2/12/0");
}

TYPED_TEST(TranscoderTest, AConnectionMayBeMadeWithOne) {
    TypeParam own{this->io, this->server.url(), {.transcoder = make_transcoder(TakesAnything{})}};
    EXPECT_NE(own.transcoder(), nullptr);
    this->ok(own.set("k", nullptr));
    EXPECT_EQ(this->stored_bytes("k"), "0/0");
}

TYPED_TEST(TranscoderTest, TypesOfAUsersOwnAreStoredAndReadByTheirConversions) {
    this->ok(this->cb.set("k", Point{1, 2}));
    EXPECT_EQ(this->stored_bytes("k"), "[1,2]");
    const ValueResult found = this->ok(this->cb.get("k"));
    EXPECT_EQ(found.template value<Point>().y, 2);
    EXPECT_THROW(static_cast<void>(found.template value<std::string>()), ValueFormatError);
}

/// JSON of a user's own: counts how often it is asked.
struct Counting : Transcoder {
    Stored encode_value(const Encodable& value, Format format) const override {
        ++encoded;
        return Transcoder::encode_value(value, format);
    }
    Stored decode_value(std::string_view bytes, std::uint32_t flags) const override {
        ++decoded;
        return Transcoder::decode_value(bytes, flags);
    }
    mutable int encoded = 0;
    mutable int decoded = 0;
};

TYPED_TEST(TranscoderTest, SettingOneGivesThePreviousOneAndEachIsAskedOncePerValue) {
    const auto first = std::make_shared<Counting>();
    const auto second = std::make_shared<Counting>();
    EXPECT_EQ(this->cb.set_transcoder(first), nullptr);
    this->ok(this->cb.set("k", "v"));
    EXPECT_EQ(this->ok(this->cb.get("k")).text(), "v");
    EXPECT_EQ(this->cb.set_transcoder(second), first);
    EXPECT_EQ(first->encoded, 1);
    EXPECT_EQ(first->decoded, 1);
    EXPECT_EQ(this->cb.set_transcoder(first), second);
    EXPECT_EQ(second->encoded + second->decoded, 0);
    EXPECT_EQ(this->cb.transcoder(), first);
}

TYPED_TEST(TranscoderTest, AnOperationKeepsTheTranscoderThatItWasIssuedWith) {
    this->cb.set_transcoder(this->backwards);
    Ending set{this->cb.set("k", "ab", {.format = Format::utf8})};
    Ending got{this->cb.get("k")};
    this->cb.set_transcoder(nullptr);
    this->backwards.reset();
    const auto end = got.await(this->io);
    ASSERT_TRUE(succeeded(end));
    EXPECT_EQ(end->text(), "ab");
    EXPECT_TRUE(succeeded(set.take()));
}

class TranscoderArguments : public BothFaces {};

/// Makes nothing of every key.
struct EmptyKeys : Transcoder {
    std::string encode_key(std::string_view) const override { return {}; }
};

TEST_F(TranscoderArguments, AnEncoderThatThrowsOrMakesNoKeyIsAValueFormatErrorAndNothingIsSent) {
    using enum Backwards::Throws;
    const std::vector<TranscoderPtr> bad{std::make_shared<Backwards>(in_encode_key),
                                         std::make_shared<EmptyKeys>()};
    for (const TranscoderPtr& one : bad) {
        EXPECT_TRUE(
            is_refused_with<ValueFormatError>([&](auto& c) { return c.get("k", {.transcoder = one}); }));
        EXPECT_TRUE(
            is_refused_with<ValueFormatError>([&](auto& c) { return c.set("k", "v", {.transcoder = one}); }));
        EXPECT_TRUE(is_refused_with<ValueFormatError>(
            [&](auto& c) { return c.remove_multi(Keys{"k"}, {.transcoder = one}); }));
    }
    const TranscoderPtr values = std::make_shared<Backwards>(in_encode_value);
    EXPECT_TRUE(
        is_refused_with<ValueFormatError>([&](auto& c) { return c.set("k", "v", {.transcoder = values}); }));
    EXPECT_TRUE(is_refused_with<ValueFormatError>(
        [&](auto& c) { return c.append("k", "v", {.transcoder = values}); }));
    EXPECT_TRUE(is_refused_with<ValueFormatError>([&](auto& c) {
        return c.set_multi(std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}},
                           {.transcoder = values});
    }));
}

}  // namespace
}  // namespace txcouchbase::test
