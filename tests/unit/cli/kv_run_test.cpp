// SPDX-License-Identifier: Apache-2.0
#include "cli/kv_run.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "protocol/status.hpp"

namespace txcouchbase::cli {
namespace {

using testing::ElementsAre;

Failure failure(boost::system::error_code code, ErrorDetail detail = {}) {
    return Failure{make_exception(Error{code, std::move(detail)})};
}
Failure missing(std::string key) {
    return failure(protocol::Status::key_enoent, {.key = std::move(key)});
}

constexpr Verb verb{.name = "get", .help = "", .operands = "", .least = 0, .most = 0, .keys = 0};

struct KvReportTest : testing::Test {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err};
    KvCommand command;
    KvReport report{verb, command, console};
};

TEST_F(KvReportTest, NothingFailedIsZero) {
    EXPECT_EQ(report.code(), 0);
}

TEST_F(KvReportTest, AMissingKeyIsOne) {
    report.failed(missing("k"));
    EXPECT_EQ(report.code(), 1);
    EXPECT_EQ(err.str(), "txcb get: there is no \"k\" on the server\n");
}

TEST_F(KvReportTest, AnythingElseIsTwoAndTheLibrarysSentence) {
    report.failed(failure(errc::timed_out, {.operation = "GET", .node = "a:1"}));
    EXPECT_EQ(report.code(), 2);
    EXPECT_EQ(err.str(), "txcb get: no answer came before the deadline; operation GET; node a:1\n");
}

TEST_F(KvReportTest, AFailureThatIsNoneOfOursIsTwo) {
    report.failed(Failure{std::runtime_error{"out of luck"}});
    EXPECT_EQ(report.code(), 2);
    EXPECT_EQ(err.str(), "txcb get: out of luck\n");
}

TEST_F(KvReportTest, AnArgumentThatTheLibraryRefusesIsUsage) {
    report.failed(failure(errc::argument));
    EXPECT_EQ(report.code(), 64);
}

TEST_F(KvReportTest, NoConnectionIsThreeAndAnUnreadableStringUsage) {
    report.not_connected(failure(errc::connect_error));
    EXPECT_EQ(report.code(), 3);
    KvReport other{verb, command, console};
    other.not_connected(failure(errc::invalid_host_format));
    EXPECT_EQ(other.code(), 64);
}

TEST_F(KvReportTest, TheWorstOfSeveralIsKept) {
    report.failed(missing("a"));
    report.failed(failure(errc::timed_out));
    report.failed(missing("b"));
    EXPECT_EQ(report.code(), 2);
}

TEST_F(KvReportTest, ASentenceIsOneLineAndMovesNoCursor) {
    report.failed(missing("a\n\x1b[31m\x7f\xc3\xa4"));
    EXPECT_EQ(err.str(), "txcb get: there is no \"a??[31m?\xc3\xa4\" on the server\n");
}

TEST_F(KvReportTest, UnderJsonAFailureIsAnObjectToo) {
    command.json = true;
    report.failed(missing("a\n"));
    report.not_connected(failure(errc::connect_error));
    EXPECT_EQ(
        out.str(),
        "{\"error\":\"KEY_ENOENT\",\"key\":\"a\\n\",\"message\":\"there is no \\\"a?\\\" on the server\","
        "\"rc\":13}\n"
        "{\"error\":\"CONNECT_ERROR\",\"message\":\"the connection could not be established\",\"rc\":24}\n");
    EXPECT_EQ(err.str(),
              "txcb get: there is no \"a?\" on the server\n"
              "txcb get: the connection could not be established\n");
}

TEST_F(KvReportTest, UnderJsonAWrongCommandLineIsASentenceOnly) {
    command.json = true;
    report.failed(failure(errc::argument));
    report.not_connected(failure(errc::invalid_host_format));
    EXPECT_EQ(out.str(), "");
}

TEST_F(KvReportTest, AnExplanationFollowsTheSentence) {
    command.explain = true;
    const Error error{errc::timed_out, {.operation = "GET", .node = "a:1"}};
    report.failed(Failure{make_exception(error)});
    EXPECT_EQ(err.str(), "txcb get: " + error.message() + '\n' + explain(error));
    EXPECT_EQ(out.str(), "");
}

TEST_F(KvReportTest, AMutationIsShownInJsonOnly) {
    const OperationResult result{{}, "k", 5};
    show_in_json(command, console)(result);
    EXPECT_EQ(out.str(), "");
    command.json = true;
    show_in_json(command, console)(result);
    EXPECT_EQ(out.str(), "{\"cas\":\"5\",\"key\":\"k\"}\n");
}

struct ForEachKeyTest : KvReportTest {
    // Answers that the test gives when it likes.
    Deferred<int> issue(std::string_view key) {
        issued.emplace_back(key);
        auto [resolver, deferred] = make_deferred<int>();
        waiting.push_back(std::move(resolver));
        return std::move(deferred);
    }
    Deferred<void> run(std::span<const std::string_view> keys) {
        return for_each_key(
            keys, report, [this](std::string_view key) { return issue(key); },
            [this](int result) { shown.push_back(result); });
    }

    std::vector<std::string> issued;
    std::vector<Resolver<int>> waiting;
    std::vector<int> shown;
};

TEST_F(ForEachKeyTest, ResultsAreShownInTheOrderOfTheKeys) {
    const std::vector<std::string_view> keys{"a", "b", "c"};
    const auto done = run(keys);
    EXPECT_THAT(issued, ElementsAre("a", "b", "c"));
    waiting[2].callback(3);
    waiting[1].callback(2);
    EXPECT_THAT(shown, ElementsAre());
    waiting[0].callback(1);
    EXPECT_THAT(shown, ElementsAre(1, 2, 3));
    EXPECT_TRUE(done.is_fired());
}

TEST_F(ForEachKeyTest, AFailureIsReportedAndTheOthersGoOn) {
    const std::vector<std::string_view> keys{"a", "b"};
    const auto done = run(keys);
    waiting[0].errback(missing("a"));
    waiting[1].callback(2);
    EXPECT_THAT(shown, ElementsAre(2));
    EXPECT_EQ(report.code(), 1);
    EXPECT_TRUE(done.is_fired());
}

TEST_F(ForEachKeyTest, NoMoreThan100AreInFlight) {
    const std::vector<std::string_view> keys(201, "k");
    const auto done = run(keys);
    EXPECT_EQ(issued.size(), 100U);
    for (int i = 0; i < 99; ++i) waiting[static_cast<std::size_t>(i)].callback(i);
    EXPECT_EQ(issued.size(), 100U);
    waiting[99].callback(99);
    EXPECT_EQ(issued.size(), 200U);
    for (int i = 100; i < 200; ++i) waiting[static_cast<std::size_t>(i)].callback(i);
    EXPECT_EQ(issued.size(), 201U);
    EXPECT_FALSE(done.is_fired());
    waiting[200].callback(200);
    EXPECT_TRUE(done.is_fired());
    EXPECT_EQ(shown.size(), 201U);
}

TEST_F(ForEachKeyTest, NoKeysAreDoneAtOnce) {
    EXPECT_TRUE(run({}).is_fired());
}

}  // namespace
}  // namespace txcouchbase::cli
