// Results own what they show, long after the connection, and hold little more memory than that.
// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <ostream>

#include "tests/integration/loop.hpp"
#include "tests/integration/memcached.hpp"
#include "tests/integration/results_memory/counted_heap.hpp"

namespace txcouchbase::test {
namespace {

/// How the gets are issued: all at once, or each when the one before it has ended.
enum class Pace { pipelined, one_by_one };

struct Load {
    int count;
    std::size_t size;
    Pace pace;
};

// NOLINTNEXTLINE(readability-identifier-naming): the name that GoogleTest looks for
void PrintTo(const Load& load, std::ostream* out) {
    *out << load.count << " of " << load.size << " bytes";
}

class ResultsMemory : public testing::TestWithParam<Load> {
protected:
    std::string key(int number) const { return "key:" + std::to_string(number); }
    std::string value(int number) const {
        std::string value(GetParam().size, '\0');
        for (std::size_t i = 0; i < value.size(); ++i)
            value[i] = static_cast<char>((i * 31 + static_cast<std::size_t>(number) * 7919) >> 2);
        return value;
    }

    void store_all() {
        boost::asio::io_context io{1};
        TxAsyncConnection cb{io, server.url()};
        int stored = 0;
        for (int i = 0; i < GetParam().count; ++i)
            cb.set(key(i), value(i), {.format = Format::bytes}).callback([&](const OperationResult&) {
                ++stored;
            });
        run_until(io, [&] { return stored == GetParam().count; });
    }

    /// Gets everything through a connection that is closed and destroyed, with its loop, when this returns.
    void get_all(std::vector<ValueResult>& results) {
        boost::asio::io_context io{1};
        TxAsyncConnection cb{io, server.url()};
        int issued = 0;
        std::function<void()> issue = [&] {
            cb.get(key(issued++)).callback([&](ValueResult&& result) {
                results.push_back(std::move(result));
                if (GetParam().pace == Pace::one_by_one && issued < GetParam().count) issue();
            });
        };
        issue();
        while (GetParam().pace == Pace::pipelined && issued < GetParam().count) issue();
        run_until(io, [&] { return results.size() == static_cast<std::size_t>(GetParam().count); });
        cb.close();
    }

    Memcached server{{.arguments = {"-I", "4m"}}};
};

TEST_P(ResultsMemory, TheResultsAreReadAfterTheConnectionAndHoldAtMostFourTimesTheirValues) {
    store_all();
    std::vector<ValueResult> results;
    results.reserve(static_cast<std::size_t>(GetParam().count));  // the handles are not what is counted
    const std::size_t before = bytes_held();
    get_all(results);
    const std::size_t held = bytes_held() - before;

    for (int i = 0; i < GetParam().count; ++i) {
        ASSERT_EQ(results[static_cast<std::size_t>(i)].key(), key(i));
        ASSERT_TRUE(results[static_cast<std::size_t>(i)].bytes() == value(i)) << i;
    }
    const std::size_t value_bytes = GetParam().size * static_cast<std::size_t>(GetParam().count);
    EXPECT_LE(held, 4 * value_bytes);
    results.clear();
    EXPECT_EQ(bytes_held(), before) << "and with them the memory goes";
    RecordProperty("percent_of_value_bytes_held", static_cast<int>(held * 100 / value_bytes));
}

std::string name_of(const testing::TestParamInfo<Load>& load) {
    return std::to_string(load.param.count) + "Of" + std::to_string(load.param.size) +
           (load.param.pace == Pace::pipelined ? "Pipelined" : "OneByOne");
}

INSTANTIATE_TEST_SUITE_P(Small, ResultsMemory,
                         testing::Values(Load{10'000, 32, Pace::pipelined},
                                         Load{10'000, 32, Pace::one_by_one}),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Large, ResultsMemory,
                         testing::Values(Load{10, 1024 * 1024, Pace::pipelined},
                                         Load{10, 1024 * 1024, Pace::one_by_one}),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Between, ResultsMemory,
                         testing::Values(Load{1000, 2000, Pace::pipelined},
                                         Load{200, 20'000, Pace::pipelined},
                                         Load{1000, 11'000, Pace::one_by_one}),
                         name_of);

}  // namespace
}  // namespace txcouchbase::test
