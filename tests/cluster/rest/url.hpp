// Percent-escapes, paths and forms: the small grammar of URLs that management speaks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/bytes.hpp"

namespace txcouchbase::cluster {

using protocol::ByteView;

/// Names and values of a form or a query, decoded; of a name that comes twice the first counts, as in ns_server.
using Form = std::map<std::string, std::string, std::less<>>;

/// Nothing when a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(ByteView text);
/// `name=value&...`, where a plus is a space too; nothing when an escape is broken.
std::optional<Form> parse_form(ByteView text);

/// A request's target: "/pools//default/?uuid=1" is {"pools", "default"} and "uuid=1". ns_server does not mind
/// doubled and trailing slashes either.
struct Target {
    std::vector<std::string> segments = {};  ///< decoded
    ByteView query = {};                     ///< as it came, a view into the target
};
/// Nothing when it does not begin with a slash or an escape is broken.
std::optional<Target> parse_target(ByteView target);

}  // namespace txcouchbase::cluster
