// HTTP's basic authentication against the users of a node.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster/node/users.hpp"

namespace txcouchbase::cluster {

using protocol::ByteView;

/// Null when the value of an Authorization header is not basic authentication or its user and password are wrong.
const UserInfo* authenticate(const Users& users, ByteView authorization);

}  // namespace txcouchbase::cluster
