// SPDX-License-Identifier: Apache-2.0
#include "protocol/connection_string.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocol/ip_address.hpp"

namespace txcouchbase::protocol {
namespace {

using enum ConnectionStringDefect;

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t max_text = 64 * 1024;
constexpr std::size_t max_hosts = 1024;
constexpr std::size_t max_host_name = 253;
constexpr std::uint16_t http_management_port = 8091;
constexpr std::uint16_t https_management_port = 18091;
constexpr std::array schemes{Scheme::couchbase, Scheme::couchbases, Scheme::http, Scheme::https,
                             Scheme::memcached};
constexpr std::array<std::string_view, 8> hints{"mcd",   "memcached", "mcds", "http",
                                                "https", "mccompat",  "cccp", "gcccp"};

bool speaks_kv(Scheme scheme) noexcept {
    return scheme == Scheme::couchbase || scheme == Scheme::couchbases;
}

bool is_control(char c) noexcept {
    return static_cast<std::uint8_t>(c) < 0x20 || c == 0x7f;
}

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_host_character(char c) noexcept {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

bool equal_but_case(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

/// The text up to the first of `separators`, which is taken off `rest` too. `found` is the separator, or NUL at the
/// end (the text itself holds no NUL by then).
struct Piece {
    std::string_view text;
    char found = '\0';
};
Piece take_until(std::string_view& rest, std::string_view separators) noexcept {
    const std::size_t end = rest.find_first_of(separators);
    const Piece piece{rest.substr(0, end), end == npos ? '\0' : rest[end]};
    rest.remove_prefix(end == npos ? rest.size() : end + 1);
    return piece;
}

/// Walks the text from left to right. Each step says whether it went well; one that did not has set error_. The pieces
/// they pass on are views into text_, so that an error finds its position.
class Parser {
public:
    explicit Parser(std::string_view text) noexcept : text_(text) {}

    std::variant<ConnectionString, ConnectionStringError> parse();

private:
    bool fail(ConnectionStringDefect defect, std::string_view where) noexcept {
        error_ = {defect, static_cast<std::size_t>(where.data() - text_.data())};
        return false;
    }

    bool check_text();
    bool read_scheme(std::string_view& rest);
    bool read_user(std::string_view& authority);
    bool read_hosts(std::string_view list);
    bool read_host(std::string_view text);
    bool read_name(std::string_view text, SeedHost& host);
    bool read_bracketed(std::string_view text, SeedHost& host);
    bool check_name(std::string_view text);
    bool read_port(std::string_view digits, SeedHost& host);
    bool settle_scheme();
    bool read_bucket(std::string_view text);
    bool read_parameters(std::string_view list);
    bool decode(std::string_view text, std::string& out);
    std::string dns_srv() const;

    std::string_view text_;
    bool scheme_is_written_ = false;
    std::string_view http_host_;  ///< the first host with a port of HTTP and no hint that this is meant
    ConnectionString out_;
    ConnectionStringError error_{};
};

std::variant<ConnectionString, ConnectionStringError> Parser::parse() {
    std::string_view rest = text_;
    if (!check_text() || !read_scheme(rest)) return error_;
    const Piece authority = take_until(rest, "/?");
    const Piece bucket = authority.found == '/' ? take_until(rest, "?") : Piece{{}, authority.found};

    std::string_view hosts = authority.text;
    if (!read_user(hosts) || !read_hosts(hosts) || !settle_scheme()) return error_;
    if (!read_bucket(bucket.text) || !read_parameters(rest)) return error_;
    return std::move(out_);
}

bool Parser::check_text() {
    if (text_.size() > max_text) return fail(text_too_long, text_.substr(max_text));
    const auto control = std::find_if(text_.begin(), text_.end(), is_control);
    if (control == text_.end()) return true;
    return fail(control_character, text_.substr(static_cast<std::size_t>(control - text_.begin())));
}

bool Parser::read_scheme(std::string_view& rest) {
    const std::size_t end = rest.find("://");
    // "://" may also stand in a parameter of a text that has no scheme.
    if (end == npos || rest.find_first_of("/?@,;[") < end) return true;
    const auto* scheme = std::find_if(schemes.begin(), schemes.end(), [&](Scheme candidate) {
        return equal_but_case(name(candidate), rest.substr(0, end));
    });
    if (scheme == schemes.end()) return fail(unknown_scheme, rest);
    out_.scheme = *scheme;
    scheme_is_written_ = true;
    rest.remove_prefix(end + 3);
    return true;
}

bool Parser::read_user(std::string_view& authority) {
    const std::size_t end = authority.find('@');
    if (end == npos) return true;
    const std::string_view user = authority.substr(0, end);
    if (const std::size_t colon = user.find(':'); colon != npos)
        return fail(password_in_text, user.substr(colon));
    authority.remove_prefix(end + 1);
    return decode(user, out_.user);
}

bool Parser::read_hosts(std::string_view list) {
    if (list.empty()) {
        out_.hosts.push_back({"localhost", std::nullopt, {}});
        return true;
    }
    while (true) {
        const Piece host = take_until(list, ",;");
        if (out_.hosts.size() == max_hosts) return fail(too_many_hosts, host.text);
        if (!read_host(host.text)) return false;
        if (host.found == '\0') break;
    }
    out_.dns_srv = dns_srv();
    return true;
}

bool Parser::read_host(std::string_view text) {
    std::string_view hint = text;
    const Piece address = take_until(hint, "=");
    SeedHost host;
    const bool ok =
        address.text.starts_with('[') ? read_bracketed(address.text, host) : read_name(address.text, host);
    if (!ok) return false;
    if (address.found == '=') {
        if (std::find(hints.begin(), hints.end(), hint) == hints.end()) return fail(unknown_hint, hint);
        host.hint = hint;
    } else if (host.port == http_management_port || host.port == https_management_port) {
        if (http_host_.empty()) http_host_ = text;
    }
    out_.hosts.push_back(std::move(host));
    return true;
}

bool Parser::read_name(std::string_view text, SeedHost& host) {
    if (is_ipv6(text)) {
        host.name = text;
        return true;
    }
    std::string_view port = text;
    const Piece written = take_until(port, ":");
    if (port.find(':') != npos) return fail(bad_address, text);
    if (!check_name(written.text)) return false;
    host.name = written.text;
    return written.found == '\0' || read_port(port, host);
}

bool Parser::read_bracketed(std::string_view text, SeedHost& host) {
    const std::size_t end = text.find(']');
    if (end == npos) return fail(unterminated_bracket, text);
    host.name = text.substr(1, end - 1);
    if (!is_ipv6(host.name)) return fail(bad_address, text.substr(1));
    const std::string_view port = text.substr(end + 1);
    if (port.empty()) return true;
    return port[0] == ':' ? read_port(port.substr(1), host) : fail(bad_address, port);
}

bool Parser::check_name(std::string_view text) {
    if (text.empty()) return fail(empty_host, text);
    const auto odd = std::find_if_not(text.begin(), text.end(), is_host_character);
    if (odd != text.end()) return fail(bad_host, text.substr(static_cast<std::size_t>(odd - text.begin())));
    const bool has_empty_label = text.starts_with('.') || text.find("..") != npos;
    return (text.size() <= max_host_name && !has_empty_label) || fail(bad_host, text);
}

bool Parser::read_port(std::string_view digits, SeedHost& host) {
    std::uint16_t port = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, port);
    if (error == std::errc::invalid_argument || stopped != end) return fail(bad_port, digits);
    if (error != std::errc{} || port == 0) return fail(port_out_of_range, digits);
    host.port = port;
    return true;
}

bool Parser::settle_scheme() {
    const bool only_http_ports = std::all_of(out_.hosts.begin(), out_.hosts.end(), [](const SeedHost& host) {
        return host.port.value_or(http_management_port) == http_management_port;
    });
    if (!scheme_is_written_ && !http_host_.empty() && only_http_ports) out_.scheme = Scheme::http;
    return !speaks_kv(out_.scheme) || http_host_.empty() || fail(http_port, http_host_);
}

bool Parser::read_bucket(std::string_view text) {
    if (const std::size_t slash = text.find('/'); slash != npos) return fail(bad_bucket, text.substr(slash));
    return decode(text, out_.bucket);
}

bool Parser::read_parameters(std::string_view list) {
    while (!list.empty()) {
        const Piece parameter = take_until(list, "&");
        std::string_view value = parameter.text;
        const Piece key = take_until(value, "=");
        if (key.text.empty() || key.found == '\0') return fail(bad_parameter, parameter.text);
        if (parameter.found == '&' && list.empty()) return fail(bad_parameter, list);
        auto& [name_out, value_out] = out_.parameters.emplace_back();
        if (!decode(key.text, name_out) || !decode(value, value_out)) return false;
    }
    return true;
}

bool Parser::decode(std::string_view text, std::string& out) {
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) return fail(bad_percent_escape, text.substr(i));
        const char c = static_cast<char>(high << 4 | low);
        // Neither a bucket nor an option has one, and a NUL would end a name early in somebody's C.
        if (is_control(c)) return fail(control_character, text.substr(i));
        out += c;
        i += 2;
    }
    return true;
}

std::string Parser::dns_srv() const {
    if (!scheme_is_written_ || !speaks_kv(out_.scheme) || out_.hosts.size() != 1) return {};
    const SeedHost& host = out_.hosts.front();
    if (host.port || is_ipv4(host.name) || is_ipv6(host.name)) return {};
    return "_" + std::string(name(out_.scheme)) + "._tcp." + host.name;
}

}  // namespace

std::string_view name(Scheme scheme) noexcept {
    switch (scheme) {
        case Scheme::couchbase: return "couchbase";
        case Scheme::couchbases: return "couchbases";
        case Scheme::http: return "http";
        case Scheme::https: return "https";
        case Scheme::memcached: return "memcached";
    }
    return "unknown";
}

std::uint16_t default_port(Scheme scheme) noexcept {
    switch (scheme) {
        case Scheme::couchbase: return 11210;
        case Scheme::couchbases: return 11207;
        case Scheme::http: return http_management_port;
        case Scheme::https: return https_management_port;
        case Scheme::memcached: return 11211;
    }
    return 0;
}

std::variant<ConnectionString, ConnectionStringError> parse_connection_string(std::string_view text) {
    return Parser{text}.parse();
}

}  // namespace txcouchbase::protocol
