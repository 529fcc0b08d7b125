// SPDX-License-Identifier: Apache-2.0
#include "views/async_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

#include "views/view_driver.hpp"

namespace txcouchbase::views {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// What a user of ours may throw.
struct OurException {
    Error error;
};

/// Writes down what it is told to do; the test answers.
class Transport final : public ViewTransport {
public:
    struct Exchange final : ViewExchange {
        explicit Exchange(Transport& owner) : transport(owner) { ++transport.running; }
        ~Exchange() override {
            --transport.running;
            transport.story += "closed ";
        }
        void pause() override { transport.story += "pause "; }
        void resume() override {
            if (std::exchange(transport.was_resumed, true)) return;
            transport.story += "resume ";
        }
        Transport& transport;
    };

    void when_connected(std::function<void(const Error&)> then) override { ready = std::move(then); }
    Error begin(net::HttpQuestion question, net::HttpHandler& http,
                std::unique_ptr<ViewExchange>& exchange) override {
        if (refusal) return refusal;
        asked.push_back(std::move(question));
        handler = &http;
        exchange = std::make_unique<Exchange>(*this);
        return {};
    }
    std::size_t nodes() const override { return node_count; }
    void attach(ViewUser& user) override { users.push_back(&user); }
    void detach(ViewUser& user) noexcept override { std::erase(users, &user); }
    net::Duration timeout() const override { return 75s; }
    net::TimePoint now() const override { return time; }
    AlarmId set_alarm(net::TimePoint at, std::function<void()> alarm) override {
        alarms.emplace(++last_alarm, std::pair{at, std::move(alarm)});
        return last_alarm;
    }
    void cancel_alarm(AlarmId id) noexcept override { alarms.erase(id); }
    Error error_of(const std::exception_ptr& exception) const override {
        try {
            std::rethrow_exception(exception);
        } catch (const OurException& ours) {
            return ours.error;
        } catch (...) {
            return {};
        }
    }
    void report_unhandled(const std::exception_ptr&) noexcept override { ++unhandled; }

    void end() {
        while (!users.empty()) users.back()->on_transport_over(Error{errc::connection_closed});
    }
    void pass(net::Duration by) {
        time += by;
        for (bool has_run = true; std::exchange(has_run, false);)
            for (auto at = alarms.begin(); at != alarms.end(); ++at)
                if (at->second.first <= time) {
                    const auto alarm = std::move(at->second.second);
                    alarms.erase(at);
                    alarm();
                    has_run = true;
                    break;
                }
    }

    std::function<void(const Error&)> ready;
    std::vector<net::HttpQuestion> asked;
    net::HttpHandler* handler = nullptr;
    std::vector<ViewUser*> users;
    Error refusal;
    std::size_t node_count = 1;
    std::map<AlarmId, std::pair<net::TimePoint, std::function<void()>>> alarms;
    AlarmId last_alarm = 0;
    net::TimePoint time{1h};
    int unhandled = 0;
    int running = 0;
    bool was_resumed = true;  // only resumes behind a pause are told
    std::string story;
};

/// Tells what it hears as words.
class View final : public AsyncViewBase {
public:
    explicit View(std::string& words) : words_(words) {}
    ~View() override { words_ += "gone "; }

    std::function<void()> at_rows;
    std::function<void()> at_end;
    std::vector<ViewRow> kept;

private:
    void on_rows(std::span<const ViewRow> rows) override {
        for (const ViewRow& row : rows) words_ += std::string{row.key()} + ' ';
        words_ += "| ";
        kept.insert(kept.end(), rows.begin(), rows.end());
        if (at_rows) at_rows();
    }
    void on_error(const Error& error) override {
        words_ += "error " + std::to_string(static_cast<int>(error.rc())) + ' ';
        failure = error;
        if (at_end) at_end();
    }
    void on_done() override {
        words_ += "done ";
        if (at_end) at_end();
    }

    std::string& words_;

public:
    Error failure;
};

class AsyncViews : public testing::Test {
protected:
    ~AsyncViews() override { transport.end(); }

    std::shared_ptr<View> start(const ViewOptions& options = {}, bool errors_are_fatal = true) {
        auto view = std::make_shared<View>(words);
        const Error refused = start_view(
            view, transport,
            {.request = {.target = "/b/_design/d/_view/v"}, .errors_are_fatal = errors_are_fatal}, options);
        EXPECT_FALSE(refused) << refused.message();
        return view;
    }
    std::shared_ptr<View> asked(const ViewOptions& options = {}, bool errors_are_fatal = true) {
        auto view = start(options, errors_are_fatal);
        transport.ready({});
        return view;
    }
    void head(unsigned status = 200) { transport.handler->on_http_head({.status = status}); }
    /// A piece whose bytes are gone afterwards.
    void body(std::string text) {
        transport.handler->on_http_body(text);
        text.assign(text.size(), 'x');
    }
    void end() { transport.handler->on_http_end(); }
    std::string taken() { return std::exchange(words, {}); }

    Transport transport;
    std::string words;
};

TEST_F(AsyncViews, IsAskedWhenTheConnectionIsUpAndKeptUntilItsEnd) {
    start();
    EXPECT_THAT(transport.asked, IsEmpty());
    EXPECT_EQ(words, "") << "nobody else keeps it";
    transport.ready({});
    EXPECT_EQ(transport.asked.at(0).target, "/b/_design/d/_view/v");
    head();
    body(R"({"total_rows":2,"rows":[{"key":1},)");
    EXPECT_EQ(taken(), "1 | ");
    body(R"({"key":2}]})");
    EXPECT_EQ(taken(), "2 | ");
    end();
    EXPECT_EQ(taken(), "done gone ");
    EXPECT_EQ(transport.running, 0);
    EXPECT_THAT(transport.alarms, IsEmpty());
}

TEST_F(AsyncViews, ARowInSeveralPiecesIsOne) {
    const auto view = asked();
    head();
    body(R"({"rows":[{"key":1},{"ke)");
    body(R"(y":2},{"key":3},{"key)");
    EXPECT_EQ(taken(), "1 | 2 | 3 | ");
    body(R"(":4}]})");
    end();
    EXPECT_EQ(taken(), "4 | done ");
    EXPECT_EQ(view->rows_returned(), 4U);
}

TEST_F(AsyncViews, WhatStandsAroundTheRowsIsThereAtTheEnd) {
    const auto view = asked();
    head();
    body(R"({"rows":[],"total_rows":17,"debug_info":{"a":1}})");
    end();
    EXPECT_EQ(view->indexed_rows(), 17U);
    EXPECT_EQ(view->errors(), "");
    EXPECT_EQ(view->metadata(), R"({"rows":[],"total_rows":17,"debug_info":{"a":1}})");
}

TEST_F(AsyncViews, RowsComeTogetherAsTheirViewWantsThem) {
    const auto view = asked({.rows_per_call = 2});
    head();
    body(R"({"rows":[{"key":1},)");
    EXPECT_EQ(taken(), "");
    body(R"({"key":2},{"key":3})");
    body("]}");
    end();
    EXPECT_EQ(taken(), "1 2 | 3 | done ");
    EXPECT_EQ(view->kept.at(0).key(), "1") << "they own what they show";
}

TEST_F(AsyncViews, OrAllAtTheEnd) {
    const auto view = asked({.rows_per_call = -1});
    head();
    body(R"({"rows":[{"key":1},{"key":2})");
    body(R"(,{"key":3}]})");
    EXPECT_EQ(taken(), "");
    end();
    EXPECT_EQ(taken(), "1 2 3 | done ");
}

TEST_F(AsyncViews, MoreBytesThanMayWaitEndIt) {
    const auto view = asked({.rows_per_call = -1, .max_bytes = 20});
    head();
    body(R"({"rows":[{"key":1},{"key":2},{"key":3})");
    EXPECT_EQ(view->failure.rc(), errc::too_big);
    EXPECT_EQ(transport.running, 0);
}

TEST_F(AsyncViews, AConnectionThatFailsIsTheViewsError) {
    start();
    transport.ready(Error{errc::auth_error});
    EXPECT_EQ(taken(), "error " + std::to_string(static_cast<int>(errc::auth_error)) + " gone ");
}

TEST_F(AsyncViews, AnotherNodeIsAskedWhenOneIsGoneBeforeItSaidAWord) {
    transport.node_count = 3;
    const auto view = asked();
    transport.handler->on_http_failed(Error{errc::connect_error});
    transport.handler->on_http_failed(Error{errc::connection_lost});
    EXPECT_EQ(transport.asked.size(), 3U);
    transport.handler->on_http_failed(Error{errc::connect_error});
    EXPECT_EQ(view->failure.rc(), errc::connect_error);
}

TEST_F(AsyncViews, ButNotOnceItHas) {
    transport.node_count = 3;
    const auto view = asked();
    head();
    body(R"({"rows":[{"key":1},)");
    transport.handler->on_http_failed(Error{errc::connection_lost});
    EXPECT_EQ(transport.asked.size(), 1U);
    EXPECT_EQ(taken(), "1 | error " + std::to_string(static_cast<int>(errc::connection_lost)) + ' ');
}

TEST_F(AsyncViews, AStatusThatIsNoSuccessIsAnErrorWithTheReply) {
    const auto view = asked();
    head(404);
    body(R"({"error":"not_found","reason":"missing"})");
    end();
    EXPECT_EQ(view->failure.rc(), errc::http);
    EXPECT_THAT(view->failure.message(), testing::HasSubstr("missing"));
}

TEST_F(AsyncViews, EveryStatusOfSuccessIsOne) {
    const auto view = asked();
    head(203);
    body(R"({"rows":[{"key":1}]})");
    end();
    EXPECT_EQ(taken(), "1 | done ");
}

TEST_F(AsyncViews, ARefusalWithoutEndIsReadNoFurther) {
    const auto view = asked();
    head(500);
    for (int i = 0; i < 100 && transport.running != 0; ++i) body(std::string(1'000, 'x'));
    EXPECT_EQ(view->failure.rc(), errc::http);
    EXPECT_EQ(transport.running, 0);
}

TEST_F(AsyncViews, ErrorsOfTheServerEndItUnlessTheQueryGoesOn) {
    const std::string text = R"({"rows":[{"key":1}],"errors":[{"from":"n","reason":"r"}]})";
    const auto stopped = asked();
    head();
    body(text);
    end();
    EXPECT_EQ(taken(), "1 | error " + std::to_string(static_cast<int>(errc::view_engine)) + ' ');
    const auto gone_on = asked({}, false);
    head();
    body(text);
    end();
    EXPECT_EQ(taken(), "1 | done ");
    EXPECT_EQ(gone_on->errors(), R"([{"from":"n","reason":"r"}])");
}

TEST_F(AsyncViews, AnAnswerThatIsNoneFailsBehindItsRows) {
    const auto view = asked();
    head();
    body(R"({"rows":[{"key":1},{"key":2},<html>)");
    EXPECT_EQ(taken(), "1 2 | error " + std::to_string(static_cast<int>(errc::protocol_error)) + ' ');
    EXPECT_EQ(transport.running, 0);
}

TEST_F(AsyncViews, AnAnswerThatBreaksOffFails) {
    const auto view = asked();
    head();
    body(R"({"rows":[{"key":1})");
    end();
    EXPECT_EQ(view->failure.rc(), errc::protocol_error);
}

TEST_F(AsyncViews, PausedItIsNotReadOn) {
    const auto view = asked();
    head();
    std::string piece = R"({"rows":[)";
    for (int i = 0; i < 600; ++i) piece += R"({"key":)" + std::to_string(i) + "},";
    view->at_rows = [&] { view->pause(); };
    transport.was_resumed = false;
    transport.handler->on_http_body(piece);
    EXPECT_EQ(view->kept.size(), 256U);
    EXPECT_EQ(transport.story, "pause ");
    view->resume();
    EXPECT_EQ(view->kept.size(), 256U) << "never in the call";
    transport.pass(0s);
    EXPECT_EQ(view->kept.size(), 512U);
    view->at_rows = nullptr;
    view->resume();
    transport.pass(0s);
    EXPECT_EQ(view->kept.size(), 600U);
    EXPECT_THAT(transport.story, testing::EndsWith("resume "));
}

TEST_F(AsyncViews, PausedBetweenTwoPiecesItGoesOnWithTheNext) {
    const auto view = asked();
    head();
    body(R"({"rows":[)");
    view->pause();
    transport.was_resumed = false;
    view->resume();
    EXPECT_EQ(transport.story, "pause resume ");
    body(R"({"key":1}]})");
    end();
    EXPECT_EQ(taken(), "1 | done ");
}

TEST_F(AsyncViews, PausedBeforeItIsAskedItIsAskedPaused) {
    const auto view = start();
    view->pause();
    transport.ready({});
    EXPECT_EQ(transport.story, "pause ");
}

TEST_F(AsyncViews, AServerThatSaysNothingMoreIsGivenUpButNotWhileItIsPaused) {
    const auto view = asked({.timeout = 10s});
    transport.pass(9s);
    head();
    transport.pass(9s);
    body(R"({"rows":[{"key":1},)");
    view->pause();
    transport.pass(1h);
    EXPECT_EQ(taken(), "1 | ");
    view->resume();
    transport.pass(9s);
    EXPECT_EQ(taken(), "");
    transport.pass(1s);
    EXPECT_EQ(view->failure.rc(), errc::timed_out);
    EXPECT_THAT(view->failure.detail().cause, testing::HasSubstr("stopped sending"));
}

TEST_F(AsyncViews, CancelledItClosesTheRequestAndSaysNothing) {
    for (const bool in_a_call : {false, true}) {
        auto view = asked();
        head();
        if (in_a_call) view->at_rows = [&] { std::exchange(view, nullptr)->cancel(); };
        body(R"({"rows":[{"key":1},{"k)");
        if (!in_a_call) std::exchange(view, nullptr)->cancel();
        EXPECT_EQ(taken(), "1 | gone ");
        EXPECT_EQ(transport.running, 0);
        EXPECT_THAT(transport.users, IsEmpty());
    }
}

TEST_F(AsyncViews, WhenTheConnectionIsOverSoIsTheView) {
    const auto view = asked();
    transport.end();
    EXPECT_EQ(view->failure.rc(), errc::connection_closed);
}

TEST_F(AsyncViews, WhatAUserThrowsIsAnErrorIfItIsOneAndElseReported) {
    const auto view = asked();
    head();
    view->at_rows = [] { throw std::runtime_error{"x"}; };
    body(R"({"rows":[{"key":1},)");
    EXPECT_EQ(transport.unhandled, 1);
    view->at_rows = [] { throw OurException{Error{errc::not_found}}; };
    body(R"({"key":2},{"key":3)");
    EXPECT_EQ(taken(), "1 | 2 | error " + std::to_string(static_cast<int>(errc::not_found)) + ' ');

    const auto other = asked();
    head();
    other->at_end = [] { throw OurException{Error{errc::key_exists}}; };
    body(R"({"rows":[]})");
    end();
    EXPECT_EQ(taken(), "done error " + std::to_string(static_cast<int>(errc::key_exists)) + ' ');
    EXPECT_EQ(transport.unhandled, 2) << "what on_error() throws has nobody else to go to";
}

TEST_F(AsyncViews, IsAskedOnceAndWithoutDocuments) {
    const auto view = asked();
    EXPECT_EQ(start_view(view, transport, {}, {}).rc(), errc::already_queried);
    EXPECT_EQ(start_view(std::make_shared<View>(words), transport, {}, {.include_docs = true}).rc(),
              errc::argument);
    EXPECT_EQ(start_view(std::make_shared<View>(words), transport,
                         {.request = {.error = Error{errc::argument}}}, {})
                  .rc(),
              errc::argument);
}

TEST_F(AsyncViews, ANodeThatCannotBeAskedIsItsError) {
    transport.refusal = Error{errc::queue_full};
    const auto view = asked();
    EXPECT_EQ(view->failure.rc(), errc::queue_full);
}

}  // namespace
}  // namespace txcouchbase::views
