// SPDX-License-Identifier: Apache-2.0
// How much memory results hold that are kept after their connection: at most 4 times their values.
#include <gtest/gtest.h>

#include <deque>
#include <optional>

#include "tests/unit/net/allocations.hpp"
#include "tests/unit/net/frames.hpp"
#include "tests/unit/net/receive_reading.hpp"

namespace txcouchbase::net {
namespace {

/// The bytes of receive memory that `count` kept results hold once their buffer is gone, `batch` of them per read.
std::size_t held_by_results(std::uint32_t count, std::size_t value_size, std::uint32_t batch, ByteView key) {
    std::vector<KeptResult> kept;
    kept.reserve(count);
    std::string stream;
    std::optional<ReceiveBuffer> buffer;
    const std::size_t before = bytes_held();
    buffer.emplace();
    for (std::uint32_t i = 0; i < count; ++i) {
        stream += reply_frame(Opcode::get, i, std::string(value_size, 'v'));
        if ((i + 1) % batch != 0) continue;
        receive_frames(*buffer, stream, 1U << 30,
                       [&](const protocol::Frame& frame) { kept.emplace_back(*buffer, frame.value(), key); });
        stream.clear();
    }
    buffer.reset();
    stream.shrink_to_fit();
    for (const KeptResult& result : kept) EXPECT_EQ(result.value().size(), value_size);
    for (const KeptResult& result : kept) EXPECT_TRUE(result.is_key_placed());
    return bytes_held() - before;
}

TEST(ReceiveMemory, TenThousandSmallResultsHoldAtMostFourTimesTheirValues) {
    for (const std::uint32_t batch : {1U, 10U, 100U, 10'000U})
        EXPECT_LE(held_by_results(10'000, 32, batch, "key_00001234"), 4U * 10'000 * 32)
            << "in batches of " << batch;
}

TEST(ReceiveMemory, TenLargeResultsHoldAtMostFourTimesTheirValues) {
    constexpr std::size_t mebibyte = 1U << 20;
    for (const std::uint32_t batch : {1U, 10U})
        EXPECT_LE(held_by_results(10, mebibyte, batch, "key_00001234"), 4 * 10 * mebibyte)
            << "in batches of " << batch;
}

TEST(ReceiveMemory, ResultsOfEverySizeInBetweenHoldAtMostFourTimesTheirValues) {
    for (std::size_t size = 64; size <= 400'000; size = size * 3 / 2)
        EXPECT_LE(held_by_results(100, size, 10, "key_00001234"), 4 * 100 * size + ReceiveBuffer::first_block)
            << "of " << size << " bytes";
}

}  // namespace
}  // namespace txcouchbase::net
