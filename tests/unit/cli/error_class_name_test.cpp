// SPDX-License-Identifier: Apache-2.0
#include "cli/error_class_name.hpp"

#include <gmock/gmock.h>

#include <txcouchbase/exceptions.hpp>
#include <txcouchbase/failure.hpp>

#include "protocol/error_table.hpp"

namespace txcouchbase::cli {
namespace {

TEST(ErrorClassName, IsThatOfTheClassThatIsThrown) {
    for (const ErrorInfo& row : error_table) {
        if (row.code == errc::success) continue;  // nothing is thrown
        const std::string thrown = Failure{make_exception(Error{row.code})}.type_name();
        EXPECT_THAT(thrown, testing::HasSubstr(name(row.error_class))) << row.name;
    }
}

}  // namespace
}  // namespace txcouchbase::cli
