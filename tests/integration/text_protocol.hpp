// memcached's other protocol, lines of text: a second opinion on what the server holds.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <string>

#include "tests/integration/memcached.hpp"

namespace txcouchbase::test {

/// What the server answers to `request`, up to and with `last`.
inline std::string ask_in_text(const Memcached& server, const std::string& request,
                               const std::string& last = "\r\n") {
    boost::asio::io_context io{1};
    boost::asio::ip::tcp::socket socket{io};
    socket.connect({boost::asio::ip::address_v4::loopback(), server.port()});
    boost::asio::write(socket, boost::asio::buffer(request + "\r\n"));
    std::string answer;
    boost::asio::read_until(socket, boost::asio::dynamic_buffer(answer), last);
    return answer;
}

/// Stores a value with any flags, as a client of another make may have done.
inline void store_as_text(const Memcached& server, const std::string& key, const std::string& value,
                          std::uint32_t flags) {
    ask_in_text(server, "set " + key + ' ' + std::to_string(flags) + " 0 " + std::to_string(value.size()) +
                            "\r\n" + value);
}

/// The flags of a value in decimal.
inline std::string flags_of(const Memcached& server, const std::string& key) {
    const std::string answer = ask_in_text(server, "mg " + key + " f");
    return answer.substr(answer.find(" f") + 2, answer.find("\r\n") - answer.find(" f") - 2);
}

/// The seconds that a value has left; "-1" for ever.
inline std::string time_to_live(const Memcached& server, const std::string& key) {
    const std::string answer = ask_in_text(server, "mg " + key + " t");
    return answer.substr(answer.find(" t") + 2, answer.find("\r\n") - answer.find(" t") - 2);
}

}  // namespace txcouchbase::test
