// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/http_connection.hpp"

#include <utility>

#include "tests/cluster/rest/map_answers.hpp"

namespace txcouchbase::cluster {
namespace {

/// Between a stream's documents, a chunk of its own.
constexpr ByteView separator = "\n\n\n\n";
constexpr std::size_t max_waiting_input = RequestReader::max_header + RequestReader::max_body;
constexpr std::size_t max_answers = 4 * 1024 * 1024;

}  // namespace

void HttpConnection::on_bytes(ByteView bytes, Time /*now*/, std::string& out) {
    if (is_closing_) return;
    if (stream_) {
        if (!bytes.empty()) end_stream(out);
        return;
    }
    reader_.push(bytes);
    serve(out);
}

void HttpConnection::serve(std::string& out) {
    const std::size_t begin = out.size();
    while (!is_closing_ && !is_waiting_ && !stream_) {
        HttpRequest request;
        switch (reader_.next(request)) {
            case RequestReader::Outcome::need_more:
                if (reader_.take_expectation()) out += "HTTP/1.1 100 Continue\r\n\r\n";
                return;
            case RequestReader::Outcome::failed:
                manners_ = {.is_head = false, .keeps_alive = false};
                respond(unreadable(reader_.failure_status()), out);
                return;
            case RequestReader::Outcome::request:
                manners_ = {.is_head = request.is_head(),
                            .keeps_alive = request.keeps_alive && out.size() - begin < max_answers,
                            .takes_chunks = request.takes_chunks};
                run(request, out);
        }
    }
    if (stream_ && reader_.pending() > 0) end_stream(out);
    if (is_waiting_ && reader_.pending() > max_waiting_input) is_closing_ = true;
}

void HttpConnection::run(const HttpRequest& request, std::string& out) {
    has_served_ = true;
    Answer found = answer(node_, service_, request);
    if (const auto* response = std::get_if<HttpResponse>(&found))
        respond(*response, out);
    else if (auto* stream = std::get_if<MapStream>(&found))
        begin_stream(std::move(*stream), out);
    else
        ask_manager(request);
}

void HttpConnection::respond(const HttpResponse& response, std::string& out) {
    append_response(out, response, manners_.is_head ? Framing::none : Framing::length, manners_.keeps_alive);
    if (!manners_.keeps_alive) is_closing_ = true;
}

void HttpConnection::ask_manager(const HttpRequest& request) {
    is_waiting_ = true;
    requests_.push_back(
        {.id = ++last_request_, .method = request.method, .path = request.target, .body = request.body});
}

void HttpConnection::on_reply(ManagementReply reply, std::string& out) {
    if (is_closing_ || !is_waiting_ || reply.id != last_request_) return;
    is_waiting_ = false;
    respond({.status = reply.status,
             .content_type = std::move(reply.content_type),
             .body = std::move(reply.body)},
            out);
    serve(out);
}

void HttpConnection::begin_stream(MapStream of, std::string& out) {
    const bool is_chunked = manners_.takes_chunks;
    const HttpResponse head{.content_type = "application/json; charset=utf-8"};
    if (manners_.is_head) {
        respond(head, out);
        return;
    }
    // The end of a stream is the end of its connection: a client that speaks again has given up waiting.
    append_response(out, head, is_chunked ? Framing::chunked : Framing::by_close, false);
    stream_ = Stream{.of = std::move(of), .is_chunked = is_chunked};
    tell_map(out);
}

void HttpConnection::on_config(std::string_view bucket, std::string& out) {
    if (stream_ && !is_closing_ && stream_->of.bucket == bucket) tell_map(out);
}

void HttpConnection::tell_map(std::string& out) {
    std::optional<std::string> map = current_map(node_, stream_->of);
    if (!map) return end_stream(out);
    if (*map == stream_->told) return;
    append_piece(*map, out);
    append_piece(separator, out);
    stream_->told = *std::move(map);
}

void HttpConnection::append_piece(ByteView bytes, std::string& out) const {
    if (stream_->is_chunked)
        append_chunk(out, bytes);
    else
        out.append(bytes);
}

void HttpConnection::end_stream(std::string& out) {
    if (stream_->is_chunked) out += last_chunk;
    stream_.reset();
    is_closing_ = true;
}

}  // namespace txcouchbase::cluster
