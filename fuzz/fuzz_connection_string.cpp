// Connection strings: a defect lies in the text and has its sentence; what was read, written out, reads the same.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "protocol/connection_string.hpp"

using namespace txcouchbase::protocol;
using namespace txcouchbase::fuzz;

static std::string in_full(const ConnectionString& read) {
    const auto escaped = [](char before, std::string_view text) {
        std::string out(before == '\0' ? 0 : 1, before);
        for (const char c : text) out += {'%', "0123456789abcdef"[c >> 4 & 15], "0123456789abcdef"[c & 15]};
        return out;
    };
    std::string out = std::string{name(read.scheme)} + "://" + escaped('\0', read.user) + '@';
    for (const SeedHost& host : read.hosts) {
        out += (host.name.find(':') == std::string::npos ? host.name : '[' + host.name + ']') +
               (host.port ? ':' + std::to_string(*host.port) : "");
        out += (host.hint.empty() ? "" : '=' + host.hint) + (&host == &read.hosts.back() ? '/' : ',');
    }
    out += escaped('\0', read.bucket);
    for (char before = '?'; const auto& [key, value] : read.parameters)
        out += escaped(std::exchange(before, '&'), key) + escaped('=', value);
    return out;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 16 * 1024) return 0;  // escaped it is three times as long, and 64 KiB are the most
    auto first = parse_connection_string(as_view(data, size));
    const auto* error = std::get_if<ConnectionStringError>(&first);
    property(error == nullptr || error->position <= size, "a defect has its place");
    if (error != nullptr) return 0;
    auto& read = std::get<ConnectionString>(first);
    auto second = parse_connection_string(in_full(read));
    property(std::holds_alternative<ConnectionString>(second), "what was read can be written");
    read.dns_srv = std::get<ConnectionString>(second).dns_srv;  // depends on how it was written
    property(first == second, "and then reads the same");
    return 0;
}
