// SPDX-License-Identifier: Apache-2.0
// What it does on a server is shown by tests/integration/cli_test.py.
#include "cli/set_verb.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

TEST(SetVerb, HelpFitsAScreenAndNamesTheOptions) {
    const std::string help = help_of("set");
    for (const char* option : {"--format", "--ttl", "--cas"}) EXPECT_THAT(help, HasSubstr(option));
}

TEST(SetVerb, NeedsAKeyAndAValue) {
    expect_refusal({"set"}, "it takes a KEY and a VALUE");
    expect_refusal({"set", "k"}, "it takes a KEY and a VALUE");
    expect_refusal({"set", "k", "v", "w"}, "it takes a KEY and a VALUE");
}

TEST(SetVerb, FormatsAreThree) {
    for (const std::string_view format : {"", "JSON", "text"})
        expect_refusal({"set", "--format", format, "k", "v"}, "--format is json, utf8 or bytes");
}

TEST(SetVerb, TheTimeToLiveIsANumberOfSeconds) {
    for (const std::string_view ttl : {"", "-1", "1h", "4294967296", "nan"})
        expect_refusal({"set", "--ttl", ttl, "k", "v"}, "--ttl is a number of seconds");
}

TEST(SetVerb, ACasIsNeverZero) {
    for (const std::string_view cas : {"0", "", "-1", "x", "18446744073709551616"})
        expect_refusal({"set", "--cas", cas, "k", "v"}, "--cas is a number from 1 to 18446744073709551615");
}

TEST(SetVerb, TextIsUtf8) {
    const std::string complaint = "the value is no UTF-8; --format bytes takes it";
    expect_refusal({"set", "--format", "utf8", "k", "\xff"}, complaint);
    expect_refusal({"set", "--format", "utf8", "k", "-"}, complaint, "a\xc3");
}

TEST(SetVerb, JsonIsADocument) {
    const std::string complaint = "the value is no JSON document; text in JSON has quotes";
    for (const std::string_view text : {"", "hello", "{\"a\":}", "1 2", "nan", "\"\xff\""}) {
        expect_refusal({"set", "--format=json", "k", text}, complaint);
        expect_refusal({"set", "--format=json", "k", "-"}, complaint, std::string{text});
    }
}

TEST(SetVerb, JsonHasALimitToItsDepth) {
    const std::string deep = std::string(1001, '[') + std::string(1001, ']');
    expect_refusal({"set", "--format=json", "k", deep}, "the value is nested deeper than 1000 levels");
    expect_refusal({"set", "--format=json", "k", "-"}, "the value is nested deeper than 1000 levels",
                   std::string(1'000'000, '['));
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

    std::vector<char> zeros_ = std::vector<char>(1 << 16);
    std::size_t left_;
    bool breaks_;
};

Ran set_from(std::streambuf& buffer) {
    std::istream in{&buffer};
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err};
    const std::string_view arguments[] = {"k", "-"};
    const int code = run_set(arguments, console);
    return {code, out.str(), err.str()};
}

TEST(SetVerb, AnInputThatBreaksIsAnError) {
    ZeroBuffer buffer{100'000, true};
    const Ran ran = set_from(buffer);
    EXPECT_EQ(ran.code, 74);
    EXPECT_EQ(ran.err, "txcb set: standard input cannot be read\n");
}

TEST(SetVerb, AnEndlessInputIsRefusedAtTheLimit) {
    ZeroBuffer buffer{SIZE_MAX, false};
    const Ran ran = set_from(buffer);
    EXPECT_EQ(ran.code, 64);
    EXPECT_THAT(ran.err, HasSubstr("standard input has more than 128 MiB"));
}

}  // namespace
}  // namespace txcouchbase::cli
