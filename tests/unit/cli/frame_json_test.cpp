// SPDX-License-Identifier: Apache-2.0
#include "cli/frame_json.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::cli {
namespace {

using nlohmann::json;
using protocol::Frame;
using protocol::unhex;

json shown(const std::string& bytes) {
    return frame_json(Frame{bytes});
}

TEST(FrameJson, EveryVectorIsShownMemberByMember) {
    for (const auto& v : protocol::frame_vectors()) {
        json ours = shown(v.bytes);
        json theirs = v.decoded;
        EXPECT_EQ(ours["framing_hex"].get<std::string>().size(),
                  2 * theirs["framing_extras_len"].get<std::size_t>());
        ours.erase("framing_hex");
        // The meaning of extras and bodies has its own test (frame_fields_test.cpp).
        ours.erase("fields");
        theirs.erase("fields");
        EXPECT_EQ(ours, theirs) << v.name;
    }
}

TEST(FrameJson, FieldsAreThereWhenThereIsSomethingToInterpret) {
    for (const auto& v : protocol::frame_vectors())
        if (v.name == "get_resp_hit_json") {
            EXPECT_EQ(shown(v.bytes)["fields"], v.decoded["fields"]);
        }
    EXPECT_FALSE(shown(unhex("800a00000000000000000000000000010000000000000000")).contains("fields"));
}

TEST(FrameJson, OnlyTextIsShownAsText) {
    const auto value_text = [](const std::string& value) {
        std::string frame = unhex("810000000000000000000000") + std::string(12, '\0') + value;
        frame[11] = static_cast<char>(value.size());
        const json out = shown(frame);
        return out.value("value_text", "(none)");
    };
    EXPECT_EQ(value_text("caf\xc3\xa9 \x7f"), "caf\xc3\xa9 \x7f");
    EXPECT_EQ(value_text(""), "(none)");
    EXPECT_EQ(value_text("two\nlines"), "(none)");
    EXPECT_EQ(value_text(std::string{"a\0b", 3}), "(none)");
    EXPECT_EQ(value_text("\xff\xfe"), "(none)");
    EXPECT_EQ(value_text("cut \xe2\x82"), "(none)");
}

TEST(FrameJson, NumbersWithoutANameAreUnknown) {
    const json response = shown(unhex("81f0000000ff7fff00000000deadbeef0123456789abcdef"));
    EXPECT_EQ(response["opcode_name"], "UNKNOWN");
    EXPECT_EQ(response["status"], "0x7fff");
    EXPECT_EQ(response["status_name"], "UNKNOWN");
    EXPECT_EQ(response["datatype"], 255);
    EXPECT_EQ(response["datatype_names"], (json{"json", "snappy", "xattr"}));
    EXPECT_EQ(response["opaque"], "0xdeadbeef");
    EXPECT_EQ(response["cas"], "0x0123456789abcdef");
    EXPECT_FALSE(response.contains("vbucket"));
    EXPECT_FALSE(response.contains("framing_extras"));
}

}  // namespace
}  // namespace txcouchbase::cli
