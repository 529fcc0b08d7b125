// SPDX-License-Identifier: Apache-2.0
#include "cli/strerror_verb.hpp"

#include <gmock/gmock.h>

#include "protocol/error_table.hpp"
#include "tests/unit/cli/console_fixture.hpp"

namespace txcouchbase::cli {
namespace {

using testing::HasSubstr;

constexpr std::string_view not_found =
    "0x0d (13) KEY_ENOENT\n"
    "  text        the key does not exist\n"
    "  categories  data\n"
    "  class       NotFoundError\n";

TEST(StrerrorVerb, ACodeIsFoundByNumberAndByName) {
    for (const std::string_view code : {"13", "0x0d", "0xd", "0XD", "KEY_ENOENT"}) {
        const Ran ran = run({"strerror", code});
        EXPECT_EQ(ran.code, 0) << code;
        EXPECT_EQ(ran.out, not_found) << code;
        EXPECT_EQ(ran.err, "");
    }
}

TEST(StrerrorVerb, JsonIsOneObject) {
    EXPECT_EQ(
        run({"strerror", "--json", "ETIMEDOUT"}).out,
        "{\"categories\":[\"network\",\"transient\"],\"class\":\"TimeoutError\",\"error\":\"ETIMEDOUT\","
        "\"message\":\"no answer came before the deadline\",\"rc\":23}\n");
}

TEST(StrerrorVerb, EveryCodeIsFoundAndShowsItsCategories) {
    for (const ErrorInfo& row : error_table) {
        const std::string number = std::to_string(static_cast<int>(row.code));
        EXPECT_EQ(run({"strerror", number}).out, run({"strerror", row.name}).out);
        const auto object = run({"strerror", "--json", number}).lines()[0];
        EXPECT_EQ(object["error"], row.name);
        EXPECT_EQ(object["message"], row.message);
        EXPECT_EQ(object["categories"].empty(), row.kinds == 0) << row.name;
        const bool says_none = run({"strerror", number}).out.find("categories  none\n") != std::string::npos;
        EXPECT_EQ(says_none, row.kinds == 0) << row.name;
    }
}

TEST(StrerrorVerb, LongCodesKeepTheirDigits) {
    EXPECT_THAT(run({"strerror", "QUEUE_FULL"}).out, testing::StartsWith("0x100 (256) QUEUE_FULL\n"));
    EXPECT_THAT(run({"strerror", "0"}).out, testing::StartsWith("0x00 (0) SUCCESS\n"));
}

TEST(StrerrorVerb, ACodeThatIsNotThereIsOne) {
    for (const std::string_view code :
         {"14", "0x0e", "0x", "key_enoent", "", "-1", "0x10d", "4294967309", "18446744073709551629"}) {
        const Ran ran = run({"strerror", "--json", code});
        EXPECT_EQ(ran.code, 1) << code;
        EXPECT_EQ(ran.out, "") << code;
        EXPECT_EQ(ran.err, "txcb strerror: there is no code '" + std::string{code} + "'\n");
    }
}

TEST(StrerrorVerb, TakesOneCode) {
    expect_refusal({"strerror"}, "it takes one CODE");
    expect_refusal({"strerror", "1", "2"}, "it takes one CODE");
}

TEST(StrerrorVerb, HelpFitsAScreen) {
    EXPECT_THAT(help_of("strerror"), HasSubstr("KEY_ENOENT"));
}

}  // namespace
}  // namespace txcouchbase::cli
