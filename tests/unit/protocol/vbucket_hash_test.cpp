// SPDX-License-Identifier: Apache-2.0
#include "protocol/vbucket_hash.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

/// The definition, one bit at a time.
std::uint32_t crc32_by_bits(ByteView bytes) {
    std::uint32_t crc = 0xffff'ffff;
    for (const char c : bytes) {
        crc ^= static_cast<std::uint8_t>(c);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xedb8'8320U & -(crc & 1));
    }
    return ~crc;
}

TEST(VbucketHash, EveryVectorHasItsChecksumAndItsVBuckets) {
    for (const auto& v : aux_vectors()["vbucket"]) {
        const std::string key = unhex(v["key_hex"]);
        const std::uint32_t crc = crc32(key);
        EXPECT_EQ(crc, std::stoul(v["crc32"].get<std::string>(), nullptr, 16)) << v;
        EXPECT_EQ((crc >> 16) & 0x7fff, v["hash15"].get<std::uint32_t>()) << v;
        EXPECT_EQ(vbucket_of(key, 64), v["vb64"].get<int>()) << v;
        EXPECT_EQ(vbucket_of(key, 128), v["vb128"].get<int>()) << v;
        EXPECT_EQ(vbucket_of(key, 1024), v["vb1024"].get<int>()) << v;
    }
}

TEST(VbucketHash, EveryLengthAndAlignmentAgreesWithTheDefinition) {
    std::string bytes;
    for (unsigned i = 0; i < 300; ++i) bytes.push_back(static_cast<char>(i * i * 31 + (i >> 3)));
    for (std::size_t start = 0; start < 8; ++start)
        for (std::size_t size = 0; start + size <= bytes.size(); ++size) {
            const ByteView part = ByteView{bytes}.substr(start, size);
            ASSERT_EQ(crc32(part), crc32_by_bits(part)) << start << ' ' << size;
        }
}

TEST(VbucketHash, AnyNumberOfVBucketsIsServed) {
    for (const int vbuckets : {1, 3, 1000, 0x7fff, 0x8000, 0xffff})
        EXPECT_EQ(vbucket_of("customer123", static_cast<std::uint16_t>(vbuckets)), 32156 % vbuckets)
            << vbuckets;
}

TEST(VbucketHash, AnEmptyViewWithoutMemoryIsAnEmptyKey) {
    EXPECT_EQ(crc32(ByteView{}), 0U);
}

}  // namespace
}  // namespace txcouchbase::protocol
