// Every test of Deferred must end without a report that it did not listen for.
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/deferred/support.hpp"

namespace {

void fail_the_test(const txcouchbase::FailureReport& report) noexcept {
    ADD_FAILURE() << "unexpected report: "
                  << (report.failure != nullptr ? report.failure->describe() : "unfired");
}

class HookEnvironment : public ::testing::Environment {
    void SetUp() override { txcouchbase::set_failure_hook(&fail_the_test); }
    void TearDown() override { txcouchbase::set_failure_hook(nullptr); }
};

const auto* const environment = ::testing::AddGlobalTestEnvironment(new HookEnvironment);

}  // namespace
