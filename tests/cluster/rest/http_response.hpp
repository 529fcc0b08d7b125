// Answers of the REST port, in the words of the real server, and how they are written out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "protocol/bytes.hpp"

namespace txcouchbase::cluster {

using protocol::ByteView;

struct HttpResponse {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body = {};
    std::vector<std::pair<std::string, std::string>> headers = {};
};

HttpResponse json_response(const nlohmann::ordered_json& document, unsigned status = 200);
HttpResponse text_response(unsigned status, std::string text);
/// 401, with the realm that browsers and libraries ask their users about.
HttpResponse unauthorized();
/// 403; `permission` is spelled as ns_server does: "cluster.buckets!create".
HttpResponse forbidden(const std::string& permission);
/// 404, ns_server's one sentence for paths and buckets that do not exist.
HttpResponse not_found();
/// What a view service says when something is wrong: {"error": ..., "reason": ...}.
HttpResponse view_error(unsigned status, const std::string& error, const std::string& reason);
/// What ns_server says about requests that its HTTP library could not read: 400, 413, 431.
HttpResponse unreadable(unsigned status);

/// How the body is sent.
enum class Framing : std::uint8_t {
    length,    ///< with its length
    none,      ///< not at all: an answer to HEAD
    chunked,   ///< what follows is a stream of append_chunk, ended by last_chunk
    by_close,  ///< the same for HTTP/1.0, which has no chunks
};

void append_response(std::string& out, const HttpResponse& response, Framing framing, bool keeps_alive);
void append_chunk(std::string& out, ByteView bytes);
constexpr ByteView last_chunk = "0\r\n\r\n";

}  // namespace txcouchbase::cluster
