// SPDX-License-Identifier: Apache-2.0
#include "net/http_request.hpp"

#include <algorithm>

#include "protocol/base64.hpp"

namespace txcouchbase::net {
namespace {

using protocol::Secret;

std::string_view name(HttpMethod method) noexcept {
    switch (method) {
        case HttpMethod::get: return "GET";
        case HttpMethod::post: return "POST";
        case HttpMethod::put: return "PUT";
        case HttpMethod::remove: return "DELETE";
    }
    return {};
}

/// The characters of a header's name (RFC 9110, 5.6.2).
bool is_token(ByteView text) noexcept {
    return !text.empty() && is_visible_ascii(text) &&
           text.find_first_of("\"(),/:;<=>?@[\\]{}") == ByteView::npos;
}

bool is_value(ByteView text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

/// What this file says itself: said twice, it could be understood in two ways.
bool is_ours(ByteView field) {
    std::string lower{field};
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    for (const ByteView own : {"host", "authorization", "content-length", "transfer-encoding", "connection"})
        if (lower == own) return true;
    return false;
}

Error refused(const HttpOrigin& origin, std::string cause) {
    return Error{errc::argument, {.node = origin.authority(), .cause = std::move(cause)}};
}

Error check(const HttpRequest& request, const HttpOrigin& origin) {
    if (origin.host.empty() || !is_visible_ascii(origin.host))
        return refused(origin, "a host with a space, a control byte or a byte beyond ASCII");
    if (!request.target.starts_with('/') || !is_visible_ascii(request.target))
        return refused(origin,
                       "a target with a space, a control byte or a byte beyond ASCII, or without its '/'");
    for (const HttpField& field : request.fields) {
        if (!is_token(field.name) || is_ours(field.name))
            return refused(origin,
                           "a header's name that HTTP does not allow, or that is not the caller's to set");
        if (!is_value(field.value))
            return refused(origin, "a header's value with a control byte or a byte beyond ASCII");
    }
    if (request.credentials == nullptr) return {};
    if (request.credentials->username.view().find(':') != ByteView::npos)
        return refused(origin, "basic authentication knows no user with a colon in the name");
    return may_travel(*request.credentials, origin) ? Error{} : refused_in_clear(origin);
}

/// User and password in base64, wiped with the request's pieces.
class BasicAuthorization {
public:
    explicit BasicAuthorization(const Credentials* credentials) {
        if (credentials == nullptr) return;
        const Secret pair{credentials->username.view(), ":", credentials->password.view()};
        encoded_ = protocol::base64_encode(pair.view());
    }
    BasicAuthorization(const BasicAuthorization&) = delete;
    BasicAuthorization& operator=(const BasicAuthorization&) = delete;
    ~BasicAuthorization() { protocol::wipe(encoded_.data(), encoded_.size()); }

    ByteView view() const noexcept { return encoded_; }

private:
    std::string encoded_;
};

}  // namespace

Error refused_in_clear(const HttpOrigin& origin) {
    return Error{errc::auth_error,
                 {.node = origin.authority(),
                  .cause = "HTTP without TLS shows the password to the network; allow_plain permits that"}};
}

Error write_request(const HttpRequest& request, const HttpOrigin& origin, std::string& out) {
    if (Error error = check(request, origin)) return error;
    const std::string authority = origin.authority();
    const std::string length = std::to_string(request.body.size());
    const BasicAuthorization basic{request.credentials};
    const bool has_body =
        !request.body.empty() || request.method == HttpMethod::post || request.method == HttpMethod::put;
    std::vector<ByteView> pieces = {name(request.method), " ", request.target,
                                    " HTTP/1.1\r\nHost: ", authority};
    const auto say = [&pieces](ByteView field, ByteView value) {
        pieces.insert(pieces.end(), {"\r\n", field, ": ", value});
    };
    if (!basic.view().empty()) pieces.insert(pieces.end(), {"\r\nAuthorization: Basic ", basic.view()});
    for (const HttpField& field : request.fields) say(field.name, field.value);
    if (has_body) say("Content-Length", length);
    pieces.insert(pieces.end(), {"\r\n\r\n", request.body});

    std::size_t size = out.size();
    for (const ByteView piece : pieces) size += piece.size();
    out.reserve(size);
    for (const ByteView piece : pieces) out += piece;
    return {};
}

}  // namespace txcouchbase::net
