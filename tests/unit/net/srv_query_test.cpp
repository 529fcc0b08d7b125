// SPDX-License-Identifier: Apache-2.0
#include "net/srv_query.hpp"

#include <gmock/gmock.h>

#include <boost/asio/write.hpp>

#include "protocol/append.hpp"
#include "tests/unit/net/http_fixture.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Udp = SrvQuery::Udp;

constexpr std::string_view service = "_couchbase._tcp.db";

/// Answers each question with what the test makes of it.
class Nameserver {
public:
    using Answer = std::function<std::vector<std::string>(std::string question)>;

    Nameserver(boost::asio::io_context& io, Answer answer)
        : socket_(io, {boost::asio::ip::address_v4::loopback(), 0}), answer_(std::move(answer)) {
        hear();
    }
    Udp::endpoint endpoint() const { return socket_.local_endpoint(); }
    int questions() const { return questions_; }

private:
    void hear() {
        socket_.async_receive_from(boost::asio::buffer(room_), from_,
                                   [this](const boost::system::error_code& ec, std::size_t got) {
                                       if (ec) return;
                                       ++questions_;
                                       for (const std::string& text : answer_(room_.substr(0, got)))
                                           socket_.send_to(boost::asio::buffer(text), from_);
                                       hear();
                                   });
    }

    Udp::socket socket_;
    Answer answer_;
    std::string room_ = std::string(2'048, '\0');
    Udp::endpoint from_;
    int questions_ = 0;
};

/// One record: host "n", this port.
std::string answered(std::string question, std::uint16_t port, std::uint16_t flags = 0x8180) {
    question.resize(12 + service.size() + 2 + 4);
    protocol::store_be(question.data() + 2, flags);
    protocol::store_be(question.data() + 6, std::uint16_t{1});
    protocol::store_be(question.data() + 10, std::uint16_t{0});
    question += std::string("\xc0\x0c\x00\x21\x00\x01\x00\x00\x00\x3c\x00\x09\x00\x00\x00\x00", 16);
    protocol::append_number(question, port);
    return question + std::string("\x01n\x00", 3);
}

class SrvQueryTest : public testing::Test {
protected:
    void ask(std::vector<Udp::endpoint> servers) {
        query.emplace(
            io->get_executor(), host, std::string{service},
            [this](std::vector<Address> hosts) {
                ++ends;
                for (const Address& each : hosts) found.push_back(net::node_name(each));
            },
            std::move(servers));
        query->start();
    }
    void run() {
        const auto end = std::chrono::steady_clock::now() + 8s;
        while (ends == 0 && io->run_one_until(end) != 0) {
        }
        EXPECT_EQ(ends, 1);
    }

    HttpHost host;
    std::optional<boost::asio::io_context> io{std::in_place};
    std::optional<SrvQuery> query;
    std::vector<std::string> found;
    int ends = 0;
};

TEST_F(SrvQueryTest, TheHostsOfTheAnswerAreFound) {
    Nameserver server(*io,
                      [](std::string question) { return std::vector{answered(std::move(question), 11210)}; });
    ask({server.endpoint()});
    run();
    EXPECT_THAT(found, ElementsAre("n:11210"));
    EXPECT_GT(host.turns(), 0);
}

TEST_F(SrvQueryTest, AnAnswerToAnotherQuestionIsPassedOver) {
    Nameserver server(*io, [](const std::string& question) {
        std::string forged = question;
        forged[1] = static_cast<char>(forged[1] + 1);
        return std::vector{answered(forged, 666), std::string{"x"}, answered(question, 11210)};
    });
    ask({server.endpoint()});
    run();
    EXPECT_THAT(found, ElementsAre("n:11210"));
}

TEST_F(SrvQueryTest, AServerThatFailsOrIsNotThereIsFollowedByTheNext) {
    Udp::endpoint nobody;
    {
        const Udp::socket gone(*io, {boost::asio::ip::address_v4::loopback(), 0});
        nobody = gone.local_endpoint();
    }
    Nameserver failing(
        *io, [](std::string question) { return std::vector{answered(std::move(question), 666, 0x8182)}; });
    Nameserver cut(
        *io, [](std::string question) { return std::vector{answered(std::move(question), 666, 0x8380)}; });
    Nameserver good(*io, [](std::string question) { return std::vector{answered(std::move(question), 1)}; });
    ask({nobody, failing.endpoint(), cut.endpoint(), good.endpoint()});
    run();
    EXPECT_THAT(found, ElementsAre("n:1"));
}

/// Says by TCP what it is told, after the length.
class TcpNameserver {
public:
    using Tcp = boost::asio::ip::tcp;

    TcpNameserver(boost::asio::io_context& io, const Udp::endpoint& at, std::string length,
                  Nameserver::Answer answer)
        : acceptor_(io, {at.address(), at.port()}), peer_(io) {
        acceptor_.async_accept(
            peer_, [this, length = std::move(length), answer = std::move(answer)](auto failed) {
                if (failed) return;
                peer_.async_read_some(
                    boost::asio::buffer(room_), [this, length, answer](auto ec, std::size_t got) {
                        if (ec) return;
                        room_.resize(got);
                        const std::string said = answer(room_.substr(2)).at(0);
                        std::string message;
                        protocol::append_number(message, static_cast<std::uint16_t>(said.size()));
                        message = (length.empty() ? message : length) + said;
                        boost::system::error_code gone;
                        for (const char byte : message)
                            boost::asio::write(peer_, boost::asio::buffer(&byte, 1), gone);
                    });
            });
    }
    bool was_asked() const { return room_.size() < 2'048; }

private:
    Tcp::acceptor acceptor_;
    Tcp::socket peer_;
    std::string room_ = std::string(2'048, '\0');
};

class CutOff : public SrvQueryTest {
protected:
    Nameserver server{
        *io, [](std::string question) { return std::vector{answered(std::move(question), 666, 0x8380)}; }};
};

TEST_F(CutOff, WhatDoesNotFitIntoADatagramComesByTcp) {
    TcpNameserver tcp(*io, server.endpoint(), "",
                      [](std::string question) { return std::vector{answered(std::move(question), 7)}; });
    ask({server.endpoint()});
    run();
    EXPECT_THAT(found, ElementsAre("n:7"));
}

TEST_F(CutOff, WhereThatDoesNotComeTheNextServerIsAsked) {
    Nameserver good(*io, [](std::string question) { return std::vector{answered(std::move(question), 1)}; });
    // Cut off once more; another question's; less than the length says.
    for (const int lie : {0, 1, 2}) {
        found.clear();
        ends = 0;
        TcpNameserver tcp(*io, server.endpoint(), lie == 2 ? "\xff\xff" : "", [lie](std::string question) {
            if (lie == 1) question[1] = static_cast<char>(question[1] + 1);
            return std::vector{answered(std::move(question), 666, lie == 0 ? 0x8380 : 0x8180)};
        });
        ask({server.endpoint(), good.endpoint()});
        run();
        EXPECT_THAT(found, ElementsAre("n:1")) << lie;
        EXPECT_TRUE(tcp.was_asked());
    }
}

TEST_F(CutOff, WhileItIsAskedByTcpItMayBeStopped) {
    TcpNameserver tcp(*io, server.endpoint(), "", [this](std::string question) {
        query->stop();
        return std::vector{answered(std::move(question), 7)};
    });
    ask({server.endpoint()});
    while (!tcp.was_asked()) io->run_one();
    io->poll();
    EXPECT_EQ(ends, 0);
    EXPECT_EQ(host.references(), 0);
}

TEST_F(SrvQueryTest, AServerThatIsSilentHasItsShareOfTheTime) {
    Nameserver silent(*io, [](const std::string&) { return std::vector<std::string>{}; });
    Nameserver good(*io, [](std::string question) { return std::vector{answered(std::move(question), 1)}; });
    ask({silent.endpoint(), good.endpoint()});
    run();
    EXPECT_THAT(found, ElementsAre("n:1"));
    EXPECT_EQ(silent.questions(), 1);
}

TEST_F(SrvQueryTest, ANameThatIsNotThereIsTheEndOfIt) {
    Nameserver server(
        *io, [](std::string question) { return std::vector{answered(std::move(question), 666, 0x8183)}; });
    Nameserver other(*io, [](std::string question) { return std::vector{answered(std::move(question), 1)}; });
    ask({server.endpoint(), other.endpoint()});
    run();
    EXPECT_THAT(found, IsEmpty());
    EXPECT_EQ(other.questions(), 0);
}

TEST_F(SrvQueryTest, WithoutServersThereIsNothing) {
    ask({});
    EXPECT_EQ(ends, 1);
    EXPECT_THAT(found, IsEmpty());
}

TEST_F(SrvQueryTest, OnceStoppedItSaysNothing) {
    Nameserver server(*io, [this](std::string question) {
        query->stop();
        return std::vector{answered(std::move(question), 1)};
    });
    ask({server.endpoint()});
    while (server.questions() == 0) io->run_one();
    io->poll();
    EXPECT_EQ(ends, 0);
    EXPECT_EQ(host.references(), 0);
}

TEST_F(SrvQueryTest, WhenTheLoopGoesFirstItsHostIsTold) {
    host.at_loop_gone = [this] { query->stop(); };
    Udp::socket silent(*io, {boost::asio::ip::address_v4::loopback(), 0});
    ask({silent.local_endpoint()});
    silent.close();
    io.reset();
    EXPECT_TRUE(host.is_loop_gone());
    EXPECT_EQ(host.references(), 0);
}

}  // namespace
}  // namespace txcouchbase::net
