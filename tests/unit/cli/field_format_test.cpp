// SPDX-License-Identifier: Apache-2.0
#include "cli/field_format.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace txcouchbase::cli {
namespace {

std::string line(const nlohmann::json& object) {
    std::ostringstream out;
    print_line(out, object);
    return out.str();
}

TEST(FieldFormat, NumbersHaveEveryDigitOfTheirType) {
    EXPECT_EQ(hex_number(std::uint16_t{1}), "0x0001");
    EXPECT_EQ(hex_number(std::uint32_t{0xdeadbeef}), "0xdeadbeef");
}

TEST(FieldFormat, ATextThatIsNoUtf8IsCalledHex) {
    nlohmann::json object;
    put_text(object, "key", "k");
    put_text(object, "value", std::string_view{"\xff\0", 2});
    EXPECT_EQ(line(object), "{\"key\":\"k\",\"value_hex\":\"ff00\"}\n");
}

TEST(FieldFormat, ALineIsAsciiAndNothingInItEndsIt) {
    EXPECT_EQ(line({{"a", "\xc3\xa4\n\xe2\x80\xa8\xc2\x9b"}}), "{\"a\":\"\\u00e4\\n\\u2028\\u009b\"}\n");
}

TEST(FieldFormat, WordsThatAreNoTextAreReplaced) {
    EXPECT_EQ(line({{"a", "a\xff"}}), "{\"a\":\"a\\ufffd\"}\n");
}

}  // namespace
}  // namespace txcouchbase::cli
