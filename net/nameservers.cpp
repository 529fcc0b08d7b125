// SPDX-License-Identifier: Apache-2.0
#include "net/nameservers.hpp"

#include <algorithm>

namespace txcouchbase::net {
namespace {

constexpr std::size_t most_servers = 3;
constexpr std::string_view blanks = " \t\r";

std::string_view take_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

}  // namespace

std::vector<std::string> read_nameservers(std::string_view resolv_conf) {
    std::vector<std::string> servers;
    while (!resolv_conf.empty() && servers.size() < most_servers) {
        std::string_view line = resolv_conf.substr(0, resolv_conf.find('\n'));
        resolv_conf.remove_prefix(std::min(line.size() + 1, resolv_conf.size()));
        if (take_word(line) != "nameserver") continue;
        if (const std::string_view address = take_word(line); !address.empty()) servers.emplace_back(address);
    }
    if (servers.empty()) servers.emplace_back("127.0.0.1");
    return servers;
}

}  // namespace txcouchbase::net
