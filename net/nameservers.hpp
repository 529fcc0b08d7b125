// The nameservers that the system's resolver asks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace txcouchbase::net {

/// The addresses of the first three "nameserver" lines of an /etc/resolv.conf; that of this machine, if there is none.
std::vector<std::string> read_nameservers(std::string_view resolv_conf);

}  // namespace txcouchbase::net
