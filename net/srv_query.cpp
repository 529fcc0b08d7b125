// SPDX-License-Identifier: Apache-2.0
#include "net/srv_query.hpp"

#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fstream>
#include <iterator>
#include <random>

#include "net/nameservers.hpp"
#include "protocol/append.hpp"
#include "protocol/dns_message.hpp"

namespace txcouchbase::net {

namespace asio = boost::asio;
using protocol::DnsReading;

namespace {

constexpr std::uint16_t dns_port = 53;
constexpr std::size_t most_hosts = 255;
// Whoever floods us shall not keep the loop from everything else.
constexpr int reads_per_turn = 16;
constexpr std::size_t length_size = 2;

std::vector<Address> hosts_of(std::vector<protocol::SrvRecord> records) {
    std::minstd_rand random{std::random_device{}()};
    std::vector<Address> hosts;
    for (protocol::SrvRecord& record : protocol::in_order_of_use(std::move(records), random))
        if (hosts.size() < most_hosts) hosts.push_back({std::move(record.target), record.port});
    return hosts;
}

}  // namespace

SrvQuery::SrvQuery(asio::any_io_executor executor, SessionHost& host, std::string name, Done done,
                   std::vector<Udp::endpoint> servers)
    : executor_(std::move(executor)),
      host_(host),
      name_(std::move(name)),
      done_(std::move(done)),
      servers_(std::move(servers)) {}

std::vector<SrvQuery::Udp::endpoint> SrvQuery::system_servers() {
    std::ifstream file{"/etc/resolv.conf"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    std::vector<Udp::endpoint> servers;
    for (const std::string& server : read_nameservers(text)) {
        ErrorCode ec;
        const auto address = asio::ip::make_address(server, ec);
        if (!ec) servers.emplace_back(address, dns_port);
    }
    return servers;
}

template <class Handler>
auto SrvQuery::in_turn(Handler handler) {
    return through(host_, [this, current = attempt_, attempt = *attempt_,
                           handler = std::move(handler)](auto&&... results) mutable {
        if (attempt != *current) return;
        host_.begin_turn();
        handler(results...);
        host_.end_turn();
    });
}

void SrvQuery::start() {
    ask();
}

void SrvQuery::ask() {
    drop();
    while (next_server_ < servers_.size())
        if (send(servers_[next_server_++])) return wait();
    finish({});
}

// Each time from another port and with another number, which is all that keeps others from answering.
bool SrvQuery::send(const Udp::endpoint& server) {
    id_ = static_cast<std::uint16_t>(std::random_device{}());
    const std::string question = protocol::write_srv_question(name_, id_);
    if (question.empty()) return false;
    ErrorCode ec;
    socket_.emplace(executor_);
    socket_->open(server.protocol(), ec);
    if (!ec) socket_->non_blocking(true, ec);
    if (!ec) socket_->connect(server, ec);
    if (!ec) socket_->send(asio::buffer(question), 0, ec);
    return !ec;
}

void SrvQuery::wait() {
    timer_.emplace(executor_, patience / static_cast<std::chrono::milliseconds::rep>(servers_.size()));
    timer_->async_wait(in_turn([this](const ErrorCode& ec) {
        if (!ec) ask();
    }));
    read();
}

// Until what was asked for has come, or the time is over.
void SrvQuery::read() {
    std::array<char, protocol::max_dns_answer> room;  // NOLINT(*-member-init): filled by receive
    for (int i = 0; i < reads_per_turn; ++i) {
        ErrorCode ec;
        const std::size_t got = socket_->receive(asio::buffer(room), 0, ec);
        if (ec == asio::error::would_block) break;
        if (ec) return ask();
        if (take({room.data(), got}, true)) return;
    }
    socket_->async_wait(Udp::socket::wait_read, in_turn([this](const ErrorCode&) { read(); }));
}

bool SrvQuery::take(std::string_view answer, bool may_be_cut_off) {
    auto read = protocol::read_srv_answer(answer, name_, id_);
    if (read.reading == DnsReading::foreign) return false;
    if (read.reading == DnsReading::cut_off && may_be_cut_off)
        ask_by_tcp();
    else if (read.reading == DnsReading::records || read.reading == DnsReading::none)
        finish(hosts_of(std::move(read.records)));
    else
        ask();
    return true;
}

// In what is left of its time. Each message has its length before it.
void SrvQuery::ask_by_tcp() {
    const Udp::endpoint server = servers_[next_server_ - 1];
    socket_.reset();
    exchanged_ = std::make_shared<std::string>();
    const std::string question = protocol::write_srv_question(name_, id_);
    protocol::append_number(*exchanged_, static_cast<std::uint16_t>(question.size()));
    *exchanged_ += question;
    tcp_ = std::make_shared<Tcp::socket>(executor_);
    // What is written and read in steps keeps socket and bytes until its last step, whatever becomes of us.
    tcp_->async_connect({server.address(), server.port()}, in_turn([this](const ErrorCode& ec) {
                            if (ec) return ask();
                            asio::async_write(*tcp_, asio::buffer(*exchanged_),
                                              in_turn([this, socket = tcp_, bytes = exchanged_](
                                                          const ErrorCode& failed, std::size_t) {
                                                  failed ? ask() : read_by_tcp();
                                              }));
                        }));
}

void SrvQuery::read_by_tcp() {
    exchanged_->resize(length_size);
    const auto read = [this](auto then) {
        asio::async_read(*tcp_, asio::buffer(*exchanged_),
                         in_turn([this, socket = tcp_, bytes = exchanged_, then](
                                     const ErrorCode& ec, std::size_t) { ec ? ask() : then(); }));
    };
    read([this, read] {
        exchanged_->resize(protocol::load_be<std::uint16_t>(exchanged_->data()));
        read([this, bytes = exchanged_] {
            if (!take(*bytes, false)) ask();
        });
    });
}

void SrvQuery::finish(std::vector<Address> found) {
    drop();
    const Done done = std::move(done_);
    done(std::move(found));
}

void SrvQuery::stop() noexcept {
    drop();
    executor_ = nullptr;
}

void SrvQuery::drop() noexcept {
    ++*attempt_;
    socket_.reset();
    ErrorCode ignored;
    if (tcp_) tcp_->close(ignored);
    tcp_.reset();
    timer_.reset();
}

}  // namespace txcouchbase::net
