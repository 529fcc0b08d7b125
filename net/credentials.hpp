// Who logs in, and with which password.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/secret.hpp"

namespace txcouchbase::net {

/// Shared by the sessions of a connection, which need it for every login: one copy, wiped when the last lets go of it.
struct Credentials {
    Credentials(protocol::ByteView user, protocol::ByteView secret, bool may_send_plain)
        : username{user}, password{secret}, allow_plain(may_send_plain) {}

    protocol::Secret username;
    protocol::Secret password;
    bool allow_plain;  ///< whether the password may travel in clear
};

}  // namespace txcouchbase::net
