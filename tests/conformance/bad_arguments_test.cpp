// SPDX-License-Identifier: Apache-2.0
#include <iterator>
#include <limits>
#include <list>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/conformance/fixture.hpp"
#include "tests/conformance/views.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;
using Values = std::map<std::string, std::string>;

// What the compiler refuses is in static_asserts.cpp.
class BadArguments : public BothFaces {};

TEST_F(BadArguments, AValueThatIsNoTextHasNoUtf8FormAndOneThatIsNoBytesNoByteForm) {
    const nlohmann::json object{{"a", 1}};
    const nlohmann::json array{1, 2};
    const std::vector<Encodable> values{object, array, nullptr, true, false, 0, 1.5};
    for (const Encodable& value : values) {
        for (const Format format : {Format::utf8, Format::bytes})
            EXPECT_TRUE(is_refused_with<ValueFormatError>(
                [&](auto& c) { return c.set("k", value, {.format = format}); }));
        EXPECT_TRUE(is_refused_with<ValueFormatError>([&](auto& c) { return c.append("k", value); }));
    }
    EXPECT_EQ(stored_bytes("k"), "(nothing)");
}

TEST_F(BadArguments, AMultiOperationOfNoKeyIsAnArgumentError) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.get_multi(Keys{}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.get_multi(std::set<std::string>{}); }));
    EXPECT_TRUE(
        is_refused_with<ArgumentError>([](auto& c) { return c.get_multi(std::map<std::string, Ttl>{}); }));
    const Values none;
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get_multi(keys_of(none)); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.touch_multi(Keys{}, 1s); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.set_multi(none); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.append_multi(none); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.incr_multi(Keys{}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.remove_multi(Keys{}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.remove_multi(MultiResult{}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.set_multi(ItemOptionDict{}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.observe_multi(Keys{}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.stats(Keys{}); }));
}

TEST_F(BadArguments, ATimeoutIsPositive) {
    for (const auto bad : {0ms, -1ms}) EXPECT_THROW(cb.set_timeout(bad), ArgumentError);
    EXPECT_EQ(cb.timeout(), 2500ms) << "and a bad one changes nothing";
    for (const auto good : {100ms, 1000ms, 2500ms}) {
        cb.set_timeout(good);
        EXPECT_EQ(cb.timeout(), good);
        EXPECT_EQ(raw.timeout(), good);
        ok(cb.set("k", "v"));
    }
}

TEST_F(BadArguments, QuietIsABoolean) {
    cb.set_quiet(true);
    EXPECT_TRUE(cb.quiet());
    cb.set_quiet(false);
    EXPECT_FALSE(raw.quiet());
}

TEST_F(BadArguments, ATtlForAllKeysCannotBeGivenBesideOneForEach) {
    const std::map<std::string, std::chrono::seconds> ttls{{"a", 1s}};
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get_multi(ttls, {.ttl = 1s}); }));
}

TEST_F(BadArguments, TheDefaultFormatIsOneOfTheFormatsAndIsReadBack) {
    EXPECT_EQ(cb.default_format(), Format::json);
    for (const Format format : {Format::utf8, Format::bytes, Format::automatic, Format::json}) {
        cb.set_default_format(format);
        EXPECT_EQ(cb.default_format(), format);
        EXPECT_EQ(raw.default_format(), format);
    }
}

TEST_F(BadArguments, ATtlThatNobodyCouldWaitForIsAnArgumentError) {
    const std::chrono::duration<double> not_a_number{std::numeric_limits<double>::quiet_NaN()};
    const std::chrono::duration<double> endless{std::numeric_limits<double>::infinity()};
    const std::vector<Ttl> bad{-1s,
                               std::chrono::seconds{1LL << 33},
                               std::chrono::seconds::max(),
                               not_a_number,
                               endless,
                               -endless,
                               std::chrono::system_clock::time_point::max(),
                               std::chrono::system_clock::time_point{24h}};
    for (const Ttl& ttl : bad) {
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get("k", {.ttl = ttl}); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.set("k", "v", {.ttl = ttl}); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.touch("k", ttl); }));
        EXPECT_TRUE(
            is_refused_with<ArgumentError>([&](auto& c) { return c.incr("k", {.initial = 1, .ttl = ttl}); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.lock("k", ttl); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) {
            return c.get_multi(Keys{"a", "k"}, {.ttl = ttl});
        }));
        const std::map<std::string, Ttl> for_each{{"a", {}}, {"k", ttl}};
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get_multi(for_each); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.touch_multi(for_each); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) {
            return c.incr_multi(Keys{"a", "k"}, {.initial = 1, .ttl = ttl});
        }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) {
            return c.lock_multi(Keys{"a", "k"}, ttl);
        }));
    }
}

TEST_F(BadArguments, AnEmptyKeyIsAnArgumentErrorOfEveryOperation) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.set("", "v"); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.get(""); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.lock("", 5s); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.incr(""); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.unlock("", 1); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.remove(""); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.observe(""); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.rget(""); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.endure(""); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) {
        return c.set_multi(Values{{"a", "1"}, {"", "2"}});
    }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.incr_multi(Keys{"", ""}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.remove_multi(Keys{"a", ""}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) {
        return c.unlock_multi(std::map<std::string, std::uint64_t>{{"", 1}});
    }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.observe_multi(Keys{""}); }));
}

TEST_F(BadArguments, ALockNeedsATtl) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.lock("k", {}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.lock("k", 0s); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.lock_multi(Keys{"k"}, {}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) {
        return c.lock_multi(std::map<std::string, std::chrono::seconds>{{"k", 0s}});
    }));
}

TEST_F(BadArguments, UnlockingNeedsACas) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.unlock("k", 0); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) {
        return c.unlock_multi(std::map<std::string, std::uint64_t>{{"a", 1}, {"k", 0}});
    }));
    EXPECT_TRUE(is_refused_with<ArgumentError>(
        [](auto& c) { return c.unlock_multi(ItemSequence{std::make_shared<Item>("k")}); }));
}

template <class Face>
class Ranges : public OneFace<Face> {};
TYPED_TEST_SUITE(Ranges, Faces, FaceNames);

TYPED_TEST(Ranges, ViewsOfMapsAndSetsOfKeysServeEveryMultiOperation) {
    auto& face = this->cb;
    const Values values{{"a", "1"}, {"b", "2"}};
    const std::set<std::string> keys{"a", "b"};
    const Values swapped{{"1", "a"}, {"2", "b"}};
    EXPECT_TRUE(this->ok(face.set_multi(values, {.format = Format::utf8})).all_ok());
    EXPECT_EQ(this->ok(face.get_multi(keys)).size(), 2U);
    EXPECT_EQ(this->ok(face.get_multi(values_of(swapped))).size(), 2U);
    EXPECT_EQ(this->ok(face.incr_multi(keys))["b"].number(), 3U);
    EXPECT_EQ(this->ok(face.incr_multi(keys_of(values)))["b"].number(), 4U);
    EXPECT_EQ(this->ok(face.decr_multi(values_of(swapped)))["a"].number(), 2U);
    EXPECT_TRUE(this->ok(face.remove_multi(keys_of(values))).all_ok());
    EXPECT_EQ(this->stored_bytes("a"), "(nothing)");
}

/// Says that it has more elements than it has.
struct Boaster : std::list<std::string> {
    using std::list<std::string>::list;
    std::size_t size() const { return std::list<std::string>::size() + claimed; }
    std::size_t claimed = 0;
};

// A range of the words of a stream.
struct Words {
    std::istream& in;
    auto begin() const { return std::istream_iterator<std::string>{in}; }
    auto end() const { return std::istream_iterator<std::string>{}; }
};

TYPED_TEST(Ranges, ARangeOfAUsersOwnServes) {
    this->put("a", "1");
    Boaster honest{"a", "b"};
    EXPECT_EQ(this->ok(this->cb.get_multi(honest, {.quiet = true})).size(), 2U);
    // One that cannot be asked for its size, and can be read only once.
    std::istringstream words{"a b"};
    EXPECT_EQ(this->ok(this->cb.get_multi(Words{words}, {.quiet = true})).size(), 2U);
}

class RangeArguments : public BothFaces {};

TEST_F(RangeArguments, ARangeShorterThanItsSizeIsAnArgumentError) {
    Boaster boaster{"a", "b"};
    for (const std::size_t more : {std::size_t{1}, std::numeric_limits<std::size_t>::max() - 2}) {
        boaster.claimed = more;
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get_multi(boaster); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.remove_multi(boaster); }));
        EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.incr_multi(boaster); }));
    }
}

TEST_F(RangeArguments, AnElementThatCannotBeAKeyOrAValueStopsAllOfThem) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) {
        return c.incr_multi(Keys{"a", std::string(251, 'k')});
    }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) {
        return c.remove_multi(Keys{"a", std::string(251, 'k')});
    }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.get_multi(Keys{"a", ""}); }));
    const std::map<std::string, nlohmann::json> values{{"a", "text"}, {"b", nullptr}};
    EXPECT_TRUE(is_refused_with<ValueFormatError>(
        [&](auto& c) { return c.set_multi(values, {.format = Format::utf8}); }));
    const std::vector<std::pair<std::string, Encodable>> pairs{{"a", "text"}, {"b", nullptr}};
    EXPECT_TRUE(is_refused_with<ValueFormatError>(
        [&](auto& c) { return c.set_multi(pairs, {.format = Format::utf8}); }));
    EXPECT_EQ(stored_bytes("a"), "(nothing)");
}

}  // namespace
}  // namespace txcouchbase::test
