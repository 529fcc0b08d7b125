// A client's machine and a server's end, connected by strings.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "net/tls_machine.hpp"
#include "tests/unit/net/tls_server_end.hpp"

namespace txcouchbase::net {

inline std::shared_ptr<const TlsContext> client_context(const TlsSettings& settings) {
    const TlsContext::Outcome outcome = TlsContext::make(settings);
    if (const Error* const error = std::get_if<Error>(&outcome)) throw std::runtime_error{error->message()};
    return std::get<0>(outcome);
}

/// That trusts test_authority().
inline const std::shared_ptr<const TlsContext>& client_context() {
    static const auto usual = client_context({.ca_pem = test_authority().certificate()});
    return usual;
}

class TlsPair {
public:
    explicit TlsPair(const std::string& host = "localhost", const ServerWishes& wishes = {},
                     const std::shared_ptr<const TlsContext>& context = client_context())
        : client(*context, host), server(wishes) {}

    /// Until both ends are up or one has failed. Bytes of the server arrive `piece` at a time.
    TlsMachine::Progress shake_hands(std::size_t piece = std::string::npos) {
        TlsMachine::Progress progress = client.handshake();
        while (progress == TlsMachine::Progress::wants_bytes) {
            pass_to_server();
            const std::string bytes = server.unsent();
            if (bytes.empty()) return progress;
            for (std::size_t i = 0; i < bytes.size(); i += piece < bytes.size() ? piece : bytes.size()) {
                EXPECT_EQ(put(ByteView{bytes}.substr(i, piece)), std::min(piece, bytes.size() - i));
                if (progress != TlsMachine::Progress::failed) progress = client.handshake();
            }
        }
        pass_to_server();
        return progress;
    }

    /// What the client has to say; what it says in clear.
    std::string pass_to_server() {
        const std::string bytes{client.unsent()};
        client.sent(bytes.size());
        return server.read(bytes);
    }

    /// How much the client took.
    std::size_t put(ByteView bytes) {
        const std::span<char> room = client.prepare();
        const std::size_t count = std::min(room.size(), bytes.size());
        if (count != 0) std::memcpy(room.data(), bytes.data(), count);
        client.commit(count);
        return count;
    }

    /// Reads what is there.
    std::string read(TlsMachine::ReadEnd end = TlsMachine::ReadEnd::wants_bytes,
                     std::size_t room_size = 4096) {
        std::string clear;
        std::string room(room_size, '\0');
        for (;;) {
            const TlsMachine::ReadOutcome outcome = client.read(room);
            clear.append(room, 0, outcome.count);
            if (outcome.end == TlsMachine::ReadEnd::full) continue;
            EXPECT_EQ(outcome.end, end) << words();
            return clear;
        }
    }

    /// What the server wrote, in clear, through the client.
    std::string pass_to_client() {
        std::string clear;
        const std::string bytes = server.unsent();
        for (std::size_t i = 0; i < bytes.size();) {
            i += put(ByteView{bytes}.substr(i));
            clear += read();
        }
        return clear;
    }

    std::string words() const { return client.error().detail().cause; }

    TlsMachine client;
    TlsServerEnd server;
};

}  // namespace txcouchbase::net
