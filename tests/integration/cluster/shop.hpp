// Stands for code that is tested against the development cluster: it keeps orders, and asks node after node for them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "protocol/classic_requests.hpp"
#include "protocol/vbucket_hash.hpp"
#include "tests/integration/cluster/kv_client.hpp"

namespace txcouchbase::test {

class Shop {
public:
    Shop(const std::string& connection_string, std::string user, std::string password)
        : user_(std::move(user)), password_(std::move(password)) {
        for (std::size_t colon = connection_string.find(':', 12); colon != std::string::npos;
             colon = connection_string.find(':', colon + 1))
            ports_.push_back(static_cast<std::uint16_t>(std::stoi(connection_string.substr(colon + 1))));
    }

    void place_order(const std::string& name, const std::string& what) {
        ask_all(name, protocol::request::set(name, what));
    }
    std::string order(const std::string& name) { return ask_all(name, protocol::request::get(name)).value; }

private:
    /// The answer of the node that is in charge of the key.
    KvReply ask_all(const std::string& key, const protocol::Request& request) {
        for (const std::uint16_t port : ports_) try {
                KvClient node{port};
                node.say_hello();
                node.log_in(user_, password_);
                node.select_bucket("default");
                const KvReply reply = node.ask(request, protocol::vbucket_of(key, 64));
                if (reply.status == protocol::Status::success) return reply;
            } catch (const std::runtime_error&) {
                continue;  // a node that is gone
            }
        throw std::runtime_error{"no node has the order"};
    }

    std::string user_;
    std::string password_;
    std::vector<std::uint16_t> ports_;
};

}  // namespace txcouchbase::test
