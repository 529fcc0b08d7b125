// SPDX-License-Identifier: Apache-2.0
#include "cli/decode.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::cli {
namespace {

using nlohmann::json;
using protocol::frame_vectors;
using protocol::unhex;

std::vector<json> decoded(const std::string& bytes, const DecodeOptions& options = {}) {
    std::ostringstream out;
    decode(bytes, options, out);
    std::vector<json> lines;
    std::istringstream in{out.str()};
    for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
    return lines;
}

const std::string noop = unhex("800a00000000000000000000000000010000000000000000");
/// GET whose header says 3 bytes of extras, which no GET may have: a rule broken inside a sound frame.
const std::string get_with_extras = unhex("80000001030000000000000400000007000000000000000000000061");

TEST(Decode, EveryVectorIsOkForTheEndThatReceivesItAndForAny) {
    for (const auto& v : frame_vectors())
        for (const protocol::Receiver receiver : {v.receiver, protocol::Receiver::any}) {
            const auto lines = decoded(v.bytes, {.receiver = receiver});
            ASSERT_EQ(lines.size(), 1U) << v.name;
            EXPECT_EQ(lines[0]["outcome"], "ok") << v.name << lines[0];
            EXPECT_EQ(lines[0]["consumed"], v.bytes.size()) << v.name;
        }
}

TEST(Decode, EveryVectorIsShownWordForWordButForThoseNamedHere) {
    std::vector<std::string> differing;
    for (const auto& v : frame_vectors()) {
        const bool has_prefix = v.decoded.value("/fields/logical_key"_json_pointer, "") != "";
        const auto line =
            decoded(v.bytes, {.prefix = has_prefix ? KeyPrefix::collection_id : KeyPrefix::none}).at(0);
        EXPECT_EQ(line["outcome"], "ok") << v.name << line;
        json shown = line["frame"];
        shown.erase("framing_hex");  // a member more, with the bytes behind framing_extras
        if (shown != v.decoded) differing.push_back(v.name);
    }
    // Its value is an error body like any other's, and we show the words in it; the vector has no fields.
    EXPECT_EQ(differing, std::vector<std::string>{"select_bucket_eaccess"});
}

TEST(Decode, UnderCollectionsAKeyWithoutAnIdBreaksTheRuleAndOtherKeysAreLeftAlone) {
    const DecodeOptions options{.prefix = KeyPrefix::collection_id};
    const std::string get = unhex("800000010000000000000001") + std::string(12, '\0') + "\xff";
    EXPECT_EQ(decoded(get, options)[0]["outcome"], "error");
    const std::string stat = unhex("801000080000000000000008") + std::string(12, '\0') + "settings";
    EXPECT_EQ(decoded(stat, options)[0]["outcome"], "ok");
    EXPECT_FALSE(decoded(stat, options)[0]["frame"].contains("fields"));
}

TEST(Decode, AllVectorsInARowAreReadToTheEnd) {
    std::string all;
    for (const auto& v : frame_vectors()) all += v.bytes;
    const auto lines = decoded(all);
    ASSERT_EQ(lines.size(), frame_vectors().size());
    EXPECT_EQ(lines.back()["consumed"], all.size());
    EXPECT_EQ(decoded(all.substr(0, all.size() - 1)).back(),
              (json{{"outcome", "need_more"}, {"need_total", all.size()}}));
}

TEST(Decode, NeedTotalCountsFromTheStartOfTheBuffer) {
    const auto lines = decoded(noop + noop + noop.substr(0, 10));
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0]["consumed"], 24);
    EXPECT_EQ(lines[1]["consumed"], 48);
    EXPECT_EQ(lines[2], (json{{"outcome", "need_more"}, {"need_total", 72}}));
    EXPECT_EQ(decoded(noop + get_with_extras.substr(0, 25))[1]["need_total"], 24 + 28);
}

TEST(Decode, AFatalErrorEndsTheBuffer) {
    const auto lines = decoded(noop + "\x7f" + noop);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[1], (json{{"outcome", "error"}, {"error", "bad_magic"}, {"fatal", true}}));
}

TEST(Decode, EachFatalErrorHasItsName) {
    const auto error = [](const std::string& bytes, DecodeOptions options = {}) {
        const json line = decoded(bytes, options).at(0);
        EXPECT_EQ(line["fatal"], true) << line;
        return line["error"];
    };
    EXPECT_EQ(error(unhex("00")), "bad_magic");
    EXPECT_EQ(error(unhex("80000002000000000000000100000000") + std::string(8, '\0')), "bad_lengths");
    EXPECT_EQ(error(noop, {.max_frame = 23}), "too_large");
    EXPECT_EQ(error(noop, {.receiver = protocol::Receiver::client}), "wrong_direction");
}

TEST(Decode, ABrokenRuleShowsTheFrameAndDecodingGoesOn) {
    const auto lines = decoded(get_with_extras + noop);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0]["outcome"], "error");
    EXPECT_EQ(lines[0]["error"], "bad_extras");
    EXPECT_EQ(lines[0]["fatal"], false);
    EXPECT_EQ(lines[0]["server_status"], "0x0004");
    EXPECT_EQ(lines[0]["server_context"], "Request must not include extras");
    EXPECT_EQ(lines[0]["consumed"], 28);
    EXPECT_EQ(lines[0]["frame"]["key_text"], "a");
    EXPECT_EQ(lines[1]["outcome"], "ok");
}

TEST(Decode, FramingExtrasThatOverrunAreBadFramingAtEitherEnd) {
    // One whole object, then one that says 3 bytes and has 1.
    const std::string request = unhex("08000301000000000000000400000001" + std::string(16, '0') + "00130161");
    const std::string response =
        unhex("18000500000000000000000500000001" + std::string(16, '0') + "0200640301");
    for (const std::string& bytes : {request, response}) {
        const auto lines = decoded(bytes + bytes);
        ASSERT_EQ(lines.size(), 2U);
        EXPECT_EQ(lines[0]["error"], "bad_framing") << lines[0];
        EXPECT_EQ(lines[0]["fatal"], false);
        EXPECT_EQ(lines[0]["frame"]["framing_extras"].size(), 1U);
        EXPECT_EQ(lines[1]["consumed"], 2 * bytes.size());
    }
    EXPECT_EQ(decoded(request)[0]["server_context"], "Invalid encoding in FrameExtras");
    EXPECT_EQ(decoded(response)[0]["frame"]["framing_hex"], "0200640301");
}

TEST(Decode, AServerRefusesAServerRequestAndReadsOn) {
    const std::string push =
        unhex("820100001000000000000010000000000000000000000000") + std::string(16, '\0');
    const auto at_server = decoded(push + noop, {.receiver = protocol::Receiver::server});
    ASSERT_EQ(at_server.size(), 2U);
    EXPECT_EQ(at_server[0]["error"], "wrong_direction");
    EXPECT_EQ(at_server[0]["fatal"], false);
    EXPECT_EQ(at_server[0]["frame"]["opcode_name"], "CLUSTERMAP_CHANGE_NOTIFICATION");
    EXPECT_EQ(at_server[1]["outcome"], "ok");
    EXPECT_EQ(decoded(push)[0]["outcome"], "ok");
}

TEST(Decode, OutputIsPrintableAsciiWhateverTheBytesAre) {
    std::string frame = unhex("81000000000000000000010000000000") + std::string(8, '\0');
    for (int byte = 0; byte < 256; ++byte) frame.push_back(static_cast<char>(byte));
    std::string text =
        unhex("81000000000000000000000600000000") + std::string(8, '\0') + "\xe2\x80\xa8\xc2\x9b" + "x";
    std::ostringstream out;
    decode(frame + text, {}, out);
    for (const char c : out.str()) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << static_cast<int>(c);
    EXPECT_EQ(decoded(text)[0]["frame"]["value_text"],
              "\xe2\x80\xa8\xc2\x9b"
              "x");
}

}  // namespace
}  // namespace txcouchbase::cli
