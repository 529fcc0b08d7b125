// txcb-bench kv as a process: what it reports, and that it notices one wrong bit.
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "tests/integration/bit_flipping_proxy.hpp"
#include "tests/integration/loop.hpp"
#include "tests/integration/memcached.hpp"

namespace txcouchbase::test {
namespace {

using testing::HasSubstr;

struct Exit {
    int status = -1;
    std::string output = {};
};

class BenchKvProgram : public testing::Test {
protected:
    /// Runs it, and the test's loop meanwhile, to its end.
    Exit run(const std::string& url, std::vector<std::string> more) {
        std::vector<std::string> arguments{TXCB_BENCH_PROGRAM, "kv", "--connect", url,  "--batch", "10",
                                           "--keys",           "20", "--ops",     "200"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        std::array<int, 2> pipe{};
        EXPECT_EQ(::pipe2(pipe.data(), O_CLOEXEC), 0);
        boost::asio::posix::stream_descriptor reading{io, pipe[0]};
        ChildProcess program{arguments, {.output = pipe[1]}};
        ::close(pipe[1]);
        Exit exit;
        bool is_over = false;
        std::array<char, 4096> buffer;
        std::function<void()> read = [&] {
            reading.async_read_some(boost::asio::buffer(buffer), [&](auto ec, std::size_t count) {
                if (ec) {
                    is_over = true;
                } else {
                    exit.output.append(buffer.data(), count);
                    read();
                }
            });
        };
        read();
        if (run_until(io, [&] { return is_over; })) exit.status = program.wait();
        return exit;
    }
    boost::asio::io_context io{1};
    Memcached server;
};

class BenchKv : public BenchKvProgram, public testing::WithParamInterface<const char*> {
protected:
    /// The same through a proxy that flips a bit of a get's reply. (Connection 0 stores the keys, 1 is measured; the
    /// reply to VERSION has 30 bytes, that to a get of 32 bytes 60.)
    Exit run_with_flip(std::uint64_t byte_of_reply, int bit) {
        BitFlippingProxy proxy{
            io, server.port(), {.connection = 1, .byte = 30 + 5 * 60 + byte_of_reply, .bit = bit}};
        Exit exit = run(proxy.url(), {"--op", "get", "--front", GetParam()});
        EXPECT_TRUE(proxy.has_flipped());
        return exit;
    }
};

TEST_P(BenchKv, AllIsWellWithoutAFlippedBit) {
    for (const char* const op : {"get", "set", "mix"}) {
        const Exit exit = run(server.url(), {"--op", op, "--front", GetParam(), "--json"});
        EXPECT_EQ(exit.status, 0) << exit.output;
        const auto report = nlohmann::json::parse(exit.output);
        EXPECT_EQ(report["ops"], 200) << exit.output;
        EXPECT_EQ(report["log_records"], 1) << "the log hook is on, and heard that it is connected";
    }
}

TEST_P(BenchKv, AFlippedBitOfAValueIsExit1AndNamesTheKey) {
    for (const std::uint64_t byte : {28U, 40U, 59U}) {
        const Exit exit = run_with_flip(byte, static_cast<int>(byte % 8));
        EXPECT_EQ(exit.status, 1) << exit.output;
        EXPECT_THAT(exit.output, HasSubstr("wrong value"));
    }
}

TEST_P(BenchKv, AFlippedBitOfTheHeaderIsExit1) {
    // Magic, opcode, key length, extras length, status, body length, opaque. (CAS and datatype tell it nothing.)
    for (const std::uint64_t byte : {0U, 1U, 3U, 4U, 7U, 11U, 15U}) {
        const Exit exit = run_with_flip(byte, 0);
        EXPECT_EQ(exit.status, 1) << "byte " << byte << ": " << exit.output;
    }
}

INSTANTIATE_TEST_SUITE_P(Fronts, BenchKv, testing::Values("async", "deferred", "coro"),
                         [](const auto& front) { return std::string{front.param}; });

TEST_F(BenchKvProgram, WithoutAServerItIsExit1AndOneSentence) {
    server.kill();
    const Exit exit = run(server.url(), {});
    EXPECT_EQ(exit.status, 1);
    EXPECT_THAT(exit.output, HasSubstr("could not be established"));
}

TEST_F(BenchKvProgram, AnOptionThatItDoesNotKnowIsExit64) {
    EXPECT_EQ(run(server.url(), {"--nonsense", "1"}).status, 64);
    EXPECT_EQ(run(server.url(), {"--batch", "0"}).status, 64);
}

TEST_F(BenchKvProgram, AConnectionStringThatCannotBeUsedIsExit64AndOnePlainLine) {
    for (const char* const url : {"memcached://host:port", "couchbase://127.0.0.1:8091", "nonsense://x",
                                  "memcached://127.0.0.1?timeout=1"})
        for (const char* const front : {"async", "deferred", "coro", "raw"}) {
            const Exit exit = run(url, {"--front", front});
            EXPECT_EQ(exit.status, 64) << url << ' ' << front << ": " << exit.output;
            EXPECT_EQ(exit.output.find('\n'), exit.output.size() - 1) << exit.output;
            EXPECT_TRUE(exit.output.starts_with("txcb-bench kv: ")) << exit.output;
        }
}

TEST_F(BenchKvProgram, HelpIsTheUsageAndExit0) {
    const Exit exit = run(server.url(), {"--help"});
    EXPECT_EQ(exit.status, 0);
    EXPECT_TRUE(exit.output.starts_with("usage: txcb-bench kv")) << exit.output;
}

}  // namespace
}  // namespace txcouchbase::test
