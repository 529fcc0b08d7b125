// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/http_response.hpp"

#include <boost/beast/http/status.hpp>
#include <charconv>
#include <nlohmann/json.hpp>

namespace txcouchbase::cluster {
namespace {

std::string_view reason_of(unsigned status) {
    namespace http = boost::beast::http;
    const auto reason = http::obsolete_reason(http::int_to_status(status));
    return {reason.data(), reason.size()};
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

HttpResponse json_response(const nlohmann::ordered_json& document, unsigned status) {
    // Names of users and buckets are checked before they are stored; what a client sent may be repeated to it in an
    // error, and need not be UTF-8.
    using Handler = nlohmann::ordered_json::error_handler_t;
    return {.status = status, .body = document.dump(-1, ' ', false, Handler::replace)};
}

HttpResponse text_response(unsigned status, std::string text) {
    return {.status = status, .content_type = "text/plain", .body = std::move(text)};
}

HttpResponse unauthorized() {
    HttpResponse response = text_response(401, "");
    response.headers.emplace_back("WWW-Authenticate", R"(Basic realm="Couchbase Server Admin / REST")");
    return response;
}

HttpResponse forbidden(const std::string& permission) {
    return json_response({{"message", "Forbidden. User needs one of the following permissions"},
                          {"permissions", nlohmann::ordered_json::array({permission})}},
                         403);
}

HttpResponse not_found() {
    return text_response(404, "Requested resource not found.\r\n");
}

HttpResponse view_error(unsigned status, const std::string& error, const std::string& reason) {
    return json_response({{"error", error}, {"reason", reason}}, status);
}

HttpResponse unreadable(unsigned status) {
    return text_response(status, std::string{reason_of(status)} + ".\r\n");
}

void append_response(std::string& out, const HttpResponse& response, Framing framing, bool keeps_alive) {
    out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
    out.append(reason_of(response.status)).append("\r\n");
    append_header(out, "Server", "Couchbase Server");
    append_header(out, "Cache-Control", "no-cache,no-store,must-revalidate");
    for (const auto& [name, value] : response.headers) append_header(out, name, value);
    if (!response.content_type.empty()) append_header(out, "Content-Type", response.content_type);
    if (framing == Framing::chunked)
        append_header(out, "Transfer-Encoding", "chunked");
    else if (framing != Framing::by_close)
        append_header(out, "Content-Length", std::to_string(response.body.size()));
    if (!keeps_alive) append_header(out, "Connection", "close");
    out.append("\r\n");
    if (framing == Framing::length) out.append(response.body);
}

void append_chunk(std::string& out, ByteView bytes) {
    char size[16];
    const char* const end = std::to_chars(size, size + sizeof size, bytes.size(), 16).ptr;
    out.append(size, static_cast<std::size_t>(end - size)).append("\r\n").append(bytes).append("\r\n");
}

}  // namespace txcouchbase::cluster
