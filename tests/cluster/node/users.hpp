// Who may log in to a node, and with what: verifiers made from passwords when they are first needed.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "protocol/bytes.hpp"
#include "protocol/scram_server.hpp"
#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

/**
 * Passwords of PLAIN and of HTTP's basic authentication are compared in constant time. SCRAM's verifiers cost a
 * PBKDF2 each, so they are made at a user's first login by each mechanism and kept until the user changes.
 */
class Users {
public:
    /// Random bytes: they salt, and make decoys for users who do not exist. To be set before the first login.
    void set_secret(std::string secret) { secret_ = std::move(secret); }

    /// Takes over the users of the state; verifiers of unchanged ones stay.
    void update(StatePtr state);

    /// Null when there is no such user or the password is not theirs.
    const UserInfo* log_in(std::string_view name, protocol::ByteView password) const;
    const UserInfo* find(std::string_view name) const;
    /// A decoy for a user who does not exist.
    protocol::ScramVerifier verifier(protocol::SaslMechanism mechanism, std::string_view name);

private:
    std::string secret_;
    StatePtr state_;
    std::map<std::pair<std::string, protocol::SaslMechanism>, protocol::ScramVerifier> verifiers_;
};

}  // namespace txcouchbase::cluster
