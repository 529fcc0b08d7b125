// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "tests/conformance/fixture.hpp"
#include "tests/integration/text_protocol.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Keys = std::vector<std::string>;
using Values = std::map<std::string, std::string>;

/// A server that takes values of up to 1 MiB, and what strange input does to it.
class BadInput : public BothFaces {
protected:
    /// Whether a value comes back exactly, to this connection and to another.
    testing::AssertionResult comes_back(const std::string& key, const Encodable& value,
                                        const std::string& bytes, Format format) {
        for (const std::string form : {"one key", "several keys"}) {
            if (form == "one key")
                ok(cb.set(key, value, {.format = format}));
            else
                ok(cb.set_multi(std::vector<std::pair<std::string, Encodable>>{{key, value}},
                                {.format = format}));
            const ValueResult found = ok(cb.get(key));
            const MultiResult several = ok(cb.get_multi(Keys{"other", key}, {.quiet = true}));
            if (!several.contains(key))
                return testing::AssertionFailure() << "the key is not found by its name";
            for (const ValueResult& one : {found, several[key]})
                if (one.key() != key || one.bytes() != bytes || !one.has_value())
                    return testing::AssertionFailure() << form << ": " << one;
            if (stored_bytes(key) != bytes)
                return testing::AssertionFailure() << form << ": another sees another";
        }
        return testing::AssertionSuccess();
    }
};

TEST_F(BadInput, KeysOfAnyBytesWork) {
    for (const std::string& key :
         {std::string("nul\0key", 7), std::string(1, '\0'), std::string("\xff\xfe\x80"),
          std::string("spaces and\r\nlines"), std::string(250, 'k'), std::string(250, '\0')})
        EXPECT_TRUE(comes_back(key, "v", "\"v\"", Format::json));
}

TEST_F(BadInput, AKeyOf251BytesIsAnArgumentErrorOfEveryOperation) {
    const std::string key(251, 'k');
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get(key); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.set(key, "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.add(key, "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.replace(key, "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.append(key, "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.prepend(key, "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.touch(key, 1s); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.remove(key); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.incr(key); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.lock(key, 1s); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get_multi(Keys{"a", key, "b"}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) {
        return c.set_multi(Values{{"a", "1"}, {key, "2"}});
    }));
    EXPECT_EQ(stored_bytes("a"), "(nothing)");
}

TEST_F(BadInput, EmptyValuesAreValues) {
    EXPECT_TRUE(comes_back("text", "", "", Format::utf8));
    EXPECT_TRUE(comes_back("bytes", Encodable::bytes(""), "", Format::bytes));
    EXPECT_TRUE(comes_back("json", "", "\"\"", Format::json));
    EXPECT_TRUE(comes_back("null string", std::string_view{}, "", Format::utf8));
}

TEST_F(BadInput, AValueOver20MebibytesIsTheServersTooBigErrorAndNothingElseIsLost) {
    const std::string huge(20 * 1024 * 1024 + 1, 'v');
    Ending before{cb.set("before", "v")};
    Ending behind_end{cb.set("huge", huge, {.format = Format::utf8})};
    Ending behind{cb.set("behind", "v")};
    const auto end = behind_end.await(io);
    EXPECT_TRUE(failed_with<TooBigError>(end));
    EXPECT_EQ(error_of(end).detail().key, "huge");
    EXPECT_EQ(error_of(end).detail().node, server.node()) << "the server said so";
    EXPECT_TRUE(succeeded(before.take()));
    EXPECT_TRUE(succeeded(behind.await(io)));
    const auto several =
        end_of(cb.set_multi(Values{{"a", "1"}, {"huge", huge}, {"z", "2"}}, {.format = Format::utf8}));
    EXPECT_TRUE(failed_with<TooBigError>(several));
    EXPECT_EQ(stored_bytes("a") + stored_bytes("huge") + stored_bytes("z"), "1(nothing)2");
}

TEST_F(BadInput, AValueThatNoServerTakesIsATooBigErrorAndNothingIsSent) {
    const std::string beyond(31 * 1024 * 1024, 'v');
    EXPECT_TRUE(
        is_refused_with<TooBigError>([&](auto& c) { return c.set("k", beyond, {.format = Format::utf8}); }));
    EXPECT_TRUE(is_refused_with<TooBigError>([&](auto& c) {
        return c.set_multi(Values{{"a", "1"}, {"k", beyond}}, {.format = Format::utf8});
    }));
    EXPECT_EQ(stored_bytes("a"), "(nothing)");
}

TEST_F(BadInput, TtlsThatAreNoTimeFromNowOnAreArgumentErrors) {
    using Seconds = std::chrono::duration<double>;
    const std::vector<Ttl> bad{-1s,
                               -500ms,
                               -1ns,
                               Seconds{std::numeric_limits<double>::quiet_NaN()},
                               std::chrono::seconds{std::numeric_limits<std::uint32_t>::max()},
                               std::chrono::hours{24 * 366 * 200}};
    for (const Ttl& ttl : bad) {
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.set("k", "v", {.ttl = ttl}); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.touch("k", ttl); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get("k", {.ttl = ttl}); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) {
            return c.touch_multi(std::map<std::string, Ttl>{{"a", 1s}, {"b", ttl}});
        }));
        const auto one = std::make_shared<Item>("k", "v");
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) {
            return c.set_multi(ItemOptionDict{{one, ItemOptions{.ttl = ttl}}});
        }));
    }
}

TEST_F(BadInput, UnlockingWithCasZeroIsAnArgumentError) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.unlock("k", 0); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) {
        return c.unlock_multi(std::map<std::string, std::uint64_t>{{"k", 0}});
    }));
}

TEST_F(BadInput, JsonOfDepth10000IsAValueFormatErrorOnBothWays) {
    nlohmann::json deep = 1;
    for (int i = 0; i < 10'000; ++i) deep = nlohmann::json::array({std::move(deep)});
    EXPECT_TRUE(is_refused_with<ValueFormatError>([&](auto& c) { return c.set("k", deep); }));
    EXPECT_TRUE(is_refused_with<ValueFormatError>([&](auto& c) {
        return c.set_multi(std::vector<std::pair<std::string, Encodable>>{{"a", 1}, {"k", deep}});
    }));
    EXPECT_EQ(stored_bytes("a"), "(nothing)");
    const std::string text = std::string(10'000, '[') + std::string(10'000, ']');
    EXPECT_TRUE(
        is_refused_with<ValueFormatError>([&](auto& c) { return c.set("k", Encodable::json_text(text)); }));
    store_as_text(server, "k", text, 0x0200'0000);
    const ValueResult found = ok(cb.get("k"));
    EXPECT_THROW(static_cast<void>(found.json()), ValueFormatError);
    EXPECT_EQ(found.bytes(), text) << "and the bytes are there";
}

TEST_F(BadInput, IntegersBeyondTheMantissaOfADoubleComeBackExactly) {
    constexpr std::int64_t odd = (1LL << 53) + 1;
    EXPECT_TRUE(comes_back("k", odd, "9007199254740993", Format::json));
    EXPECT_EQ(ok(cb.get("k")).json().get<std::int64_t>(), odd);
    EXPECT_EQ(ok(cb.get("k")).number(), static_cast<std::uint64_t>(odd));
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    EXPECT_TRUE(comes_back("k", most, "18446744073709551615", Format::json));
    EXPECT_EQ(ok(cb.get("k")).json().get<std::uint64_t>(), most);
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    EXPECT_TRUE(comes_back("k", nlohmann::json{{"n", least}}, R"({"n":-9223372036854775808})", Format::json));
    EXPECT_EQ(ok(cb.get("k")).json().at("n").get<std::int64_t>(), least);
    EXPECT_EQ(ok(cb.incr("count", {.initial = most - 1})).number(), most - 1);
    EXPECT_EQ(ok(cb.incr("count")).number(), most);
}

TEST_F(BadInput, ADeltaOfTheWholeRangeIsSentAsItIs) {
    put("k", "0");
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(ok(cb.incr("k", {.delta = most})).number(), most);
    EXPECT_EQ(ok(cb.arithmetic("k", {.delta = std::numeric_limits<std::int64_t>::min()})).number(),
              most >> 1);
}

TEST_F(BadInput, ACounterOnNoNumberIsADeltaBadvalErrorAndTheOthersAreCounted) {
    put("text", "no number");
    put("n", "1");
    EXPECT_TRUE(failed_with<DeltaBadvalError>(end_of(cb.incr("text"))));
    EXPECT_TRUE(failed_with<DeltaBadvalError>(end_of(cb.decr("text", {.initial = 5}))));
    const auto end = end_of(cb.incr_multi(Keys{"text", "n"}));
    ASSERT_TRUE(failed_with<DeltaBadvalError>(end));
    EXPECT_EQ(end.failure().get_if<DeltaBadvalError>()->key(), "text");
    EXPECT_EQ(stored_bytes("text") + stored_bytes("n"), "no number2");
}

// Said of the bytes of a pickle, because Python alone reads it; what is not read as a value can be read as bytes.
TEST_F(BadInput, APickleIsAValueFormatErrorThatSaysSoUnlessNobodyDecodesIt) {
    for (const std::uint32_t flags : {0x1U, 0x0100'0001U}) {
        store_as_text(server, "k", "pickled", flags);
        const ValueResult found = ok(cb.get("k"));
        for (const auto& read : {std::function<void()>{[&] { static_cast<void>(found.text()); }},
                                 std::function<void()>{[&] { static_cast<void>(found.json()); }}}) {
            try {
                read();
                ADD_FAILURE() << "it was read";
            } catch (const ValueFormatError& error) {
                EXPECT_THAT(error.what(), HasSubstr("pickle"));
                EXPECT_EQ(error.key(), "k");
            }
        }
        EXPECT_EQ(found.bytes(), "pickled");
        EXPECT_EQ(ok(cb.get("k", {.no_format = true})).text(), "pickled");
        EXPECT_EQ(ok(cb.get_multi(Keys{"k"}, {.no_format = true}))["k"].text(), "pickled");
    }
}

/// Reads pickles of one kind.
struct Unpickler : Transcoder {
    Stored decode_value(std::string_view bytes, std::uint32_t) const override {
        return {"not so " + std::string{bytes}, 4};
    }
};

TEST_F(BadInput, ATranscoderMayTakeAPickle) {
    store_as_text(server, "k", "pickled", 1);
    EXPECT_EQ(ok(cb.get("k", {.transcoder = std::make_shared<Unpickler>()})).text(), "not so pickled");
}

TEST_F(BadInput, LegacyFlagsAreThoseThatReadersOf1xKnow) {
    Connection legacy{io, server.url(), {.legacy_flags = true}};
    const std::vector<std::pair<Format, std::uint32_t>> formats{
        {Format::json, 0}, {Format::bytes, 2}, {Format::utf8, 4}};
    for (const auto& [format, flags] : formats) {
        ok(legacy.set("k", "v", {.format = format}));
        EXPECT_EQ(flags_of(server, "k"), std::to_string(flags));
        ok(legacy.set_multi(Values{{"k", "v"}}, {.format = format}));
        EXPECT_EQ(flags_of(server, "k"), std::to_string(flags));
        EXPECT_EQ(ok(cb.get("k")).text(), "v");
    }
}

}  // namespace
}  // namespace txcouchbase::test
