// What an administrator reads about users, and everybody about themselves.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster/rest/routes.hpp"

namespace txcouchbase::cluster {

Answer who_am_i(const Call& call);
Answer user_list(const Call& call);
Answer one_user(const Call& call);
Answer role_list(const Call& call);

}  // namespace txcouchbase::cluster
