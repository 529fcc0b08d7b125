// Asks nameservers for the hosts of a service, one server after the other.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/kv_session.hpp"
#include "net/session_host.hpp"

namespace txcouchbase::net {

/**
 * By UDP; where the answer does not fit into a datagram, by TCP from the same server.
 *
 * When:   `done` is called once, in a turn of the host or from within start(), unless stop() comes first: with the
 *         hosts in the order in which they are to be tried, or with none.
 * Errors: none: a server that is silent, fails or talks nonsense is passed over.
 */
class SrvQuery {
public:
    using Done = std::function<void(std::vector<Address>)>;
    using Udp = boost::asio::ip::udp;
    using Tcp = boost::asio::ip::tcp;

    /// How long all servers have, together.
    static constexpr std::chrono::milliseconds patience{500};

    SrvQuery(boost::asio::any_io_executor executor, SessionHost& host, std::string name, Done done,
             std::vector<Udp::endpoint> servers = system_servers());
    SrvQuery(const SrvQuery&) = delete;
    SrvQuery& operator=(const SrvQuery&) = delete;
    ~SrvQuery() { drop(); }

    void start();
    /// For good.
    void stop() noexcept;

    static std::vector<Udp::endpoint> system_servers();

private:
    using ErrorCode = boost::system::error_code;

    /// The next server; nothing is done when there is none any more.
    void ask();
    bool send(const Udp::endpoint& server);
    void wait();
    void read();
    void ask_by_tcp();
    void read_by_tcp();
    /// What came of an answer; false: it is none to this question.
    bool take(std::string_view answer, bool may_be_cut_off);
    void finish(std::vector<Address> found);
    void drop() noexcept;
    template <class Handler>
    auto in_turn(Handler handler);

    boost::asio::any_io_executor executor_;  // until stop()
    SessionHost& host_;
    std::string name_;
    Done done_;
    std::vector<Udp::endpoint> servers_;
    std::size_t next_server_ = 0;
    std::uint16_t id_ = 0;
    std::optional<Udp::socket> socket_;
    std::shared_ptr<Tcp::socket> tcp_;
    std::shared_ptr<std::string> exchanged_;  // by TCP: the question, then the answer
    std::optional<boost::asio::steady_timer> timer_;
    std::shared_ptr<unsigned> attempt_ = std::make_shared<unsigned>(0);
};

}  // namespace txcouchbase::net
