// SPDX-License-Identifier: Apache-2.0
#include "protocol/dns_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "protocol/append.hpp"

namespace txcouchbase::protocol {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view service = "_couchbase._tcp.db.example.com";
constexpr std::uint16_t id = 0x1234;
constexpr std::size_t flags_at = 2;
constexpr std::size_t answers_at = 6;
/// Where the name stands in the question, as a pointer says it.
const std::string the_name{"\xc0\x0c", 2};

std::string name_of(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::string_view label = text.substr(0, text.find('.'));
        out += static_cast<char>(label.size());
        out += label;
        text.remove_prefix(std::min(label.size() + 1, text.size()));
    }
    return out + '\0';
}

std::string record(const std::string& owner, std::uint16_t type, const std::string& data) {
    std::string out = owner;
    append_number(out, type);
    append_number(out, std::uint16_t{1});
    append_number(out, std::uint32_t{60});
    append_number(out, static_cast<std::uint16_t>(data.size()));
    return out + data;
}

std::string srv(std::uint16_t priority, std::uint16_t weight, std::uint16_t port, const std::string& target,
                const std::string& owner = the_name) {
    std::string data;
    append_number(data, priority);
    append_number(data, weight);
    append_number(data, port);
    return record(owner, 33, data + target);
}

/// The question, answered with these records.
std::string answer(const std::vector<std::string>& records, std::uint16_t flags = 0x8180) {
    std::string out = write_srv_question(service, id);
    out.resize(out.size() - 11);  // what it says of sizes
    store_be(out.data() + flags_at, flags);
    store_be(out.data() + answers_at, static_cast<std::uint16_t>(records.size()));
    store_be(out.data() + 10, std::uint16_t{0});
    for (const std::string& text : records) out += text;
    return out;
}

SrvReading read(const std::string& message) {
    return read_srv_answer(message, service, id);
}

TEST(DnsMessage, AQuestionAsksForTheServiceAndSaysHowLargeAnAnswerMayBe) {
    const std::string question = write_srv_question("_x._tcp.a", 0xabcd);
    EXPECT_EQ(question, std::string("\xab\xcd\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01"
                                    "\x02_x\x04_tcp\x01"
                                    "a\x00\x00\x21\x00\x01"
                                    "\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00",
                                    12 + 11 + 4 + 11));
}

TEST(DnsMessage, WhatIsNoNameIsNotAskedFor) {
    for (const std::string& name : {std::string{}, std::string{"a..b"}, std::string{"a."}, std::string{".a"},
                                    std::string{"a b"}, std::string(64, 'a'), "a." + std::string(252, 'b')})
        EXPECT_EQ(write_srv_question(name, 1), "") << name;
    EXPECT_NE(write_srv_question(std::string(63, 'a'), 1), "");
}

TEST(DnsMessage, RecordsAreReadWithTheirTargetsWithoutTheLastDot) {
    const SrvReading answered = read(answer(
        {srv(1, 2, 11210, name_of("n1.example.com")), srv(3, 4, 11211, std::string("\x02n2\xc0\x1f", 5))}));
    EXPECT_EQ(answered.reading, DnsReading::records);
    EXPECT_THAT(answered.records, ElementsAre(SrvRecord{"n1.example.com", 11210, 1, 2},
                                              SrvRecord{"n2.example.com", 11211, 3, 4}));
}

TEST(DnsMessage, AnAliasIsFollowed) {
    const std::string alias = name_of("_couchbase._tcp.other.org");
    const SrvReading answered = read(answer(
        {record(the_name, 5, alias), srv(0, 0, 1, name_of("stranger")), srv(0, 0, 2, name_of("n"), alias)}));
    EXPECT_THAT(answered.records, ElementsAre(SrvRecord{"n", 2, 0, 0}));
}

TEST(DnsMessage, RecordsOfOthersAreNotOurs) {
    const SrvReading answered = read(answer({srv(0, 0, 1, name_of("n"), name_of("_couchbase._tcp.evil.org")),
                                             record(the_name, 1, "\x7f\x01\x01\x01")}));
    EXPECT_EQ(answered.reading, DnsReading::none);
    EXPECT_THAT(answered.records, IsEmpty());
}

TEST(DnsMessage, ATargetOfTheRootOrAPortOfZeroIsNoHost) {
    EXPECT_EQ(read(answer({srv(0, 0, 11210, name_of(""))})).reading, DnsReading::none);
    EXPECT_EQ(read(answer({srv(0, 0, 0, name_of("n"))})).reading, DnsReading::none);
}

TEST(DnsMessage, AServiceThatIsNotThereIsAnAnswerAndAFailureIsNone) {
    EXPECT_EQ(read(answer({}, 0x8183)).reading, DnsReading::none);
    EXPECT_EQ(read(answer({}, 0x8380)).reading, DnsReading::cut_off);
    const std::string host = srv(0, 0, 1, name_of("n"));
    for (const int failure : {0x8181, 0x8182, 0x8185}) {
        const SrvReading failed = read(answer({host}, static_cast<std::uint16_t>(failure)));
        EXPECT_EQ(failed.reading, DnsReading::useless) << failure;
    }
}

TEST(DnsMessage, WhatDoesNotAnswerThisQuestionIsForeign) {
    const std::string good = answer({srv(0, 0, 1, name_of("n"))});
    EXPECT_EQ(read_srv_answer(good, service, id + 1).reading, DnsReading::foreign);
    EXPECT_EQ(read_srv_answer(good, "_couchbases._tcp.db.example.com", id).reading, DnsReading::foreign);
    EXPECT_EQ(read(write_srv_question(service, id)).reading, DnsReading::foreign) << "a question";
    std::string other_type = good;
    other_type[12 + service.size() + 3] = 1;
    EXPECT_EQ(read(other_type).reading, DnsReading::foreign);
}

TEST(DnsMessage, NamesAreTheSameInAnyCase) {
    const std::string good = answer({srv(0, 0, 1, name_of("n"))});
    EXPECT_EQ(read_srv_answer(good, "_COUCHBASE._tcp.DB.example.com", id).reading, DnsReading::records);
}

TEST(DnsMessage, CutShortAnywhereItHasNoRecords) {
    const std::string good = answer({srv(0, 0, 1, name_of("n1.example.com")), srv(0, 0, 2, the_name)});
    for (std::size_t size = 0; size < good.size(); ++size) {
        const SrvReading cut = read(good.substr(0, size));
        EXPECT_NE(cut.reading, DnsReading::records) << size;
    }
}

TEST(DnsMessage, ALieInALengthIsUseless) {
    for (const int lie : {-1, 1}) {
        std::string text = srv(0, 0, 1, name_of("n"));
        text[11] = static_cast<char>(text[11] + lie);
        EXPECT_EQ(read(answer({text, srv(0, 0, 2, name_of("m"))})).reading, DnsReading::useless) << lie;
    }
    std::string more = answer({srv(0, 0, 1, name_of("n"))});
    store_be(more.data() + answers_at, std::uint16_t{2});
    EXPECT_EQ(read(more).reading, DnsReading::useless);
}

TEST(DnsMessage, PointersThatDoNotLeadBackAreUseless) {
    const std::size_t target_at = answer({}).size() + 2 + 10 + 6;
    for (const std::size_t to : {target_at, target_at + 1, std::size_t{0x3fff}}) {
        const std::string pointer{static_cast<char>(0xc0 | to >> 8), static_cast<char>(to)};
        EXPECT_EQ(read(answer({srv(0, 0, 1, pointer)})).reading, DnsReading::useless) << to;
    }
    EXPECT_EQ(read(answer({srv(0, 0, 1, "\x80")})).reading, DnsReading::useless)
        << "a label of no known kind";
}

TEST(DnsMessage, ATargetOfBytesThatNoHostHasIsUseless) {
    EXPECT_EQ(read(answer({srv(0, 0, 1, name_of("a/b"))})).reading, DnsReading::useless);
    EXPECT_EQ(read(answer({srv(0, 0, 1,
                               std::string("\x03"
                                           "a\0b\0",
                                           5))}))
                  .reading,
              DnsReading::useless);
}

TEST(DnsMessage, ANameLongerThanNamesAreIsUseless) {
    std::string label(63, 'a');
    std::string name;
    for (int i = 0; i < 4; ++i) name += '\x3f' + label;
    EXPECT_EQ(read(answer({srv(0, 0, 1, name + '\0')})).reading, DnsReading::useless);
}

TEST(DnsMessage, PrioritiesComeInTheirOrderAndWeightsAreDrawnByTheirShare) {
    std::minstd_rand random{1};
    std::map<std::string, int> first;
    for (int i = 0; i < 1'000; ++i) {
        const auto order = in_order_of_use(
            {{"last", 1, 2, 9}, {"heavy", 1, 1, 90}, {"light", 1, 1, 10}, {"none", 1, 1, 0}}, random);
        ASSERT_EQ(order.size(), 4U);
        EXPECT_EQ(order.back().target, "last");
        ++first[order.front().target];
    }
    EXPECT_GT(first["heavy"], 800);
    EXPECT_GT(first["light"], 50);
    EXPECT_LT(first["none"], 50);
    EXPECT_THAT(in_order_of_use({}, random), IsEmpty());
}

}  // namespace
}  // namespace txcouchbase::protocol
