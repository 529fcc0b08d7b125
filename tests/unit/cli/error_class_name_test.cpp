// SPDX-License-Identifier: Apache-2.0
#include "cli/error_class_name.hpp"

#include <gtest/gtest.h>

#include <txcouchbase/exceptions.hpp>
#include <txcouchbase/failure.hpp>

#include "protocol/error_table.hpp"

namespace txcouchbase::cli {
namespace {

TEST(ErrorClassName, IsThatOfTheClassThatIsThrown) {
    for (const ErrorInfo& row : error_table) {
        if (row.code == errc::success) continue;  // nothing is thrown
        const std::string thrown = Failure{make_exception(Error{row.code})}.type_name();
        // A timeout is thrown as one of its two kinds, whose names go on.
        EXPECT_TRUE(thrown.ends_with(name(row.error_class))) << row.name << " throws " << thrown;
    }
}

}  // namespace
}  // namespace txcouchbase::cli
