// SPDX-License-Identifier: Apache-2.0
#include "protocol/server_duration.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

using std::chrono::microseconds;

/// The vectors are rounded to three digits.
constexpr double rounding = 0.0005001;

TEST(ServerDuration, EveryVectorIsEncodedAndDecoded) {
    for (const auto& v : aux_vectors()["server_duration"]) {
        const std::uint16_t encoded = encode_server_duration(microseconds{v["micros"].get<std::int64_t>()});
        EXPECT_EQ(encoded, v["encoded"].get<std::uint16_t>()) << v;
        EXPECT_NEAR(decode_server_duration(encoded).count(), v["decoded_micros"].get<double>(), rounding)
            << v;
    }
}

TEST(ServerDuration, EveryDecodeVectorIsDecoded) {
    for (const auto& v : aux_vectors()["server_duration_decode"])
        EXPECT_NEAR(decode_server_duration(v["encoded"].get<std::uint16_t>()).count(),
                    v["micros"].get<double>(), rounding)
            << v;
}

TEST(ServerDuration, StaysWithinItsTwoBytes) {
    EXPECT_EQ(encode_server_duration(microseconds{-1}), 0);
    EXPECT_EQ(encode_server_duration(microseconds::min()), 0);
    EXPECT_EQ(encode_server_duration(longest_server_duration), 0xffff);
    EXPECT_EQ(encode_server_duration(longest_server_duration + microseconds{1}), 0xffff);
    EXPECT_EQ(encode_server_duration(microseconds::max()), 0xffff);
}

TEST(ServerDuration, EncodingIsMonotonicAndDecodingUndoesItFromTheMillisecondOn) {
    std::uint16_t before = 0;
    for (std::int64_t us = 1000; us < 120'000'000; us += us / 7) {
        const std::uint16_t encoded = encode_server_duration(microseconds{us});
        EXPECT_GT(encoded, before);
        EXPECT_NEAR(decode_server_duration(encoded).count(), static_cast<double>(us),
                    static_cast<double>(us) / 80);
        before = encoded;
    }
}

}  // namespace
}  // namespace txcouchbase::protocol
