// SPDX-License-Identifier: Apache-2.0
#include "protocol/frame_reader.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>

#include "protocol/frame_writer.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

struct Reading {
    ReadOutcome outcome;
    FrameError error;
    std::size_t need_total;
    Frame frame;
};

Reading read(Receiver receiver, ByteView bytes, std::size_t max_frame = default_max_frame) {
    FrameReader reader{receiver, max_frame};
    Frame frame;
    const ReadOutcome outcome = reader.next(bytes, frame);
    return {outcome, reader.error(), reader.need_total(), frame};
}

/// A header alone, with lengths that need not be true.
std::string header(Magic magic, std::size_t byte_2, std::size_t byte_3, std::size_t extras,
                   std::uint32_t body) {
    std::string bytes(header_size, '\0');
    bytes[0] = static_cast<char>(magic);
    bytes[2] = static_cast<char>(byte_2);
    bytes[3] = static_cast<char>(byte_3);
    bytes[4] = static_cast<char>(extras);
    store_be(bytes.data() + 8, body);
    return bytes;
}

std::uint64_t number(const nlohmann::json& decoded, const char* member) {
    const auto& value = decoded.at(member);
    return value.is_string() ? std::stoull(value.get<std::string>(), nullptr, 16)
                             : value.get<std::uint64_t>();
}

std::uint8_t byte(ByteView bytes, std::size_t at) {
    return static_cast<std::uint8_t>(bytes[at]);
}

/// The header's rules once more, spelled out byte by byte: what the reader must say about 24 bytes or more.
std::optional<FrameError> judged_by_hand(Receiver receiver, ByteView bytes, std::size_t max_frame) {
    const unsigned magic = byte(bytes, 0);
    const bool from_client = magic == 0x80 || magic == 0x08 || magic == 0x83;
    const bool from_server = magic == 0x81 || magic == 0x18 || magic == 0x82;
    if (!from_client && !from_server) return FrameError::bad_magic;
    if (receiver == Receiver::client && from_client) return FrameError::wrong_direction;
    // A server answers 0x82 with a status instead of hanging up.
    if (receiver == Receiver::server && from_server && magic != 0x82) return FrameError::wrong_direction;
    const std::uint64_t head = magic == 0x08 || magic == 0x18 ? byte(bytes, 2) + byte(bytes, 3)
                                                              : byte(bytes, 2) * 256U + byte(bytes, 3);
    std::uint64_t body = 0;
    for (std::size_t i = 8; i < 12; ++i) body = body * 256 + byte(bytes, i);
    if (head + byte(bytes, 4) > body) return FrameError::bad_lengths;
    if (24 + body > max_frame) return FrameError::too_large;
    return std::nullopt;
}

TEST(FrameReader, AnEmptyBufferNeedsAHeader) {
    const Reading reading = read(Receiver::client, "");
    EXPECT_EQ(reading.outcome, ReadOutcome::need_more);
    EXPECT_EQ(reading.need_total, 24u);
}

TEST(FrameReader, EveryVectorReadsToItsDecodedSections) {
    ASSERT_EQ(frame_vectors().size(), 242u);
    for (const FrameVector& vector : frame_vectors()) {
        SCOPED_TRACE(vector.name);
        const ExactBytes bytes{vector.bytes};
        const auto [outcome, error, need, frame] = read(vector.receiver, bytes.view());
        ASSERT_EQ(outcome, ReadOutcome::frame);
        EXPECT_EQ(frame.bytes(), vector.bytes);
        const auto& decoded = vector.decoded;
        EXPECT_EQ(static_cast<std::uint64_t>(frame.magic()), number(decoded, "magic"));
        EXPECT_EQ(static_cast<std::uint64_t>(frame.opcode()), number(decoded, "opcode"));
        EXPECT_EQ(frame.datatype(), number(decoded, "datatype"));
        EXPECT_EQ(frame.vbucket(), number(decoded, is_response(frame.magic()) ? "status" : "vbucket"));
        EXPECT_EQ(frame.opaque(), number(decoded, "opaque"));
        EXPECT_EQ(frame.cas(), number(decoded, "cas"));
        EXPECT_EQ(frame.body_size(), number(decoded, "body_len"));
        EXPECT_EQ(frame.size(), number(decoded, "total_len"));
        EXPECT_EQ(frame.framing_extras().size(), number(decoded, "framing_extras_len"));
        EXPECT_EQ(frame.extras(), unhex(decoded.at("extras_hex")));
        EXPECT_EQ(frame.key(), unhex(decoded.at("key_hex")));
        EXPECT_EQ(frame.value(), unhex(decoded.at("value_hex")));
    }
}

TEST(FrameReader, EveryPrefixNamesTheExactTotalAndTheRestCompletesTheSameFrame) {
    for (const FrameVector& vector : frame_vectors()) {
        for (std::size_t cut = 0; cut < vector.bytes.size(); ++cut) {
            SCOPED_TRACE(vector.name + " cut at " + std::to_string(cut));
            FrameReader reader{vector.receiver};
            Frame frame;
            const ExactBytes prefix{ByteView{vector.bytes}.substr(0, cut)};
            ASSERT_EQ(reader.next(prefix.view(), frame), ReadOutcome::need_more);
            ASSERT_EQ(reader.need_total(), cut < header_size ? header_size : vector.bytes.size());
            ASSERT_EQ(reader.next(vector.bytes, frame), ReadOutcome::frame);
            ASSERT_EQ(frame.bytes(), vector.bytes);
        }
    }
}

TEST(FrameReader, EveryVectorReadsByteByByteWithOneReader) {
    for (const FrameVector& vector : frame_vectors()) {
        SCOPED_TRACE(vector.name);
        FrameReader reader{vector.receiver};
        Frame frame;
        for (std::size_t have = 0; have < vector.bytes.size(); ++have)
            ASSERT_EQ(reader.next(ByteView{vector.bytes}.substr(0, have), frame), ReadOutcome::need_more)
                << have;
        ASSERT_EQ(reader.next(vector.bytes, frame), ReadOutcome::frame);
        EXPECT_EQ(frame.bytes(), vector.bytes);
        EXPECT_EQ(reader.error(), FrameError::none);
    }
}

TEST(FrameReader, BytesBehindAFrameAreNotPartOfIt) {
    for (const FrameVector& vector : frame_vectors()) {
        const std::string with_more = vector.bytes + "\x55";
        const Reading reading = read(vector.receiver, with_more);
        ASSERT_EQ(reading.outcome, ReadOutcome::frame) << vector.name;
        ASSERT_EQ(reading.frame.bytes(), vector.bytes) << vector.name;
    }
}

TEST(FrameReader, EveryHeaderByteThatLiesIsJudgedByTheHeadersOwnRules) {
    constexpr std::size_t limit = 100'000;
    for (const FrameVector& vector : frame_vectors()) {
        for (std::size_t at = 0; at < header_size; ++at) {
            for (const unsigned lie : {0x00U, 0x01U, 0x7fU, 0x80U, 0xffU}) {
                SCOPED_TRACE(vector.name + " byte " + std::to_string(at) + " = " + std::to_string(lie));
                std::string bytes = vector.bytes;
                bytes[at] = static_cast<char>(lie);
                const ExactBytes exact{bytes};
                const auto expected = judged_by_hand(vector.receiver, bytes, limit);
                const auto [outcome, error, need, frame] = read(vector.receiver, exact.view(), limit);
                ASSERT_EQ(error, expected.value_or(FrameError::none));
                if (expected) {
                    ASSERT_EQ(outcome, ReadOutcome::failed);
                } else if (outcome == ReadOutcome::need_more) {
                    ASSERT_GT(need, bytes.size());
                    ASSERT_EQ(need, header_size + load_be<std::uint32_t>(bytes.data() + 8));
                } else {
                    ASSERT_EQ(outcome, ReadOutcome::frame);
                    ASSERT_LE(frame.size(), bytes.size());
                    ASSERT_EQ(frame.value().data() + frame.value().size(),
                              exact.view().data() + frame.size());
                }
            }
        }
    }
}

TEST(FrameReader, EveryFirstByteIsJudgedBeforeASecondOneIsThere) {
    for (const Receiver receiver : {Receiver::client, Receiver::server, Receiver::any}) {
        for (int first = 0; first < 256; ++first) {
            SCOPED_TRACE(std::to_string(static_cast<int>(receiver)) + " " + std::to_string(first));
            std::string bytes(header_size, '\0');
            bytes[0] = static_cast<char>(first);
            const auto expected = judged_by_hand(receiver, bytes, default_max_frame);
            const ExactBytes one_byte{ByteView{bytes}.substr(0, 1)};
            const auto [outcome, error, need, frame] = read(receiver, one_byte.view());
            EXPECT_EQ(error, expected.value_or(FrameError::none));
            EXPECT_EQ(outcome, expected ? ReadOutcome::failed : ReadOutcome::need_more);
        }
    }
}

TEST(FrameReader, EachMagicIsWelcomeAtTheEndItIsMeantFor) {
    struct Row {
        Magic magic;
        bool at_client, at_server;
    };
    for (const Row row : {Row{Magic::client_request, false, true}, Row{Magic::client_response, true, false},
                          Row{Magic::flex_request, false, true}, Row{Magic::flex_response, true, false},
                          // A server does not hang up on its own magic: it answers NOT_SUPPORTED.
                          Row{Magic::server_request, true, true}, Row{Magic::server_response, false, true}}) {
        const std::string bytes = header(row.magic, 0, 0, 0, 0);
        const auto error_at = [&](Receiver receiver) { return read(receiver, bytes).error; };
        SCOPED_TRACE(static_cast<int>(row.magic));
        EXPECT_EQ(error_at(Receiver::client), row.at_client ? FrameError::none : FrameError::wrong_direction);
        EXPECT_EQ(error_at(Receiver::server), row.at_server ? FrameError::none : FrameError::wrong_direction);
        EXPECT_EQ(error_at(Receiver::any), FrameError::none);
    }
}

TEST(FrameReader, TheLimitIsCheckedWhenOnlyTheHeaderIsThere) {
    for (const std::uint32_t body : {0U, 1U, 1000U, 31'457'256U}) {
        const std::string bytes = header(Magic::client_response, 0, 0, 0, body);
        const std::size_t total = header_size + body;
        EXPECT_EQ(read(Receiver::client, bytes, total - 1).error, FrameError::too_large) << body;
        EXPECT_EQ(read(Receiver::client, bytes, total).error, FrameError::none) << body;
        EXPECT_EQ(read(Receiver::client, bytes, total).need_total, body == 0 ? header_size : total) << body;
        EXPECT_EQ(read(Receiver::client, bytes, total + 1).error, FrameError::none) << body;
    }
}

TEST(FrameReader, TheDefaultLimitIsTheServersThirtyMebibytesHeaderIncluded) {
    EXPECT_EQ(read(Receiver::client, header(Magic::client_response, 0, 0, 0, 31'457'256)).error,
              FrameError::none);
    EXPECT_EQ(read(Receiver::client, header(Magic::client_response, 0, 0, 0, 31'457'257)).error,
              FrameError::too_large);
}

TEST(FrameReader, ABodyOfFourGibibytesIsTooLargeOrCountedWithoutWrapping) {
    for (const std::uint32_t body : {0xffff'ffffU, 0xffff'fff0U, 0xffff'ffe8U, 0x8000'0000U, 0x7fff'ffffU}) {
        const std::string bytes = header(Magic::client_response, 0, 0, 0, body);
        EXPECT_EQ(read(Receiver::client, bytes).error, FrameError::too_large) << body;
        const Reading unlimited = read(Receiver::client, bytes, no_limit);
        EXPECT_EQ(unlimited.outcome, ReadOutcome::need_more) << body;
        EXPECT_EQ(unlimited.need_total, 24 + std::uint64_t{body}) << body;
    }
}

TEST(FrameReader, SectionsThatAddUpBeyondSixteenBitsDoNotWrap) {
    const std::uint32_t sum = 0xffff + 0xff;
    for (const std::uint32_t body : {sum - 0x10000, sum - 1}) {
        const std::string bytes = header(Magic::client_response, 0xff, 0xff, 0xff, body);
        EXPECT_EQ(read(Receiver::client, bytes).error, FrameError::bad_lengths) << body;
    }
    const std::string longest = header(Magic::client_response, 0xff, 0xff, 0xff, sum) + std::string(sum, 'x');
    const Reading reading = read(Receiver::client, longest);
    ASSERT_EQ(reading.outcome, ReadOutcome::frame);
    EXPECT_EQ(reading.frame.extras().size(), 0xffu);
    EXPECT_EQ(reading.frame.key().size(), 0xffffu);
    EXPECT_EQ(reading.frame.value(), "");
}

TEST(FrameReader, SectionsOfAFlexFrameThatAddUpBeyondEightBitsDoNotWrap) {
    const std::uint32_t sum = 0xff * 3;
    for (const std::uint32_t body : {sum & 0xff, sum - 1})
        EXPECT_EQ(read(Receiver::client, header(Magic::flex_response, 0xff, 0xff, 0xff, body)).error,
                  FrameError::bad_lengths);
    const std::string longest = header(Magic::flex_response, 0xff, 0xff, 0xff, sum) + std::string(sum, 'x');
    const Reading reading = read(Receiver::client, longest);
    ASSERT_EQ(reading.outcome, ReadOutcome::frame);
    EXPECT_EQ(reading.frame.framing_extras().size(), 0xffu);
    EXPECT_EQ(reading.frame.key().size(), 0xffu);
}

TEST(FrameReader, ExtrasLongerThanBodyFailAndStayFailed) {
    FrameReader reader{Receiver::client};
    Frame frame;
    EXPECT_EQ(reader.next(header(Magic::client_response, 0, 0, 5, 4), frame), ReadOutcome::failed);
    EXPECT_EQ(reader.error(), FrameError::bad_lengths);
    EXPECT_EQ(reader.next(header(Magic::client_response, 0, 0, 4, 4) + "abcd", frame), ReadOutcome::failed);
    EXPECT_EQ(reader.error(), FrameError::bad_lengths);
}

TEST(FrameReader, EveryErrorStaysWhateverComesNextAndTouchesNoFrame) {
    const std::string good = header(Magic::client_response, 0, 0, 0, 0);
    const std::string wrong_direction = header(Magic::client_request, 0, 0, 0, 0);
    const std::string bad_lengths = header(Magic::client_response, 0, 1, 0, 0);
    const std::string too_large = header(Magic::client_response, 0, 0, 0, 0xffff'ffff);
    const std::pair<FrameError, std::string> rows[] = {{FrameError::bad_magic, "\x42"},
                                                       {FrameError::wrong_direction, wrong_direction},
                                                       {FrameError::bad_lengths, bad_lengths},
                                                       {FrameError::too_large, too_large}};
    for (const auto& [error, first] : rows) {
        SCOPED_TRACE(name(error));
        FrameReader reader{Receiver::client};
        Frame frame;
        ASSERT_EQ(reader.next(first, frame), ReadOutcome::failed);
        for (const auto& [other, next] : rows) {
            EXPECT_EQ(reader.next(next, frame), ReadOutcome::failed) << name(other);
            EXPECT_EQ(reader.error(), error);
        }
        EXPECT_EQ(reader.next(good, frame), ReadOutcome::failed);
        EXPECT_EQ(reader.next("", frame), ReadOutcome::failed);
        EXPECT_EQ(reader.error(), error);
        EXPECT_TRUE(frame.bytes().empty());
    }
}

TEST(FrameReader, ContradictingLengthsAreNamedBeforeTheSize) {
    const std::string both = header(Magic::client_response, 0xff, 0xff, 0xff, 0x100);
    EXPECT_EQ(read(Receiver::client, both, 100).error, FrameError::bad_lengths);
}

TEST(FrameReader, ALimitBelowAHeaderRefusesEveryFrame) {
    const std::string empty = header(Magic::client_response, 0, 0, 0, 0);
    EXPECT_EQ(read(Receiver::client, empty, 23).error, FrameError::too_large);
    EXPECT_EQ(read(Receiver::client, empty, 0).error, FrameError::too_large);
}

TEST(FrameReader, ErrorsAreNamedAsTheSpecificationSpellsThem) {
    EXPECT_EQ(name(FrameError::none), "none");
    EXPECT_EQ(name(FrameError::bad_magic), "bad_magic");
    EXPECT_EQ(name(FrameError::bad_lengths), "bad_lengths");
    EXPECT_EQ(name(FrameError::too_large), "too_large");
    EXPECT_EQ(name(FrameError::wrong_direction), "wrong_direction");
}

}  // namespace
}  // namespace txcouchbase::protocol
