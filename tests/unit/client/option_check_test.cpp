// SPDX-License-Identifier: Apache-2.0
#include "client/option_check.hpp"

#include <gtest/gtest.h>

#include <txcouchbase/exceptions.hpp>

namespace txcouchbase {
namespace {

using namespace std::chrono_literals;

/// What is said when these options are refused; "" when they are not.
std::string refusal_of(const ConnectionOptions& options) {
    try {
        check_options(options);
        return "";
    } catch (const ArgumentError& error) {
        return error.error().detail().cause;
    }
}

TEST(OptionCheck, TheDefaultsAreAcceptable) {
    EXPECT_EQ(refusal_of({}), "");
}

TEST(OptionCheck, TheLeastAndTheMostAreAcceptable) {
    EXPECT_EQ(refusal_of({.timeout = 1ms,
                          .connect_timeout = 1ms,
                          .silence_timeout = 1ms,
                          .max_operations = 1,
                          .max_request_bytes = 1}),
              "");
    EXPECT_EQ(refusal_of({.timeout = 49 * 24h, .connect_timeout = 49 * 24h, .silence_timeout = 49 * 24h}),
              "");
}

TEST(OptionCheck, ATimeoutThatIsNotPositiveOrNeverEndsIsRefusedWithItsNameAndValue) {
    EXPECT_EQ(refusal_of({.timeout = 0ms}), "timeout is 0 ms; 1 ms to 49 days can be kept");
    EXPECT_EQ(refusal_of({.timeout = -5ms}), "timeout is -5 ms; 1 ms to 49 days can be kept");
    EXPECT_EQ(refusal_of({.connect_timeout = 0ms}), "connect_timeout is 0 ms; 1 ms to 49 days can be kept");
    EXPECT_EQ(refusal_of({.connect_timeout = -1s}),
              "connect_timeout is -1000 ms; 1 ms to 49 days can be kept");
    EXPECT_EQ(refusal_of({.silence_timeout = 0ms}), "silence_timeout is 0 ms; 1 ms to 49 days can be kept");
    EXPECT_EQ(refusal_of({.silence_timeout = std::chrono::milliseconds::min()}),
              "silence_timeout is -9223372036854775808 ms; 1 ms to 49 days can be kept");
    EXPECT_EQ(refusal_of({.silence_timeout = 49 * 24h + 1ms}),
              "silence_timeout is 4233600001 ms; 1 ms to 49 days can be kept");
}

TEST(OptionCheck, ALimitOfNothingIsRefusedWithItsName) {
    EXPECT_EQ(refusal_of({.max_operations = 0}), "max_operations is 0; nothing could be sent");
    EXPECT_EQ(refusal_of({.max_request_bytes = 0}), "max_request_bytes is 0; nothing could be sent");
    EXPECT_EQ(refusal_of({.max_total_operations = 0}), "max_total_operations is 0; nothing could be sent");
    EXPECT_EQ(refusal_of({.max_total_request_bytes = 0}),
              "max_total_request_bytes is 0; nothing could be sent");
}

TEST(OptionCheck, AMaxFrameThatNoHandshakeFitsIntoIsRefusedWithItsValue) {
    EXPECT_EQ(refusal_of({.max_frame = 4096}), "");
    EXPECT_EQ(refusal_of({.max_frame = 4095}),
              "max_frame is 4095; below 4096 no login and no error fits into a reply");
}

TEST(OptionCheck, AnOperationsTimeoutIsHeldToTheSame) {
    EXPECT_NO_THROW(check_timeout(1ms));
    EXPECT_THROW(check_timeout(-1ms), ArgumentError);
    EXPECT_THROW(check_timeout(std::chrono::milliseconds::max()), ArgumentError);
}

}  // namespace
}  // namespace txcouchbase
