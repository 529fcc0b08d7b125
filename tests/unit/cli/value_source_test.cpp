// SPDX-License-Identifier: Apache-2.0
#include "cli/value_source.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <vector>

namespace txcouchbase::cli {
namespace {

constexpr std::string_view no_json = "the value is no JSON document; text in JSON has quotes";

std::string settle(std::string text, Format format) {
    Value value{std::move(text), format};
    return settle_format(value);
}

Format found(std::string text) {
    Value value{std::move(text)};
    EXPECT_EQ(settle_format(value), "");
    return value.format;
}

TEST(SettleFormat, WithoutAWordItIsTextIfItCanBe) {
    EXPECT_EQ(found("text"), Format::utf8);
    EXPECT_EQ(found(""), Format::utf8);
    EXPECT_EQ(found("{}"), Format::utf8);
    EXPECT_EQ(found("\xff"), Format::bytes);
}

TEST(SettleFormat, TextIsUtf8AndBytesAreAnything) {
    EXPECT_EQ(settle("\xff", Format::utf8), "the value is no UTF-8; --format bytes takes it");
    EXPECT_EQ(settle("\xff", Format::bytes), "");
}

TEST(SettleFormat, JsonIsADocument) {
    for (const char* text : {"{}", " [1, 2]\n", "\"text\"", "-0", "1E2", "null"})
        EXPECT_EQ(settle(text, Format::json), "") << text;
    for (const char* text : {"", "hello", "{\"a\":}", "1 2", "nan", "\"\xff\"", "\xef\xbb\xbf{}", "[1,]"})
        EXPECT_EQ(settle(text, Format::json), no_json) << text;
}

TEST(SettleFormat, JsonHasALimitToItsDepth) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_EQ(settle(nested(1000), Format::json), "");
    EXPECT_EQ(settle(nested(1001), Format::json), "the value is nested deeper than 1000 levels");
    EXPECT_EQ(settle(std::string(1'000'000, '['), Format::json),
              "the value is nested deeper than 1000 levels");
}

TEST(ValueSource, JsonIsStoredByteForByte) {
    // Each of these changes, or is lost, in a parser's hands.
    const std::string text = " {\"a\": 1.10, \"a\": -0, \"c\": 1E2, \"b\": 123456789012345678901234567890}\n";
    Value value{text, Format::json};
    ASSERT_EQ(settle_format(value), "");
    const Encodable encodable = value.encodable();
    const auto* document = std::get_if<Encodable::JsonDocument>(&encodable.value());
    ASSERT_NE(document, nullptr);
    EXPECT_EQ(document->text, text);
}

TEST(ValueSource, OtherFormatsAreText) {
    const Value value{"text", Format::bytes};
    const Encodable encodable = value.encodable();
    EXPECT_EQ(std::get<std::string_view>(encodable.value()), "text");
}

/// Standard input that gives `size` zeros and then breaks, or ends.
class ZeroBuffer : public std::streambuf {
public:
    ZeroBuffer(std::size_t size, bool breaks) : left_(size), breaks_(breaks) {}

private:
    int_type underflow() override {
        if (left_ == 0 && breaks_) throw std::runtime_error{"gone"};  // istream makes this its badbit
        if (left_ == 0) return traits_type::eof();
        const std::size_t part = std::min(left_, zeros_.size());
        left_ -= part;
        setg(zeros_.data(), zeros_.data(), zeros_.data() + part);
        return 0;
    }

    std::vector<char> zeros_ = std::vector<char>(1000);
    std::size_t left_;
    bool breaks_;
};

struct Read {
    std::optional<ValueFault> fault;
    std::string text;
};

Read read_zeros(std::size_t size, std::size_t limit, bool breaks = false) {
    ZeroBuffer buffer{size, breaks};
    std::istream in{&buffer};
    Read read{.fault = {}, .text = "before"};
    read.fault = read_value(in, "the input", limit, read.text);
    return read;
}

TEST(ReadValue, TakesEverythingUpToTheLimit) {
    constexpr std::size_t limit = 2 * 1024 * 1024;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{65'536}, limit - 1, limit}) {
        const Read read = read_zeros(size, limit);
        EXPECT_FALSE(read.fault.has_value());
        EXPECT_EQ(read.text.size(), size);
    }
}

TEST(ReadValue, RefusesMoreThanTheLimitWithoutReadingIt) {
    constexpr std::size_t limit = 2 * 1024 * 1024;
    for (const std::size_t size : {limit + 1, SIZE_MAX}) {
        const Read read = read_zeros(size, limit);
        ASSERT_TRUE(read.fault.has_value());
        EXPECT_EQ(read.fault->code, exit_usage);
        EXPECT_EQ(read.fault->complaint, "the input has more than 2 MiB");
        EXPECT_EQ(read.text.size(), limit + 1);
    }
}

TEST(ReadValue, ASourceThatBreaksIsAnError) {
    const Read read = read_zeros(100'000, SIZE_MAX - 1, true);
    ASSERT_TRUE(read.fault.has_value());
    EXPECT_EQ(read.fault->code, exit_io_error);
    EXPECT_EQ(read.fault->complaint, "the input cannot be read");
}

TEST(ReadFile, TakesEveryByteOfIt) {
    const std::string path = testing::TempDir() + "txcb_value_source_test";
    const std::string bytes{"\0\r\n\x1a\xff", 5};
    std::ofstream{path, std::ios::binary} << bytes;
    std::string text;
    EXPECT_FALSE(read_file(path, 100, text).has_value());
    EXPECT_EQ(text, bytes);
    EXPECT_EQ(std::remove(path.c_str()), 0);
}

TEST(ReadFile, WhatCannotBeReadIsNamed) {
    std::string text;
    for (const std::string path : {"/nowhere", "/tmp", ""}) {
        const auto fault = read_file(path, 100, text);
        ASSERT_TRUE(fault.has_value()) << path;
        EXPECT_EQ(fault->code, exit_io_error);
        EXPECT_EQ(fault->complaint, "file \"" + path + "\" cannot be read");
    }
}

}  // namespace
}  // namespace txcouchbase::cli
