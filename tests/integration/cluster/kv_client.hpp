// A key-value client for tests of the development cluster: one connection, blocking, on the protocol room alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "protocol/request.hpp"
#include "protocol/sasl.hpp"
#include "protocol/status.hpp"
#include "tests/integration/cluster/socket_stream.hpp"

namespace txcouchbase::test {

struct KvReply {
    protocol::Opcode opcode = {};
    protocol::Status status = {};
    std::uint32_t opaque = 0;
    std::uint64_t cas = 0;
    std::string extras = {};
    std::string value = {};
};

class KvClient {
public:
    explicit KvClient(std::uint16_t port, const std::string& ca = {}) : stream_(port, ca) {}

    /// Sends and waits for the answer. std::runtime_error when the connection is closed instead.
    KvReply ask(const protocol::Request& request, std::uint16_t vbucket = 0);
    void send(const protocol::Request& request, std::uint16_t vbucket = 0);
    /// Nothing when the other end closed.
    std::optional<KvReply> receive();

    protocol::Status log_in(const std::string& user, const std::string& password,
                            protocol::SaslMechanism mechanism = protocol::SaslMechanism::plain);
    /// Agrees on XERROR, without which a server closes the connection rather than say what a client may not know.
    void say_hello();
    protocol::Status select_bucket(const std::string& bucket);
    /// In a bucket of 64 vBuckets.
    KvReply set(const std::string& key, const std::string& value);
    KvReply get(const std::string& key);

    SocketStream& stream() noexcept { return stream_; }

private:
    SocketStream stream_;
    std::string unread_ = {};
    std::uint32_t opaque_ = 0;
};

}  // namespace txcouchbase::test
