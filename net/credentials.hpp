// Who logs in, with which password, and what was derived from it before.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "protocol/sasl.hpp"
#include "protocol/secret.hpp"

namespace txcouchbase::net {

/// Salted passwords of earlier logins: they depend on nothing that is new in a conversation, and take milliseconds.
class SaltedPasswords {
public:
    /// An empty digest when there is none.
    const protocol::Digest& find(protocol::SaslMechanism mechanism, protocol::ByteView salt,
                                 std::uint32_t iterations) const noexcept {
        static const protocol::Digest none;
        for (const Entry& entry : entries_)
            if (entry.mechanism == mechanism && entry.iterations == iterations && entry.salt == salt)
                return entry.digest;
        return none;
    }
    void put(protocol::SaslMechanism mechanism, protocol::ByteView salt, std::uint32_t iterations,
             const protocol::Digest& digest) {
        if (entries_.size() == most) entries_.pop_front();
        entries_.push_back({mechanism, iterations, std::string{salt}, digest});
    }

private:
    /// Nodes of a cluster share a user's salts; a server that changes them at every login gains nothing by it.
    static constexpr std::size_t most = 16;

    struct Entry {
        protocol::SaslMechanism mechanism;
        std::uint32_t iterations;
        std::string salt;
        protocol::Digest digest;
    };
    std::deque<Entry> entries_;
};

/// Shared by the sessions of a connection, which need it for every login: one copy, wiped when the last lets go of it.
struct Credentials {
    Credentials(protocol::ByteView user, protocol::ByteView secret, bool may_send_plain)
        : username{user}, password{secret}, allow_plain(may_send_plain) {}

    protocol::Secret username;
    protocol::Secret password;
    bool allow_plain;  ///< whether the password may travel in clear
    mutable SaltedPasswords salted = {};
};

}  // namespace txcouchbase::net
