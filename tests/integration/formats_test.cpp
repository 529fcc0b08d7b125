// How values are stored and read: bytes and flags as another client finds them.
// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/integration/server_fixture.hpp"
#include "tests/integration/text_protocol.hpp"

namespace txcouchbase::test {
namespace {

constexpr const char* json_flags = "33554432";   // 0x02000000
constexpr const char* bytes_flags = "50331650";  // 0x03000002
constexpr const char* utf8_flags = "67108868";   // 0x04000004

std::span<const std::byte> as_bytes(const std::string& text) {
    return std::as_bytes(std::span{text});
}

class Formats : public ServerTest {
protected:
    /// Stores a value and gives the bytes that arrived.
    std::string bytes_of(const Encodable& value, const StoreOptions& options = {}) {
        EXPECT_TRUE(succeeded(end_of(cb.set("k", value, options))));
        return stored_bytes("k");
    }

    /// Whether both faces refuse the value, and nothing is stored.
    testing::AssertionResult is_refused(const Encodable& value, Format format) {
        try {
            cb.raw().set("refused", value, {.format = format});
            return testing::AssertionFailure() << "the raw face did not throw";
        } catch (const ValueFormatError& error) {
            if (error.key() != "refused")
                return testing::AssertionFailure() << "the key is missing: " << error.what();
        }
        const auto refused =
            failed_with<ValueFormatError>(end_of(cb.set("refused", value, {.format = format})));
        if (!refused) return refused;
        return failed_with<NotFoundError>(stored("refused"));
    }

    Connection cb{io, server.url()};
};

TEST_F(Formats, TextIsStoredAsAJsonStringByDefault) {
    EXPECT_EQ(bytes_of("bar"), "\"bar\"");
    EXPECT_EQ(flags_of(server, "k"), json_flags);
    EXPECT_EQ(stored("k")->text(), "bar");
    EXPECT_EQ(stored("k")->flags(), 0x0200'0000U);
}

TEST_F(Formats, JsonKeepsUmlautsAndEscapesWhatItMust) {
    EXPECT_EQ(bytes_of("gr\xc3\xbc\xc3\x9f \"x\"\n"), "\"gr\xc3\xbc\xc3\x9f \\\"x\\\"\\n\"");
    EXPECT_EQ(stored("k")->text(), "gr\xc3\xbc\xc3\x9f \"x\"\n");
}

TEST_F(Formats, Utf8IsStoredAsItIs) {
    EXPECT_EQ(bytes_of("gr\xc3\xbc\xc3\x9f", {.format = Format::utf8}), "gr\xc3\xbc\xc3\x9f");
    EXPECT_EQ(flags_of(server, "k"), utf8_flags);
    EXPECT_EQ(stored("k")->text(), "gr\xc3\xbc\xc3\x9f");
}

TEST_F(Formats, BytesMayHaveNulsAndAnythingElse) {
    const std::string bytes("\0\xff\0\x80 \r\n", 7);
    EXPECT_EQ(bytes_of(as_bytes(bytes), {.format = Format::bytes}), bytes);
    EXPECT_EQ(flags_of(server, "k"), bytes_flags);
    EXPECT_EQ(stored("k")->text(), bytes);
}

TEST_F(Formats, NumbersBeyondTheMantissaOfADoubleStayExact) {
    EXPECT_EQ(bytes_of(9007199254740993), "9007199254740993");
    EXPECT_EQ(stored("k")->number(), 9007199254740993U);
    EXPECT_EQ(bytes_of(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
    EXPECT_EQ(stored("k")->number(), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(bytes_of(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_THROW(stored("k")->number(), ValueFormatError);
}

TEST_F(Formats, OtherPlainValuesAreJson) {
    EXPECT_EQ(bytes_of(true), "true");
    EXPECT_EQ(bytes_of(nullptr), "null");
    EXPECT_EQ(bytes_of(0.5), "0.5");
    EXPECT_EQ(bytes_of(nlohmann::json::parse(R"({"a": [1, 2.5, "x"], "b": null})")),
              R"({"a":[1,2.5,"x"],"b":null})");
    EXPECT_EQ(flags_of(server, "k"), json_flags);
}

TEST_F(Formats, TextOfAJsonValueThatIsNoStringIsTheJsonAsItIsStored) {
    store_as_text(server, "k", "[12345678901234567890123, 1.0]", 0x0200'0000);
    EXPECT_EQ(stored("k")->text(), "[12345678901234567890123, 1.0]");
}

TEST_F(Formats, AStoredJsonNestedWithoutEndHarmsNobody) {
    const std::string nested(500'000, '[');
    EXPECT_TRUE(succeeded(end_of(cb.set("k", nested + std::string(500'000, ']'), {.format = Format::utf8}))));
    store_as_text(server, "j", nested.substr(0, 400'000) + std::string(400'000, ']'), 0);
    EXPECT_EQ(stored("j")->text().size(), 800'000U);
}

TEST_F(Formats, AutomaticChoosesByTheTypeOfTheValue) {
    bytes_of("text", {.format = Format::automatic});
    EXPECT_EQ(flags_of(server, "k"), utf8_flags);
    bytes_of(as_bytes("bytes"), {.format = Format::automatic});
    EXPECT_EQ(flags_of(server, "k"), bytes_flags);
    bytes_of(42, {.format = Format::automatic});
    EXPECT_EQ(flags_of(server, "k"), json_flags);
}

TEST_F(Formats, AConnectionMayHaveAnotherDefault) {
    Connection plain{io, server.url(), {.default_format = Format::utf8}};
    EXPECT_TRUE(succeeded(end_of(plain.set("k", "bar"))));
    EXPECT_EQ(stored_bytes("k"), "bar");
    EXPECT_TRUE(succeeded(end_of(plain.set("k", "bar", {.format = Format::json}))));
    EXPECT_EQ(stored_bytes("k"), "\"bar\"");
}

TEST_F(Formats, EmptyValuesAreValues) {
    EXPECT_EQ(bytes_of("", {.format = Format::utf8}), "");
    EXPECT_EQ(stored("k")->text(), "");
    EXPECT_EQ(bytes_of(as_bytes(""), {.format = Format::bytes}), "");
    EXPECT_EQ(bytes_of(std::span<const std::byte>{}, {.format = Format::bytes}), "");
    EXPECT_EQ(bytes_of(""), "\"\"");
    EXPECT_EQ(stored("k")->text(), "");
    EXPECT_TRUE(succeeded(end_of(cb.append("k", ""))));
    EXPECT_EQ(stored_bytes("k"), "\"\"");
}

TEST_F(Formats, AnEmptyValueIsNoNumber) {
    bytes_of("", {.format = Format::utf8});
    EXPECT_THROW(stored("k")->number(), ValueFormatError);
}

TEST_F(Formats, AValueThatHasNoSuchFormatIsAValueFormatError) {
    EXPECT_TRUE(is_refused(as_bytes("bytes"), Format::json));
    EXPECT_TRUE(is_refused(as_bytes("bytes"), Format::utf8));
    EXPECT_TRUE(is_refused(42, Format::utf8));
    EXPECT_TRUE(is_refused(42, Format::bytes));
    EXPECT_TRUE(is_refused("\xff", Format::utf8));
    EXPECT_TRUE(is_refused("\xff", Format::json));
}

// JSON has no such numbers, and null in their place would be another value than the one that was given.
TEST_F(Formats, InfinityAndNotANumberAreNoJson) {
    EXPECT_TRUE(is_refused(std::numeric_limits<double>::infinity(), Format::json));
    EXPECT_TRUE(is_refused(std::numeric_limits<double>::quiet_NaN(), Format::json));
}

TEST_F(Formats, FlagsOfThePreviousGenerationAreRead) {
    store_as_text(server, "json", "\"bar\"", 0);
    store_as_text(server, "bytes", "\xff", 2);
    store_as_text(server, "utf8", "bar", 4);
    EXPECT_EQ(stored("json")->text(), "bar");
    EXPECT_EQ(stored("bytes")->text(), "\xff");
    EXPECT_EQ(stored("utf8")->text(), "bar");
}

TEST_F(Formats, AFormatThatIsNotReadGivesItsBytesAndNoText) {
    store_as_text(server, "pickle", "pickled", 1);
    store_as_text(server, "compressed", "squeezed", 0x6200'0000);
    store_as_text(server, "private", "ours", 0x0100'0000);
    for (const char* key : {"pickle", "compressed", "private"}) {
        const auto found = stored(key);
        ASSERT_TRUE(succeeded(found));
        EXPECT_THROW(found->text(), ValueFormatError) << key;
    }
    EXPECT_EQ(stored_bytes("pickle"), "pickled");
    EXPECT_EQ(stored("compressed")->flags(), 0x6200'0000U);
}

TEST_F(Formats, TextThatIsNotWhatItsFlagsSayIsAValueFormatErrorWithItsKey) {
    store_as_text(server, "json", "{\"a\":", 0x0200'0000);
    store_as_text(server, "utf8", "\xc3", 0x0400'0004);
    for (const char* key : {"json", "utf8"}) {
        const auto found = stored(key);
        ASSERT_TRUE(succeeded(found));
        try {
            static_cast<void>(found->text());
            ADD_FAILURE() << key << " was read as text";
        } catch (const ValueFormatError& error) {
            EXPECT_EQ(error.key(), key);
        }
    }
}

TEST_F(Formats, ACounterIsAValueThatReadersTakeForANumber) {
    EXPECT_TRUE(succeeded(end_of(cb.incr("n", {.initial = 12}))));
    EXPECT_EQ(stored("n")->number(), 12U);
    EXPECT_EQ(stored("n")->text(), "12");
    // memcached leaves the digits that a shorter number does not need as blanks.
    EXPECT_TRUE(succeeded(end_of(cb.decr("n", {.delta = 5}))));
    EXPECT_EQ(stored("n")->number(), 7U);
}

}  // namespace
}  // namespace txcouchbase::test
