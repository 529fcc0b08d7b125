// From the text that a connection is made with to the hosts it dials.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "protocol/connection_string.hpp"

namespace txcouchbase {

/**
 * Reads the connection string of a connection.
 *
 * Errors: InvalidError for a text that cannot be read, that is not for plain memcached, or that says something which a
 *         connection to memcached would have to ignore: a user, a bucket, an option. Names it, and its place.
 */
protocol::ConnectionString read_seeds(std::string_view text);

}  // namespace txcouchbase
