// SPDX-License-Identifier: Apache-2.0
#include "protocol/frame_writer.hpp"

#include <gtest/gtest.h>

#include <random>

#include "protocol/frame_reader.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

FrameHeader header_of(const Frame& frame) {
    return {.magic = frame.magic(),
            .opcode = frame.opcode(),
            .datatype = frame.datatype(),
            .vbucket_or_status = frame.vbucket(),
            .opaque = frame.opaque(),
            .cas = frame.cas()};
}

FrameBody body_of(const Frame& frame) {
    return {.framing_extras = frame.framing_extras(),
            .extras = frame.extras(),
            .key = frame.key(),
            .value = frame.value()};
}

std::string random_bytes(std::mt19937& random, std::size_t up_to) {
    std::string bytes(random() % (up_to + 1), '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
}

TEST(FrameWriter, EveryVectorIsWrittenFromItsOwnSections) {
    for (const FrameVector& vector : frame_vectors()) {
        SCOPED_TRACE(vector.name);
        const Frame frame{vector.bytes};
        std::string written;
        append_frame(written, header_of(frame), body_of(frame));
        EXPECT_EQ(written, vector.bytes);
    }
}

TEST(FrameWriter, EveryHeaderFieldStandsAtItsPlaceInBigEndian) {
    std::string written;
    append_frame(written,
                 {.magic = Magic::flex_request,
                  .opcode = Opcode::set,
                  .datatype = 0x03,
                  .vbucket_or_status = 0x0102,
                  .opaque = 0x0a0b0c0d,
                  .cas = 0x1112131415161718},
                 {.framing_extras = "F", .extras = "EE", .key = "KKK", .value = "VVVV"});
    EXPECT_EQ(written, unhex("08010103"
                             "02030102"
                             "0000000a"
                             "0a0b0c0d"
                             "1112131415161718") +
                           "FEEKKKVVVV");
}

TEST(FrameWriter, ANormalHeaderHasASixteenBitKeyLength) {
    const std::string key(0x0102, 'k');
    std::string written;
    append_frame(written, {.magic = Magic::client_request}, {.key = key});
    EXPECT_EQ(written.substr(0, 5), unhex("8000010200"));
    EXPECT_EQ(written.size(), header_size + key.size());
}

TEST(FrameWriter, TheDefaultHeaderIsAPlainGet) {
    std::string written;
    append_frame(written, {}, {});
    EXPECT_EQ(written, unhex("8000") + std::string(22, '\0'));
}

TEST(FrameWriter, WhatItReturnsIsTheByteBehindAndNothingBehindIsTouched) {
    const FrameBody body{.extras = "extra", .key = "key", .value = "value"};
    std::string room(header_size + body.size() + 8, '#');
    const char* end = write_frame(room.data(), {.magic = Magic::client_response}, body);
    EXPECT_EQ(end, room.data() + header_size + body.size());
    EXPECT_EQ(room.substr(header_size), "extrakeyvalue########");
}

TEST(FrameWriter, AppendingLeavesWhatIsThere) {
    std::string out;
    append_frame(out, {.opcode = Opcode::noop}, {});
    const std::string first = out;
    append_frame(out, {.opcode = Opcode::get, .opaque = 7}, {.key = "k"});
    EXPECT_EQ(out.substr(0, first.size()), first);
    EXPECT_EQ(Frame{ByteView{out}.substr(first.size())}.opaque(), 7u);
}

TEST(FrameWriter, ViewsOfNothingAreWrittenAsNothing) {
    std::string out;
    append_frame(out, {},
                 {.framing_extras = ByteView{}, .extras = ByteView{}, .key = "k", .value = ByteView{}});
    EXPECT_EQ(out.substr(header_size), "k");
}

TEST(FrameWriter, FitsSaysWhatTheHeaderOfEachMagicCanExpress) {
    const std::string at_8_bits(0xff, 'x'), over_8_bits(0x100, 'x');
    const std::string at_16_bits(0xffff, 'x'), over_16_bits(0x10000, 'x');
    for (const Magic magic :
         {Magic::client_request, Magic::client_response, Magic::server_request, Magic::server_response}) {
        EXPECT_TRUE(fits(magic, {.extras = at_8_bits, .key = at_16_bits}));
        EXPECT_FALSE(fits(magic, {.extras = over_8_bits}));
        EXPECT_FALSE(fits(magic, {.key = over_16_bits}));
        EXPECT_FALSE(fits(magic, {.framing_extras = "f"}));
    }
    for (const Magic magic : {Magic::flex_request, Magic::flex_response}) {
        EXPECT_TRUE(fits(magic, {.framing_extras = at_8_bits, .extras = at_8_bits, .key = at_8_bits}));
        EXPECT_FALSE(fits(magic, {.framing_extras = over_8_bits}));
        EXPECT_FALSE(fits(magic, {.extras = over_8_bits}));
        EXPECT_FALSE(fits(magic, {.key = over_8_bits}));
    }
}

TEST(FrameWriter, ABodyOfFourGibibytesDoesNotFit) {
    // Sizes alone are asked; the view is never followed.
    const ByteView four_gibibytes_less_one{"", 0xffff'ffff};
    EXPECT_TRUE(fits(Magic::client_request, {.value = four_gibibytes_less_one}));
    EXPECT_FALSE(fits(Magic::client_request, {.key = "k", .value = four_gibibytes_less_one}));
    EXPECT_FALSE(fits(Magic::client_request, {.value = ByteView{"", 0x1'0000'0000}}));
}

TEST(FrameWriter, WhateverFitsReadsBackAsItWasWritten) {
    std::mt19937 random{11};
    constexpr Magic magics[] = {Magic::client_request, Magic::client_response, Magic::flex_request,
                                Magic::flex_response,  Magic::server_request,  Magic::server_response};
    for (int round = 0; round < 3000; ++round) {
        const Magic magic = magics[round % 6];
        const std::string framing = is_flex(magic) ? random_bytes(random, 255) : "";
        const std::string extras = random_bytes(random, 255);
        const std::string key = random_bytes(random, is_flex(magic) ? 255 : 1000);
        const std::string value = random_bytes(random, 2000);
        const FrameHeader header{.magic = magic,
                                 .opcode = static_cast<Opcode>(random()),
                                 .datatype = static_cast<std::uint8_t>(random()),
                                 .vbucket_or_status = static_cast<std::uint16_t>(random()),
                                 .opaque = static_cast<std::uint32_t>(random()),
                                 .cas = std::uint64_t{random()} << 32 | random()};
        std::string written;
        append_frame(written, header, {framing, extras, key, value});

        FrameReader reader{Receiver::any};
        Frame frame;
        ASSERT_EQ(reader.next(written, frame), ReadOutcome::frame);
        ASSERT_EQ(frame.magic(), header.magic);
        ASSERT_EQ(frame.opcode(), header.opcode);
        ASSERT_EQ(frame.datatype(), header.datatype);
        ASSERT_EQ(frame.vbucket(), header.vbucket_or_status);
        ASSERT_EQ(static_cast<std::uint16_t>(frame.status()), header.vbucket_or_status);
        ASSERT_EQ(frame.opaque(), header.opaque);
        ASSERT_EQ(frame.cas(), header.cas);
        ASSERT_EQ(frame.framing_extras(), framing);
        ASSERT_EQ(frame.extras(), extras);
        ASSERT_EQ(frame.key(), key);
        ASSERT_EQ(frame.value(), value);
    }
}

}  // namespace
}  // namespace txcouchbase::protocol
