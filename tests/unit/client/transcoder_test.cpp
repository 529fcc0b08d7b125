// SPDX-License-Identifier: Apache-2.0
#include "client/transcoder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <txcouchbase/exceptions.hpp>

namespace txcouchbase {
namespace {

/// A value as it would be stored; the bytes of an error are its cause.
struct Stored {
    std::string bytes;
    std::uint32_t flags = 0;
    bool is_refused = false;
};

Stored stored(const Encodable& value, Format format) {
    std::string scratch;
    const Encoded encoded = encode(value, format, scratch);
    if (encoded.error) {
        EXPECT_EQ(encoded.error.rc(), errc::value_format);
        return {encoded.error.detail().cause, 0, true};
    }
    return {std::string{encoded.bytes}, encoded.flags, false};
}

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span{text});
}

TEST(Transcoder, JsonTakesEverythingButBytes) {
    EXPECT_EQ(stored("text", Format::json).bytes, "\"text\"");
    EXPECT_EQ(stored(std::string{"a\"b"}, Format::json).bytes, "\"a\\\"b\"");
    EXPECT_EQ(stored(std::string_view{"\0", 1}, Format::json).bytes, "\"\\u0000\"");
    EXPECT_EQ(stored(nullptr, Format::json).bytes, "null");
    EXPECT_EQ(stored(true, Format::json).bytes, "true");
    EXPECT_EQ(stored(false, Format::json).bytes, "false");
    EXPECT_EQ(stored(-1, Format::json).bytes, "-1");
    EXPECT_EQ(stored(1U, Format::json).bytes, "1");
    EXPECT_EQ(stored('\x7f', Format::json).bytes, "127");
    EXPECT_EQ(stored(std::numeric_limits<std::int64_t>::min(), Format::json).bytes, "-9223372036854775808");
    EXPECT_EQ(stored(std::numeric_limits<std::uint64_t>::max(), Format::json).bytes, "18446744073709551615");
    EXPECT_EQ(stored(0.1, Format::json).bytes, "0.1");
    EXPECT_EQ(stored(nlohmann::json::array({1, "a"}), Format::json).bytes, "[1,\"a\"]");
    EXPECT_TRUE(stored(as_bytes("bytes"), Format::json).is_refused);
}

TEST(Transcoder, JsonHasNoInfinityAndNoNan) {
    for (const double number :
         {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
          std::numeric_limits<double>::quiet_NaN()})
        EXPECT_TRUE(stored(number, Format::json).is_refused);
    EXPECT_TRUE(stored(std::numeric_limits<float>::infinity(), Format::automatic).is_refused);
}

TEST(Transcoder, TextThatIsNoUtf8IsNoJsonAndNoText) {
    for (const char* const text : {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
        EXPECT_TRUE(stored(text, Format::json).is_refused) << text;
        EXPECT_TRUE(stored(text, Format::utf8).is_refused) << text;
        EXPECT_EQ(stored(text, Format::bytes).bytes, text);
    }
}

TEST(Transcoder, Utf8TakesTextOnly) {
    EXPECT_EQ(stored("gr\xc3\xbc\xc3\x9f", Format::utf8).bytes, "gr\xc3\xbc\xc3\x9f");
    EXPECT_EQ(stored("", Format::utf8).bytes, "");
    EXPECT_TRUE(stored(as_bytes("bytes"), Format::utf8).is_refused);
    EXPECT_TRUE(stored(1, Format::utf8).is_refused);
    EXPECT_TRUE(stored(nullptr, Format::utf8).is_refused);
}

TEST(Transcoder, BytesTakeBytesAndText) {
    EXPECT_EQ(stored(as_bytes("\xff"), Format::bytes).bytes, "\xff");
    EXPECT_EQ(stored("text", Format::bytes).bytes, "text");
    EXPECT_EQ(stored(std::span<const std::byte>{}, Format::bytes).bytes, "");
    EXPECT_TRUE(stored(1, Format::bytes).is_refused);
    EXPECT_TRUE(stored(nlohmann::json::object(), Format::bytes).is_refused);
}

TEST(Transcoder, AutomaticGoesByTheType) {
    EXPECT_EQ(stored("text", Format::automatic).flags, flags::utf8);
    EXPECT_EQ(stored(as_bytes("bytes"), Format::automatic).flags, flags::bytes);
    EXPECT_EQ(stored(1, Format::automatic).flags, flags::json);
    EXPECT_EQ(stored(nullptr, Format::automatic).flags, flags::json);
    EXPECT_EQ(stored(nlohmann::json::object(), Format::automatic).flags, flags::json);
}

TEST(Transcoder, FlagsAreThoseOfTheSecondGeneration) {
    EXPECT_EQ(stored("t", Format::json).flags, 0x0200'0000U);
    EXPECT_EQ(stored("t", Format::bytes).flags, 0x0300'0002U);
    EXPECT_EQ(stored("t", Format::utf8).flags, 0x0400'0004U);
}

TEST(Transcoder, RawTextAndBytesAreNotCopied) {
    const std::string text = "some text";
    std::string scratch;
    EXPECT_EQ(encode(text, Format::utf8, scratch).bytes.data(), text.data());
    EXPECT_EQ(encode(text, Format::bytes, scratch).bytes.data(), text.data());
    EXPECT_EQ(encode(as_bytes(text), Format::bytes, scratch).bytes.data(), text.data());
    EXPECT_TRUE(scratch.empty());
}

TEST(Transcoder, FlagsOfBothGenerationsAreRead) {
    struct Case {
        std::uint32_t flags;
        StoredAs meaning;
    };
    constexpr std::array cases{
        Case{0x0200'0000, StoredAs::json},
        Case{0x0300'0002, StoredAs::bytes},
        Case{0x0400'0004, StoredAs::utf8},
        Case{0x0200'0007, StoredAs::json},  // the upper byte counts, whatever the lower bits say
        Case{0x0400'0000, StoredAs::utf8},
        Case{0x0100'0001, StoredAs::pickle},
        Case{0x0500'0000, StoredAs::unknown},
        Case{0x0000'0000, StoredAs::json},
        Case{0x0000'0001, StoredAs::pickle},
        Case{0x0000'0002, StoredAs::bytes},
        Case{0x0000'0004, StoredAs::utf8},
        Case{0x0000'0006, StoredAs::utf8},
        Case{0x2200'0000, StoredAs::unknown},  // compressed
        Case{0xffff'ffff, StoredAs::unknown}};
    for (const Case& one : cases) EXPECT_EQ(stored_as(one.flags), one.meaning) << std::hex << one.flags;
}

TEST(Transcoder, TextIsReadByItsFlags) {
    EXPECT_EQ(decode_text("k", "\"a\\u00fc\"", flags::json), "a\xc3\xbc");
    EXPECT_EQ(decode_text("k", "\"a\"", flags::utf8), "\"a\"");
    EXPECT_EQ(decode_text("k", "\xff", flags::bytes), "\xff");
    EXPECT_EQ(decode_text("k", "", flags::utf8), "");
}

TEST(Transcoder, JsonThatIsNoStringIsGivenAsItIsStored) {
    for (const char* const json : {"{\"a\": 1.0}", "12345678901234567890123", " [ ] ", "null", "true"})
        EXPECT_EQ(decode_text("k", json, flags::json), json);
}

TEST(Transcoder, TextThatIsNotWhatItsFlagsSayIsAValueFormatErrorThatNamesTheKey) {
    for (const auto& [bytes, format] :
         {std::pair{"\xc3", flags::utf8}, std::pair{"{", flags::json}, std::pair{"", flags::json},
          std::pair{"\"\xff\"", flags::json}, std::pair{"a", flags::json}, std::pair{"x", 1U},
          std::pair{"x", 0x2200'0000U}}) {
        try {
            static_cast<void>(decode_text("the key", bytes, format));
            ADD_FAILURE() << bytes;
        } catch (const ValueFormatError& error) {
            EXPECT_EQ(error.key(), "the key");
            EXPECT_FALSE(error.error().detail().cause.empty());
        }
    }
}

std::size_t times_said(const std::string& words, const std::string& text) {
    std::size_t count = 0;
    for (std::size_t at = text.find(words); at != text.npos; at = text.find(words, at + 1)) ++count;
    return count;
}

TEST(Transcoder, WhyAValueCannotBeEncodedIsSaidOnce) {
    nlohmann::json deep = 1;
    for (int i = 0; i < 2'000; ++i) deep = nlohmann::json::array({std::move(deep)});
    std::string scratch;
    const Error too_deep = encode(deep, Format::json, scratch).error;
    EXPECT_EQ(too_deep.detail().cause, "the document is nested more than 1000 levels deep");
    EXPECT_EQ(times_said("1000 levels", too_deep.message()), 1U) << too_deep.message();
    const Error no_text = encode("\xff", Format::json, scratch).error;
    EXPECT_EQ(no_text.detail().cause, "the value could not be written as JSON");
    EXPECT_EQ(times_said("invalid UTF-8", no_text.message()), 1U) << no_text.message();
}

TEST(Transcoder, WhatATranscoderThrewIsSaidOnceAndNotToALog) {
    const auto error_of = [](Coding way) {
        try {
            throw std::runtime_error{"the value is 4711"};
        } catch (...) {
            return transcoder_error("k", "it could not", way);
        }
    };
    const Error error = error_of(Coding::encoding);
    EXPECT_EQ(error.detail().cause, "it could not");
    EXPECT_EQ(times_said("4711", error.message()), 1U) << error.message();
    EXPECT_EQ(times_said("4711", CouchbaseError{error}.log_text()), 0U);
    EXPECT_FALSE(error.is_answered());
    EXPECT_TRUE(error_of(Coding::decoding).is_answered()) << "the server gave what cannot be decoded";
}

TEST(Transcoder, WhatCannotBeReadWasAnsweredByTheServer) {
    for (const std::uint32_t stored_flags : {flags::json, flags::utf8, 1U, 0xff00'0000U}) {
        try {
            decode_text("k", "\xff", stored_flags);
            ADD_FAILURE() << stored_flags;
        } catch (const ValueFormatError& error) {
            EXPECT_TRUE(error.error().is_answered()) << stored_flags;
            EXPECT_NE(error.explain().find("outcome     the server answered"), std::string::npos);
        }
    }
}

TEST(Transcoder, WhatWasStoredIsReadAgain) {
    for (const Format format : {Format::json, Format::utf8, Format::bytes, Format::automatic}) {
        for (const std::string_view text :
             {"", "plain", "\"quoted\"", "\xe2\x82\xac\n\t\\", "\xf0\x9f\x98\x80"}) {
            const Stored value = stored(text, format);
            EXPECT_EQ(decode_text("k", value.bytes, value.flags), text);
        }
    }
}

}  // namespace
}  // namespace txcouchbase
