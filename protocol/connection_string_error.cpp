// SPDX-License-Identifier: Apache-2.0
#include "protocol/connection_string_error.hpp"

#include <array>

namespace txcouchbase::protocol {
namespace {

/// Name and sentence of each defect, in the order of the enumeration.
struct DefectText {
    std::string_view name;
    std::string_view sentence;
};
constexpr std::array<DefectText, 16> defect_texts{{
    {"text_too_long", "a connection string has at most 65,536 bytes"},
    {"control_character", "a connection string holds no control characters, escaped or not"},
    {"unknown_scheme", "the scheme is one of couchbase, couchbases, http, https and memcached"},
    {"password_in_text",
     "a password has no place in a connection string: pass it as an argument, and write a colon "
     "in a user name as %3A"},
    {"empty_host", "there is no host where one is expected"},
    {"bad_host", "a host name has letters, digits, '-', '_' and single dots, and at most 253 bytes"},
    {"unterminated_bracket", "the bracket of an IPv6 address is not closed"},
    {"bad_address", "this is not an IPv6 address, or its port needs the address in brackets"},
    {"bad_port", "a port is a number"},
    {"port_out_of_range", "a port is from 1 to 65535"},
    {"http_port",
     "8091 and 18091 are ports of the HTTP interface: use http:// or https://, or leave the port out"},
    {"unknown_hint",
     "the hint behind '=' is one of mcd, memcached, mcds, http, https, mccompat, cccp and gcccp"},
    {"too_many_hosts", "a connection string names at most 1,024 hosts"},
    {"bad_bucket", "a bucket name holds no '/' (a literal one is written %2F)"},
    {"bad_parameter", "parameters are written key=value, with '&' between them"},
    {"bad_percent_escape", "'%' is followed by two hexadecimal digits (a literal one is written %25)"},
}};

const DefectText& text_of(ConnectionStringDefect defect) noexcept {
    return defect_texts[static_cast<std::size_t>(defect)];
}

}  // namespace

std::string_view name(ConnectionStringDefect defect) noexcept {
    return text_of(defect).name;
}

std::string_view sentence(ConnectionStringDefect defect) noexcept {
    return text_of(defect).sentence;
}

}  // namespace txcouchbase::protocol
