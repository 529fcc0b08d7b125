// SPDX-License-Identifier: Apache-2.0
#include "protocol/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <vector>

#include "protocol/opcode.hpp"
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
    EXPECT_EQ(all_codes().size(), 54U);
    for (const errc code : {errc::success, errc::empty_key, errc::queue_full, errc::silent_peer})
        EXPECT_EQ(info(code).code, code);
}

constexpr int input = 1, network = 2, fatal = 4, transient = 8, data = 16, internal = 32;

struct Row {
    int code;
    std::string_view name;
    int kinds;
    ErrorClass error_class;
};

// Written down once more, from the original's list.
const std::vector<Row> original_rows{
    {0x00, "SUCCESS", 0, ErrorClass::couchbase_error},
    {0x01, "AUTH_CONTINUE", internal | fatal, ErrorClass::libcouchbase},
    {0x02, "AUTH_ERROR", fatal | input, ErrorClass::auth},
    {0x03, "DELTA_BADVAL", input | data, ErrorClass::delta_badval},
    {0x04, "E2BIG", input | data, ErrorClass::too_big},
    {0x05, "EBUSY", transient, ErrorClass::busy},
    {0x06, "EINTERNAL", internal, ErrorClass::internal},
    {0x07, "EINVAL", input, ErrorClass::invalid},
    {0x08, "ENOMEM", transient, ErrorClass::no_memory},
    {0x09, "ERANGE", input | data, ErrorClass::range},
    {0x0a, "ERROR", 0, ErrorClass::couchbase_error},
    {0x0b, "ETMPFAIL", transient, ErrorClass::temporary_fail},
    {0x0c, "KEY_EEXISTS", data, ErrorClass::key_exists},
    {0x0d, "KEY_ENOENT", data, ErrorClass::not_found},
    {0x10, "NETWORK_ERROR", network, ErrorClass::network},
    {0x11, "NOT_MY_VBUCKET", network | transient, ErrorClass::not_my_vbucket},
    {0x12, "NOT_STORED", data, ErrorClass::not_stored},
    {0x13, "NOT_SUPPORTED", 0, ErrorClass::not_supported},
    {0x14, "UNKNOWN_COMMAND", 0, ErrorClass::unknown_command},
    {0x15, "UNKNOWN_HOST", network | input, ErrorClass::unknown_host},
    {0x16, "PROTOCOL_ERROR", network, ErrorClass::protocol},
    {0x17, "ETIMEDOUT", network | transient, ErrorClass::timeout},
    {0x18, "CONNECT_ERROR", network, ErrorClass::connect},
    {0x19, "BUCKET_ENOENT", input | fatal, ErrorClass::bucket_not_found},
    {0x1a, "CLIENT_ENOMEM", fatal, ErrorClass::client_no_memory},
    {0x1b, "CLIENT_ETMPFAIL", transient, ErrorClass::client_temporary_fail},
    {0x1c, "EBADHANDLE", input, ErrorClass::bad_handle},
    {0x1f, "INVALID_HOST_FORMAT", input, ErrorClass::invalid},
    {0x20, "INVALID_CHAR", input, ErrorClass::invalid},
    {0x21, "DURABILITY_ETOOMANY", input, ErrorClass::argument},
    {0x22, "DUPLICATE_COMMANDS", input, ErrorClass::argument},
    {0x23, "NO_MATCHING_SERVER", transient, ErrorClass::libcouchbase},
    {0x26, "INVALID_USERNAME", input | fatal, ErrorClass::libcouchbase},
    {0x29, "TOO_MANY_REDIRECTS", network, ErrorClass::libcouchbase},
    {0x2a, "MAP_CHANGED", network | transient, ErrorClass::libcouchbase},
    {0x2c, "ECONNREFUSED", network | transient, ErrorClass::libcouchbase},
    {0x2d, "ESOCKSHUTDOWN", network | transient, ErrorClass::libcouchbase},
    {0x2e, "ECONNRESET", network | transient, ErrorClass::libcouchbase},
    {0x2f, "CANTGETPORT", network | fatal, ErrorClass::libcouchbase},
    {0x30, "FDLIMIT", network | fatal, ErrorClass::libcouchbase},
    {0x31, "ENETUNREACH", network | transient, ErrorClass::libcouchbase},
    {0x35, "EMPTY_KEY", input, ErrorClass::argument},
    {0x3a, "OPTIONS_CONFLICT", input, ErrorClass::libcouchbase},
};

TEST(ErrorTable, RowsOfTheOriginalAreAsTheyAreThere) {
    for (const Row& row : original_rows) {
        const ErrorInfo& entry = info(static_cast<errc>(row.code));
        EXPECT_EQ(static_cast<int>(entry.code), row.code);
        EXPECT_EQ(entry.name, row.name);
        EXPECT_EQ(entry.kinds, row.kinds) << row.name;
        EXPECT_EQ(entry.error_class, row.error_class) << row.name;
    }
    const auto codes = all_codes();
    EXPECT_EQ(
        std::count_if(codes.begin(), codes.end(), [](errc code) { return static_cast<int>(code) < 0x100; }),
        static_cast<std::ptrdiff_t>(original_rows.size()))
        << "and there is no other";
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
    for (const int value : {-1, 0x0e, 0x0f, 0x7f, 0xfff, beyond_all_codes})
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

// The original's list, and what servers have learned to say since.
const std::map<int, errc> meanings{
    {0x00, errc::success},         {0x01, errc::not_found},      {0x02, errc::key_exists},
    {0x03, errc::too_big},         {0x04, errc::invalid},        {0x05, errc::not_stored},
    {0x06, errc::delta_badval},    {0x07, errc::not_my_vbucket}, {0x09, errc::key_exists},
    {0x0e, errc::temporary_fail},  {0x1f, errc::auth_error},     {0x20, errc::auth_error},
    {0x21, errc::auth_continue},   {0x22, errc::range},          {0x24, errc::auth_error},
    {0x81, errc::unknown_command}, {0x82, errc::no_memory},      {0x83, errc::not_supported},
    {0x84, errc::internal},        {0x85, errc::busy},           {0x86, errc::temporary_fail},
};

TEST(ErrorTable, EveryStatusMeansWhatTheOriginalMakesOfItAndAnyOtherIsTheGeneralError) {
    for (int value = 0; value <= 0xffff; ++value) {
        const auto status = static_cast<protocol::Status>(value);
        const auto known = meanings.find(value);
        const errc meaning = known != meanings.end() ? known->second : errc::error;
        EXPECT_EQ(rc(make_error_code(status)), meaning) << value;
        EXPECT_EQ(rc(make_error_code(status, protocol::Opcode::set)), meaning) << value;
        for (const auto asked : {protocol::Opcode::get_locked, protocol::Opcode::unlock_key})
            EXPECT_EQ(rc(make_error_code(status, asked)), value == 0x09 ? errc::temporary_fail : meaning)
                << value;
    }
}

TEST(ErrorTable, ALockedKeyIsTransientToWhoWouldLockItAndDataToWhoWouldChangeIt) {
    using protocol::Opcode;
    using protocol::Status;
    for (const Opcode asked : {Opcode::set, Opcode::add, Opcode::replace, Opcode::append, Opcode::prepend,
                               Opcode::remove, Opcode::touch, Opcode::increment, Opcode::decrement})
        EXPECT_TRUE(make_error_code(Status::locked, asked) == ErrorKind::data);
    const auto locked = make_error_code(Status::locked, Opcode::get_locked);
    EXPECT_TRUE(locked == ErrorKind::transient);
    EXPECT_FALSE(locked == ErrorKind::data);
    EXPECT_NE(locked.message().find("(server status LOCKED)"), std::string::npos) << locked.message();
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

TEST(Error, ItsMessageEndsWithTheInnerCauseAndEscapesForeignWords) {
    const Error error{errc::value_format,
                      {.key = "k\n\xff",
                       .server_text = "\x1b[2J",
                       .inner_cause = std::make_exception_ptr(std::runtime_error("not\ta number"))}};
    EXPECT_EQ(error.message(),
              std::string{info(errc::value_format).message} +
                  R"(; key "k\x0a\xff"; the server says: "\x1b[2J"; inner cause: not\x09a number)");
}

TEST(Error, IsAmbiguousWhenItWasWrittenAndNotAnswered) {
    for (const errc code : {errc::timed_out, errc::connection_lost, errc::silent_peer, errc::cancelled,
                            errc::connection_closed, errc::object_destroyed, errc::protocol_error}) {
        EXPECT_TRUE((Error{code, {.was_written = true}}.is_ambiguous())) << info(code).name;
        EXPECT_FALSE((Error{code, {.was_written = true}}.is_answered())) << info(code).name;
        EXPECT_FALSE((Error{code, {.was_written = false}}.is_ambiguous())) << info(code).name;
        EXPECT_FALSE(Error{code}.is_ambiguous()) << info(code).name;
    }
    EXPECT_FALSE(Error{}.is_ambiguous());
}

TEST(Error, AnAnswerIsNotAmbiguous) {
    const Error busy{make_error_code(protocol::Status::ebusy), {.was_written = true}};
    EXPECT_TRUE(busy.is_answered());
    EXPECT_FALSE(busy.is_ambiguous());
    const Error undecodable{errc::value_format, {.was_written = true}};
    EXPECT_TRUE(undecodable.is_answered());
    EXPECT_FALSE(undecodable.is_ambiguous());
    EXPECT_FALSE(Error{errc::value_format}.is_answered()) << "it could not be encoded";
    const Error over_our_limit{errc::too_big, {.was_written = true}};
    EXPECT_TRUE(over_our_limit.is_answered()) << "by a reply that was too large to take";
    EXPECT_FALSE(over_our_limit.is_ambiguous());
    EXPECT_FALSE(Error{errc::too_big}.is_answered()) << "the value was too large to send";
    EXPECT_FALSE(Error{errc::too_big}.is_ambiguous());
    EXPECT_TRUE(Error{make_error_code(protocol::Status::sync_write_ambiguous)}.is_ambiguous());
}

}  // namespace
}  // namespace txcouchbase
