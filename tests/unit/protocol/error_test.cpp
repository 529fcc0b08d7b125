// SPDX-License-Identifier: Apache-2.0
#include "protocol/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "protocol/status.hpp"

namespace txcouchbase {
namespace {

constexpr int beyond_all_codes = 0x1000;

std::vector<errc> all_codes() {
    std::vector<errc> codes;
    for (int value = 0; value < beyond_all_codes; ++value)
        if (const auto code = static_cast<errc>(value); info(code).code == code) codes.push_back(code);
    return codes;
}

TEST(ErrorTable, EveryRowIsFoundByItsCodeSoTheTableIsSorted) {
    // A row out of its place would not be found, and be missing here: one for each enumerator.
    EXPECT_EQ(all_codes().size(), 35U);
    for (const errc code : {errc::success, errc::empty_key, errc::queue_full, errc::silent_peer})
        EXPECT_EQ(info(code).code, code);
}

TEST(ErrorTable, NamesAndMessagesAreUniqueAndNotEmpty) {
    std::set<std::string_view> names;
    std::set<std::string_view> messages;
    for (const errc code : all_codes()) {
        EXPECT_FALSE(info(code).name.empty());
        EXPECT_TRUE(names.insert(info(code).name).second) << info(code).name;
        EXPECT_TRUE(messages.insert(info(code).message).second) << info(code).message;
    }
}

TEST(ErrorTable, AnUnknownNumberHasTheRowOfTheGeneralError) {
    for (const int value : {-1, 0x01, 0x7f, 0xfff, beyond_all_codes})
        EXPECT_EQ(info(static_cast<errc>(value)).code, errc::error) << value;
}

TEST(ErrorTable, KindsAreConditionsOfTheirCodes) {
    for (const errc code : all_codes()) {
        for (const ErrorKind kind : {ErrorKind::input, ErrorKind::network, ErrorKind::fatal,
                                     ErrorKind::transient, ErrorKind::data, ErrorKind::internal}) {
            const bool has_kind = (info(code).kinds & static_cast<int>(kind)) != 0;
            EXPECT_EQ(make_error_code(code) == kind, has_kind)
                << info(code).name << ", kind " << static_cast<int>(kind);
        }
        EXPECT_EQ(make_error_code(code), code);
        EXPECT_EQ(make_error_code(code).message(), info(code).message);
    }
}

TEST(ErrorTable, AServersStatusIsOfTheKindOfItsMeaning) {
    const boost::system::error_code missing = protocol::Status::key_enoent;
    EXPECT_EQ(rc(missing), errc::not_found);
    EXPECT_TRUE(missing == ErrorKind::data);
    EXPECT_FALSE(missing == ErrorKind::network);
    EXPECT_NE(missing, errc::not_found) << "what the server says and what we say are codes of two categories";
    EXPECT_NE(missing.message().find("KEY_ENOENT"), std::string::npos);
}

TEST(ErrorTable, EveryStatusHasAMeaning) {
    for (int value = 0; value <= 0xffff; ++value) {
        const auto status = static_cast<protocol::Status>(value);
        EXPECT_EQ(rc(make_error_code(status)) == errc::success, value == 0) << value;
    }
}

TEST(ErrorTable, CodesOfOthersAreNetworkErrors) {
    EXPECT_EQ(rc(boost::system::errc::make_error_code(boost::system::errc::connection_refused)),
              errc::network_error);
    EXPECT_EQ(rc({}), errc::success);
}

TEST(Error, WithoutDetailItHasEmptyOnes) {
    const Error none;
    EXPECT_FALSE(none);
    EXPECT_EQ(none.rc(), errc::success);
    EXPECT_EQ(none.detail().key, "");
    EXPECT_TRUE(Error{errc::busy});
    EXPECT_EQ(Error{errc::busy}.message(), info(errc::busy).message);
}

TEST(Error, ItsMessageTellsAllThatIsKnownInOrder) {
    const Error error{
        errc::busy,
        {.operation = "GET", .key = "k", .node = "n:1", .cause = "because", .server_text = "go away"}};
    EXPECT_EQ(error.message(),
              std::string{info(errc::busy).message} +
                  "; operation GET; key \"k\"; node n:1; cause: because; the server says: \"go away\"");
    const Error copy = error;
    EXPECT_EQ(&copy.detail(), &error.detail()) << "copies share the detail";
}

}  // namespace
}  // namespace txcouchbase
