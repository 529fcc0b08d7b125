// The interpreted fields of every vector, of text that is none, and of frames that are damaged.
// SPDX-License-Identifier: Apache-2.0
#include "cli/frame_fields.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "cli/field_format.hpp"
#include "cli/unhex.hpp"
#include "protocol/frame_writer.hpp"

namespace txcouchbase::cli {
namespace {

using nlohmann::json;
using protocol::ByteView;
using protocol::Frame;
using protocol::Opcode;

const json& vectors() {
    static const json all = json::parse(std::ifstream(TXCB_VECTORS_DIR "/vectors.json")).at("vectors");
    return all;
}

std::string unhex(const std::string& text) {
    std::string bytes;
    EXPECT_FALSE(append_unhexed(bytes, text));
    return bytes;
}

TEST(FrameFields, AreThoseOfEveryVector) {
    int count = 0;
    for (const json& vector : vectors()) {
        if (!vector.at("decoded").contains("fields")) continue;
        json expected = vector.at("decoded").at("fields");
        const std::string bytes = unhex(vector.at("hex"));
        const std::string name = vector.at("name");
        if (expected.contains("logical_key")) {
            EXPECT_EQ(frame_fields(Frame{bytes}, KeyPrefix::collection_id), expected) << name;
            // A frame does not say by itself whether its key has a prefix.
            expected.erase("collection_id");
            expected.erase("logical_key");
            if (expected.empty()) expected = nullptr;
        }
        EXPECT_EQ(frame_fields(Frame{bytes}), expected) << name;
        ++count;
    }
    EXPECT_EQ(count, 144);
}

TEST(FrameFields, WhereTheVectorsNameNoneOnlyTheWordsOfAnErrorAreFound) {
    for (const json& vector : vectors()) {
        if (vector.at("decoded").contains("fields")) continue;
        const std::string bytes = unhex(vector.at("hex"));
        const json fields = frame_fields(Frame{bytes});
        if (vector.at("name") == "select_bucket_eaccess") {
            EXPECT_EQ(fields, json::parse(R"({"error_context":"No access",
                                              "error_ref":"1e2b3c4d-0000-4000-8000-0123456789ab"})"));
        } else {
            EXPECT_EQ(fields, nullptr) << vector.at("name");
        }
    }
}

std::string frame_of(Opcode opcode, ByteView extras, ByteView key, ByteView value,
                     protocol::Magic magic = protocol::Magic::client_request, std::uint16_t status = 0,
                     std::uint8_t datatype = 0) {
    std::string bytes;
    protocol::append_frame(
        bytes, {.magic = magic, .opcode = opcode, .datatype = datatype, .vbucket_or_status = status},
        {.extras = extras, .key = key, .value = value});
    return bytes;
}

TEST(FrameFields, BytesThatAreNoTextAreGivenAsHex) {
    const std::string subdoc = frame_of(Opcode::subdoc_dict_add, ByteView("\0\1\0", 3), "k", "\xff\xfe");
    EXPECT_EQ(frame_fields(Frame{subdoc}),
              json::parse(R"({"path_hex":"ff","path_flags":0,"fragment_hex":"fe"})"));
    const std::string observe = frame_of(Opcode::observe, "", "", ByteView("\0\1\0\1\xff", 5));
    EXPECT_EQ(frame_fields(Frame{observe}), json::parse(R"({"keys":[[1,{"hex":"ff"}]]})"));
}

TEST(FrameFields, TheSizeOfExtendedMetadataIsFoundWithAndWithoutOptions) {
    const std::string meta(24, '\0');
    for (const auto& [rest, expected] :
         {std::pair{ByteView("\0\7", 2), R"({"extended_meta_size":7})"},
          std::pair{ByteView("\0\0\0\2", 4), R"({"options":2})"},
          std::pair{ByteView("\0\0\0\2\0\7", 6), R"({"options":2,"extended_meta_size":7})"}}) {
        const std::string bytes = frame_of(Opcode::set_with_meta, meta + std::string{rest}, "k", "v");
        json fields = frame_fields(Frame{bytes});
        for (const char* common : {"flags", "expiry", "rev_seqno", "cas"})
            EXPECT_EQ(fields.erase(common), 1U);
        EXPECT_EQ(fields, json::parse(expected));
    }
}

TEST(FrameFields, JsonThatIsTooDeepToPrintStaysText) {
    const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
    EXPECT_EQ(json_or_text(deep), json(deep));
    EXPECT_EQ(json_or_text("[[7]]"), json::parse("[[7]]"));
    EXPECT_EQ(json_or_text("no json"), json("no json"));
}

TEST(FrameFields, AClusterMapInAnErrorIsNoErrorBody) {
    const std::string nmvb = frame_of(Opcode::get, "", "", R"({"error":{"context":"no"}})",
                                      protocol::Magic::client_response, 0x07);
    EXPECT_EQ(frame_fields(Frame{nmvb}), nullptr);
}

TEST(FrameFields, DamagedFramesAreDescribedAsFarAsTheyGo) {
    for (const json& vector : vectors()) {
        const std::string good = unhex(vector.at("hex"));
        for (std::size_t at = protocol::header_size; at < good.size(); ++at)
            for (const int lie : {0, 0x7f, 0x80, 0xff, good[at] - 1, good[at] + 1}) {
                std::string bytes = good;
                bytes[at] = static_cast<char>(lie);
                EXPECT_NO_THROW(frame_fields(Frame{bytes}, KeyPrefix::collection_id).dump())
                    << vector.at("name") << ' ' << at;
            }
        for (int opcode = 0; opcode < 256; ++opcode) {
            std::string bytes = good;
            bytes[1] = static_cast<char>(opcode);
            EXPECT_NO_THROW(frame_fields(Frame{bytes}).dump()) << vector.at("name") << " as " << opcode;
        }
    }
}

}  // namespace
}  // namespace txcouchbase::cli
