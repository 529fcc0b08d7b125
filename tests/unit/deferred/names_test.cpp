// Every test of Twisted's Deferred that means something in C++ has a test of its name here.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

namespace {

std::set<std::string> registered_names() {
    std::set<std::string> names;
    const auto& unit = *::testing::UnitTest::GetInstance();
    for (int suite = 0; suite < unit.total_test_suite_count(); ++suite) {
        const auto& tests = *unit.GetTestSuite(suite);
        for (int at = 0; at < tests.total_test_count(); ++at) {
            names.insert(std::string(tests.name()) + "." + tests.GetTestInfo(at)->name());
        }
    }
    return names;
}

TEST(Names, NoneOfTheListIsMissing) {
    const std::set<std::string> registered = registered_names();
    std::ifstream list(TXCB_SOURCE_DIR "/tests/unit/deferred/names.txt");
    ASSERT_TRUE(list);
    std::size_t listed = 0;
    for (std::string name; std::getline(list, name);) {
        if (name.empty() || name.front() == '#') continue;
        ++listed;
        EXPECT_TRUE(registered.contains(name)) << name;
    }
    EXPECT_GE(listed, 148U);
}

}  // namespace
