// Failure: what it says of the exception that it carries.
// SPDX-License-Identifier: Apache-2.0
#include "client/failure.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <string>

#include "tests/unit/deferred/support.hpp"

namespace txcouchbase::test {
namespace {

struct SpecialError : ValueError {
    using ValueError::ValueError;
};
struct Foreign {
    int number;
};

Failure caught(auto thrown) {
    try {
        throw thrown;
    } catch (...) {
        return Failure::current();
    }
}

TEST(FailureTests, failAndTrap) {
    const Failure failure = caught(SpecialError("s"));
    EXPECT_EQ((failure.trap<GenericError, ValueError, SpecialError>()), 1U)
        << "the first argument that matches";
    EXPECT_EQ((failure.check<GenericError, SpecialError>().index), 1U);
    EXPECT_TRUE(failure.check<std::exception>());
    EXPECT_FALSE(failure.check<GenericError>());
    EXPECT_FALSE(failure.check<>());
}

TEST(FailureTests, trapRaisesWrappedException) {
    const Failure failure = caught(ValueError("v"));
    try {
        failure.trap<GenericError>();
        FAIL();
    } catch (const ValueError& error) {
        EXPECT_EQ(&error, failure.get_if<ValueError>()) << "the very same object";
    }
    EXPECT_THROW(failure.trap<>(), ValueError);
}

TEST(FailureTests, ValueFromFailure) {
    const Failure failure = caught(ValueError("v"));
    ASSERT_NE(failure.get_if<ValueError>(), nullptr);
    EXPECT_STREQ(failure.get_if<std::runtime_error>()->what(), "v");
    EXPECT_EQ(failure.get_if<GenericError>(), nullptr);
}

TEST(FailureTests, ValueFromFoundFailure) {
    const Failure original = caught(ValueError("v"));
    const Failure found = caught(original);  // somebody threw the Failure itself
    EXPECT_EQ(found, original);
    EXPECT_TRUE(found.check<ValueError>());
}

TEST(FailureTests, ExplictPass) {
    const Failure failure(ValueError("v"));
    const Failure same = failure;
    EXPECT_EQ(same, failure);
    EXPECT_FALSE(Failure(ValueError("v")) == failure);
    EXPECT_THROW(same.rethrow(), ValueError);
    EXPECT_EQ(Failure(failure.exception()), failure);
}

TEST(FailureTests, ConstructionFails) {
    EXPECT_THROW(Failure::current(), NoCurrentExceptionError);
    EXPECT_THROW(Failure{std::exception_ptr()}, NoCurrentExceptionError);
}

TEST(FailureTests, brokenValue) {
    const Failure failure = caught(Foreign{7});  // one that has no text to give
    EXPECT_EQ(failure.what(), "(not a std::exception)");
    EXPECT_NE(failure.describe().find("Foreign"), std::string::npos);
    EXPECT_EQ(failure.get_if<Foreign>()->number, 7);
}

TEST(FailureTests, DescribesTypeTextAndPlace) {
    const Failure made(ValueError("v"));
    const unsigned line = __LINE__ - 1;
    EXPECT_EQ(made.type_name(), "txcouchbase::test::ValueError");
    EXPECT_EQ(made.describe(),
              "txcouchbase::test::ValueError: v [" __FILE__ ":" + std::to_string(line) + "]");
    EXPECT_EQ(caught(ValueError("v")).describe(), "txcouchbase::test::ValueError: v");
}

TEST(FailureHook, PrintsOneLineByDefault) {
    const FailureHook quiet = set_failure_hook(nullptr);
    ::testing::internal::CaptureStderr();
    report_failure({FailureReport::Kind::unhandled, nullptr, "made at x.cpp:1"});
    log_error(caught(ValueError("v")));
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              "txcouchbase: unhandled failure in a Deferred (made at x.cpp:1)\n"
              "txcouchbase: failure: txcouchbase::test::ValueError: v\n");
    set_failure_hook(quiet);
}

TEST(OutcomeTests, ValueThrowsTheExceptionOfItsFailure) {
    Outcome<int> good(3);
    EXPECT_TRUE(good);
    EXPECT_EQ(good.value(), 3);
    EXPECT_EQ(*good, 3);
    const Outcome<int> bad(Failure(ValueError("v")));
    EXPECT_FALSE(bad);
    EXPECT_THROW(bad.value(), ValueError);
    EXPECT_NO_THROW(Outcome<void>().value());
    EXPECT_THROW(Outcome<void>(Failure(ValueError("v"))).value(), ValueError);
    EXPECT_EQ(*Outcome<std::unique_ptr<int>>(std::make_unique<int>(4)).value(), 4);
    EXPECT_EQ(Outcome<std::string>("text")->size(), 4U);
}

TEST(FirstErrorTests, test_repr) {
    const FirstError error(3, caught(ValueError("v")));
    EXPECT_EQ(std::string(error.what()).substr(0, 14), "FirstError #3:");
    EXPECT_NE(std::string(error.what()).find("ValueError"), std::string::npos);
}

TEST(FirstErrorTests, test_str) {
    const Failure failure(ValueError("v"));
    EXPECT_EQ(FirstError(5, failure).what(), "FirstError #5: " + failure.describe());
}

TEST(FirstErrorTests, test_comparison) {
    const Failure failure = caught(ValueError("v"));
    EXPECT_EQ(FirstError(13, failure), FirstError(13, failure));
    EXPECT_FALSE(FirstError(13, failure) == FirstError(14, failure));
    EXPECT_FALSE(FirstError(13, failure) == FirstError(13, caught(ValueError("v"))));
    static_assert(!std::equality_comparable_with<FirstError, int>);
}

}  // namespace
}  // namespace txcouchbase::test
