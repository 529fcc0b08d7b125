// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "tests/conformance/fixture.hpp"
#include "tests/conformance/views.hpp"

namespace txcouchbase::test {
namespace {

template <class Face>
class Append : public OneFace<Face> {};
TYPED_TEST_SUITE(Append, Faces, FaceNames);

TYPED_TEST(Append, TextIsAddedOnBothSides) {
    this->ok(this->cb.set("k", "middle", {.format = Format::utf8}));
    this->ok(this->cb.prepend("k", "begin "));
    this->ok(this->cb.append("k", " end"));
    EXPECT_EQ(this->ok(this->cb.get("k")).text(), "begin middle end");
    EXPECT_EQ(this->stored_bytes("k"), "begin middle end");
}

TYPED_TEST(Append, BytesAreAddedAsTheyAre) {
    const std::string nul("\0\xff", 2);
    const auto bytes = [](const std::string& text) { return Encodable::bytes(text); };
    this->ok(this->cb.set("k", bytes("middle"), {.format = Format::bytes}));
    this->ok(this->cb.prepend("k", bytes(nul + "1"), {.format = Format::bytes}));
    this->ok(this->cb.append("k", bytes("2" + nul), {.format = Format::bytes}));
    EXPECT_EQ(this->ok(this->cb.get("k")).text(), nul + "1middle2" + nul);
    EXPECT_EQ(this->stored_bytes("k"), nul + "1middle2" + nul);
}

TYPED_TEST(Append, TextIsAddedToAStoredJsonStringToo) {
    this->ok(this->cb.set("k", "json"));
    EXPECT_NE(this->ok(this->cb.append("k", "text")).cas(), 0U);
    EXPECT_EQ(this->stored_bytes("k"), "\"json\"text");
    EXPECT_THROW(this->ok(this->cb.get("k")).text(), ValueFormatError);
}

TYPED_TEST(Append, AppendToAMissingKeyIsNotStored) {
    EXPECT_TRUE(failed_with<NotStoredError>(this->end_of(this->cb.append("missing", "v"))));
    EXPECT_TRUE(failed_with<NotStoredError>(this->end_of(this->cb.prepend("missing", "v"))));
    EXPECT_EQ(this->stored_bytes("missing"), "(nothing)");
}

TYPED_TEST(Append, TheMultiFormsAddToEveryValue) {
    const std::map<std::string, std::string> values{{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}};
    EXPECT_TRUE(this->ok(this->cb.set_multi(values, {.format = Format::utf8})).all_ok());
    const MultiResult appended = this->ok(this->cb.append_multi(values));
    EXPECT_TRUE(appended.all_ok());
    EXPECT_EQ(appended.size(), 4U);
    EXPECT_TRUE(this->ok(this->cb.prepend_multi(values)).all_ok());
    for (const ValueResult& found : this->ok(this->cb.get_multi(keys_of(values)))) {
        const std::string& once = values.at(std::string{found.key()});
        EXPECT_EQ(found.text(), once + once + once);
        EXPECT_EQ(this->stored_bytes(found.key()), once + once + once);
    }
}

class AppendArguments : public BothFaces {};

TEST_F(AppendArguments, OnlyTextAndBytesCanBeAdded) {
    put("k", "v");
    const nlohmann::json object{{"a", 1}};
    EXPECT_TRUE(is_refused_with<ValueFormatError>([&](auto& c) { return c.append("k", object); }));
    EXPECT_TRUE(is_refused_with<ValueFormatError>([&](auto& c) { return c.prepend("k", object); }));
    EXPECT_TRUE(is_refused_with<ValueFormatError>([&](auto& c) { return c.append("k", 42); }));
    EXPECT_TRUE(
        is_refused_with<ArgumentError>([](auto& c) { return c.append("k", "v", {.format = Format::json}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>(
        [](auto& c) { return c.append("k", "v", {.format = Format::automatic}); }));
    EXPECT_EQ(stored_bytes("k"), "v");
}

}  // namespace
}  // namespace txcouchbase::test
