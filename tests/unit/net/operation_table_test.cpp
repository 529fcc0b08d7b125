// SPDX-License-Identifier: Apache-2.0
#include "net/operation_table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace txcouchbase::net {
namespace {

TEST(OperationTable, FindsAnOperationByItsOpaqueWhileItIsInUse) {
    OperationTable table;
    Operation* const first = table.acquire();
    Operation* const second = table.acquire();
    EXPECT_EQ(table.find(first->opaque), first);
    EXPECT_EQ(table.find(second->opaque), second);
    EXPECT_EQ(table.in_use(), 2U);
}

TEST(OperationTable, FindsNothingForAnOpaqueThatWasNeverGiven) {
    OperationTable table;
    EXPECT_EQ(table.find(0), nullptr);
    const std::uint32_t opaque = table.acquire()->opaque;
    EXPECT_EQ(table.find(opaque + 1), nullptr);                         // a slot that is free
    EXPECT_EQ(table.find(opaque + table.size()), nullptr);              // no slot
    EXPECT_EQ(table.find(opaque + OperationTable::capacity), nullptr);  // another generation
    EXPECT_EQ(table.find(OperationTable::none), nullptr);
}

TEST(OperationTable, AStaleOpaqueFindsNothingWhenItsSlotIsUsedAgain) {
    OperationTable table;
    std::set<std::uint32_t> stale;
    for (int use = 0; use < 4'096; ++use) {
        Operation* const operation = table.acquire();
        EXPECT_TRUE(stale.insert(operation->opaque).second);
        for (const std::uint32_t old : {*stale.begin(), *stale.rbegin()})
            EXPECT_EQ(table.find(old), old == operation->opaque ? operation : nullptr);
        const std::uint32_t opaque = operation->opaque;
        table.release(*operation);
        EXPECT_EQ(table.find(opaque), nullptr);
    }
}

TEST(OperationTable, UsesLowSlotsFirstAndAReleasedSlotNext) {
    OperationTable table;
    EXPECT_EQ(OperationTable::index_of(*table.acquire()), 0U);
    Operation* const second = table.acquire();
    EXPECT_EQ(OperationTable::index_of(*second), 1U);
    table.release(*second);
    EXPECT_EQ(table.acquire(), second);
}

TEST(OperationTable, SlotsStayWhereTheyAreWhenTheTableGrows) {
    OperationTable table;
    Operation* const first = table.acquire();
    const std::uint32_t opaque = first->opaque;
    for (int i = 0; i < 10'000; ++i) table.acquire();
    EXPECT_EQ(table.find(opaque), first);
}

TEST(OperationTable, VisitsExactlyWhatIsInUse) {
    OperationTable table;
    std::vector<Operation*> operations;
    for (int i = 0; i < 1'000; ++i) operations.push_back(table.acquire());
    std::set<Operation*> expected(operations.begin(), operations.end());
    for (std::size_t i = 0; i < operations.size(); i += 3) {
        table.release(*operations[i]);
        expected.erase(operations[i]);
    }
    std::set<Operation*> visited;
    table.for_each([&](Operation& operation) { EXPECT_TRUE(visited.insert(&operation).second); });
    EXPECT_EQ(visited, expected);
    EXPECT_EQ(table.in_use(), expected.size());
}

TEST(OperationTable, RefusesWhenEverySlotIsInUseAndRecovers) {
    OperationTable table;
    Operation* last = nullptr;
    for (std::uint32_t i = 0; i < OperationTable::capacity; ++i)
        ASSERT_NE(last = table.acquire(), nullptr) << i;
    EXPECT_EQ(table.in_use(), std::size_t{OperationTable::capacity});
    EXPECT_EQ(table.acquire(), nullptr);
    EXPECT_EQ(table.find(last->opaque), last);
    table.release(*last);
    EXPECT_EQ(table.acquire(), last);
    EXPECT_EQ(table.acquire(), nullptr);
}

}  // namespace
}  // namespace txcouchbase::net
