// SPDX-License-Identifier: Apache-2.0
#include "client/explain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <txcouchbase/exceptions.hpp>

#include "protocol/opcode.hpp"
#include "protocol/status.hpp"

namespace txcouchbase {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const Timeline> share(Timeline timeline) {
    return std::make_shared<const Timeline>(std::move(timeline));
}

const Error never_written{errc::timed_out,
                          {.operation = "GET",
                           .key = "k",
                           .node = "127.0.0.1:11211",
                           .cause = "not sent in time: no connection (connection refused)",
                           .timeline = share({.timeout = 2500ms,
                                              .ended = 2500'113us,
                                              .queued_until = 12us,
                                              .socket = "connecting",
                                              .in_flight = 3})}};

const Error written{errc::timed_out,
                    {.operation = "SET",
                     .key = "key",
                     .node = "a:1",
                     .cause = "sent, but not answered in time",
                     .was_written = true,
                     .timeline = share({.timeout = 100ms,
                                        .ended = 101ms,
                                        .queued_until = 0us,
                                        .written_after = 40us,
                                        .written_before = 1'250us,
                                        .vbucket = 12,
                                        .map_revision = 4,
                                        .socket = "connected",
                                        .in_flight = 1})}};

const Error retried{
    make_error_code(protocol::Status::etmpfail, protocol::Opcode::set),
    {.operation = "SET",
     .key = "k",
     .node = "a:1",
     .server_text = "Temporary failure",
     .was_written = true,
     .timeline = share({.timeout = 50ms,
                        .ended = 48ms,
                        .queued_until = 0us,
                        .written_after = 31ms,
                        .retries = {{1ms, "ETMPFAIL"}, {11ms, "ETMPFAIL"}, {30ms, "ETMPFAIL"}},
                        .socket = "connected",
                        .in_flight = 7})}};

const Error bad_argument{errc::argument,
                         {.operation = "GET", .cause = "the key has 251 bytes, 250 is the most"}};

const Error lost{
    errc::connection_lost,
    {.operation = "DELETE",
     .key = "k",
     .node = "a:1",
     .cause = "the peer closed the connection",
     .was_written = true,
     .timeline = share({.ended = 7ms, .queued_until = 0us, .written_before = 2ms, .socket = "closed"})}};

TEST(Explain, ATimeoutBeforeTheRequestWasWritten) {
    EXPECT_EQ(explain(never_written),
              "ETIMEDOUT: no answer came before the deadline\n"
              "  outcome     the request was never sent, so the server has not executed it\n"
              "  operation   GET\n"
              "  key         \"k\" (1 byte)\n"
              "  node        127.0.0.1:11211\n"
              "  cause       not sent in time: no connection (connection refused)\n"
              "  timeout     2500.000 ms\n"
              "  socket      connecting\n"
              "  in flight   3 operations of this node\n"
              "        +0.000 ms  called\n"
              "        +0.012 ms  handed to the node\n"
              "     +2500.000 ms  deadline\n"
              "     +2500.113 ms  ended\n");
}

TEST(Explain, ATimeoutAfterIt) {
    EXPECT_EQ(explain(written),
              "ETIMEDOUT: no answer came before the deadline\n"
              "  outcome     the request was sent, so the server may have executed it\n"
              "  operation   SET\n"
              "  key         \"key\" (3 bytes)\n"
              "  node        a:1\n"
              "  cause       sent, but not answered in time\n"
              "  vBucket     12\n"
              "  cluster map revision 4\n"
              "  timeout     100.000 ms\n"
              "  socket      connected\n"
              "  in flight   1 operation of this node\n"
              "        +0.000 ms  called\n"
              "        +0.000 ms  handed to the node\n"
              "        +0.040 ms  written, at the latest at +1.250 ms\n"
              "      +100.000 ms  deadline\n"
              "      +101.000 ms  ended\n");
}

TEST(Explain, RetriesAndWhy) {
    EXPECT_EQ(explain(retried),
              "ETMPFAIL: the server cannot do it just now; try again later (server status ETMPFAIL)\n"
              "  outcome     the server answered\n"
              "  operation   SET\n"
              "  key         \"k\" (1 byte)\n"
              "  node        a:1\n"
              "  server says \"Temporary failure\"\n"
              "  timeout     50.000 ms\n"
              "  socket      connected\n"
              "  in flight   7 operations of this node\n"
              "        +0.000 ms  called\n"
              "        +0.000 ms  handed to the node\n"
              "        +1.000 ms  retried: ETMPFAIL\n"
              "       +11.000 ms  retried: ETMPFAIL\n"
              "       +30.000 ms  retried: ETMPFAIL\n"
              "       +31.000 ms  written, or later\n"
              "       +48.000 ms  ended\n");
}

TEST(Explain, AnArgumentThatTheCallRefused) {
    EXPECT_EQ(explain(bad_argument),
              "ARGUMENT: an argument is not acceptable\n"
              "  outcome     refused by the call: nothing was sent\n"
              "  operation   GET\n"
              "  cause       the key has 251 bytes, 250 is the most\n");
}

TEST(Explain, ALostConnection) {
    EXPECT_EQ(explain(lost),
              "CONNECTION_LOST: the connection was lost before an answer came; the operation may have been "
              "executed\n"
              "  outcome     the request was sent, so the server may have executed it\n"
              "  operation   DELETE\n"
              "  key         \"k\" (1 byte)\n"
              "  node        a:1\n"
              "  cause       the peer closed the connection\n"
              "  timeout     none\n"
              "  socket      closed\n"
              "        +0.000 ms  called\n"
              "        +0.000 ms  handed to the node\n"
              "        +2.000 ms  written, or earlier\n"
              "        +7.000 ms  ended\n");
}

TEST(Explain, WhatWasNeverHandedToANodeSaysSo) {
    const Error held{errc::cancelled, {.operation = "GET", .timeline = share({.ended = 1ms})}};
    EXPECT_EQ(explain(held),
              "CANCELLED: the operation was cancelled\n"
              "  outcome     the request was never sent, so the server has not executed it\n"
              "  operation   GET\n"
              "  timeout     none\n"
              "        +0.000 ms  called\n"
              "        +1.000 ms  ended\n"
              "  never handed to a node\n");
}

TEST(ExplainJson, ATimeoutBeforeTheRequestWasWritten) {
    EXPECT_EQ(explain_json(never_written),
              R"~({"error":"ETIMEDOUT","rc":23,"message":"no answer came before the deadline",)~"
              R"~("categories":["network","transient"],"outcome":"not_sent","is_ambiguous":false,)~"
              R"~("operation":"GET","key":"k","key_size":1,"node":"127.0.0.1:11211",)~"
              R"~("cause":"not sent in time: no connection (connection refused)","server_text":null,)~"
              R"~("inner_cause":null,"timeline":{"timeout_us":2500000,"queued_until_us":12,)~"
              R"~("written_after_us":null,"written_before_us":null,"retries":[],"ended_us":2500113,)~"
              R"~("vbucket":null,"map_revision":null,"socket":"connecting","in_flight":3}})~");
}

TEST(ExplainJson, ATimeoutAfterIt) {
    EXPECT_EQ(explain_json(written),
              R"~({"error":"ETIMEDOUT","rc":23,"message":"no answer came before the deadline",)~"
              R"~("categories":["network","transient"],"outcome":"may_have_executed","is_ambiguous":true,)~"
              R"~("operation":"SET","key":"key","key_size":3,"node":"a:1",)~"
              R"~("cause":"sent, but not answered in time","server_text":null,"inner_cause":null,)~"
              R"~("timeline":{"timeout_us":100000,"queued_until_us":0,"written_after_us":40,)~"
              R"~("written_before_us":1250,"retries":[],"ended_us":101000,"vbucket":12,"map_revision":4,)~"
              R"~("socket":"connected","in_flight":1}})~");
}

TEST(ExplainJson, RetriesAndWhy) {
    EXPECT_EQ(explain_json(retried),
              R"~({"error":"ETMPFAIL","rc":11,"message":"the server cannot do it just now; try again later )~"
              R"~((server status ETMPFAIL)","categories":["transient"],"outcome":"answered",)~"
              R"~("is_ambiguous":false,"operation":"SET","key":"k","key_size":1,"node":"a:1","cause":null,)~"
              R"~("server_text":"Temporary failure","inner_cause":null,"timeline":{"timeout_us":50000,)~"
              R"~("queued_until_us":0,"written_after_us":31000,"written_before_us":null,)~"
              R"~("retries":[{"at_us":1000,"reason":"ETMPFAIL"},{"at_us":11000,"reason":"ETMPFAIL"},)~"
              R"~({"at_us":30000,"reason":"ETMPFAIL"}],"ended_us":48000,"vbucket":null,"map_revision":null,)~"
              R"~("socket":"connected","in_flight":7}})~");
}

TEST(ExplainJson, AnArgumentThatTheCallRefused) {
    EXPECT_EQ(explain_json(bad_argument),
              R"~({"error":"ARGUMENT","rc":260,"message":"an argument is not acceptable",)~"
              R"~("categories":["input"],"outcome":"refused","is_ambiguous":false,"operation":"GET",)~"
              R"~("key":null,"key_size":0,"node":null,"cause":"the key has 251 bytes, 250 is the most",)~"
              R"~("server_text":null,"inner_cause":null,"timeline":null})~");
}

TEST(ExplainJson, ALostConnection) {
    EXPECT_EQ(explain_json(lost),
              R"~({"error":"CONNECTION_LOST","rc":262,"message":"the connection was lost before an answer )~"
              R"~(came; the operation may have been executed","categories":["network","transient"],)~"
              R"~("outcome":"may_have_executed","is_ambiguous":true,"operation":"DELETE","key":"k",)~"
              R"~("key_size":1,"node":"a:1","cause":"the peer closed the connection","server_text":null,)~"
              R"~("inner_cause":null,"timeline":{"timeout_us":null,"queued_until_us":0,)~"
              R"~("written_after_us":null,"written_before_us":2000,"retries":[],"ended_us":7000,)~"
              R"~("vbucket":null,"map_revision":null,"socket":"closed","in_flight":0}})~");
}

TEST(Explain, ForeignWordsDoNoHarmInTextAndInJson) {
    const std::string evil = "\x1b[2J\n\x7f\xc2\x9b\xff\"\\";
    const Error error{errc::value_format,
                      {.operation = evil,
                       .key = evil,
                       .node = evil,
                       .cause = evil,
                       .server_text = evil,
                       .inner_cause = std::make_exception_ptr(std::runtime_error(evil)),
                       .timeline = share({.retries = {{1ms, evil}}, .socket = evil})}};
    const std::string text = explain(error);
    EXPECT_NE(text.find(R"(key         "\x1b[2J\x0a\x7f\xc2\x9b\xff\"\\" (11 bytes))"), std::string::npos)
        << text;
    EXPECT_NE(text.find("inner cause \\x1b"), std::string::npos) << text;
    for (const std::string& shown : {text, explain_json(error), std::string{CouchbaseError{error}.what()}})
        EXPECT_TRUE(std::all_of(shown.begin(), shown.end(), [](char c) {
            return (c >= 0x20 && c < 0x7f) || c == '\n';
        })) << shown;
    const nlohmann::json read = nlohmann::json::parse(explain_json(error));
    EXPECT_EQ(read["key"], "\x1b[2J\n\x7f\xc2\x9b\xef\xbf\xbd\"\\")
        << "one byte that is no UTF-8 is replaced";
    EXPECT_EQ(read["key_size"], 11);
    EXPECT_EQ(read["timeline"]["retries"][0]["reason"], read["key"]);
}

TEST(Explain, EveryByteAsAKeyCanBeExplained) {
    for (int byte = 0; byte < 0x100; ++byte) {
        const Error error{errc::not_found, {.key = std::string(1, static_cast<char>(byte))}};
        EXPECT_FALSE(explain(error).empty());
        EXPECT_TRUE(nlohmann::json::accept(explain_json(error))) << byte;
    }
}

TEST(Explain, AnExceptionExplainsItsError) {
    const TimeoutError exception{written};
    EXPECT_EQ(exception.explain(), explain(written));
    EXPECT_EQ(exception.explain_json(), explain_json(written));
}

TEST(Explain, NoErrorIsExplainedToo) {
    EXPECT_EQ(explain(Error{}), "SUCCESS: Success\n  outcome     the server answered\n");
    EXPECT_EQ(nlohmann::json::parse(explain_json(Error{}))["rc"], 0);
}

TEST(FateOf, WithoutATimelineTheKindOfTheErrorTells) {
    EXPECT_EQ(fate_of(Error{errc::empty_key}), Fate::refused);
    EXPECT_EQ(fate_of(Error{errc::queue_full, {.operation = "GET"}}), Fate::refused);
    EXPECT_EQ(fate_of(Error{errc::not_supported}), Fate::refused);
    EXPECT_EQ(fate_of(Error{errc::value_format}), Fate::refused);
    EXPECT_EQ(fate_of(Error{errc::connect_error, {.node = "a:1"}}), Fate::connection);
    EXPECT_EQ(fate_of(Error{errc::auth_error, {.node = "a:1"}}), Fate::connection);
    EXPECT_EQ(fate_of(Error{errc::timed_out, {.operation = "GET"}}), Fate::not_sent);
    EXPECT_EQ(fate_of(Error{errc::cancelled}), Fate::not_sent);
    EXPECT_EQ(fate_of(Error{errc::cancelled, {.was_written = true}}), Fate::may_have_executed);
    EXPECT_EQ(fate_of(Error{errc::value_format, {.was_written = true}}), Fate::answered);
}

TEST(FateOf, EachHasANameAndASentence) {
    for (const Fate fate :
         {Fate::answered, Fate::may_have_executed, Fate::not_sent, Fate::refused, Fate::connection}) {
        EXPECT_FALSE(name(fate).empty());
        EXPECT_FALSE(sentence(fate).empty());
    }
}

}  // namespace
}  // namespace txcouchbase
