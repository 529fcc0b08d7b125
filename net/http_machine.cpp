// SPDX-License-Identifier: Apache-2.0
#include "net/http_machine.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>

namespace txcouchbase::net {

namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

constexpr std::string_view version = "HTTP/";

boost::beast::net::const_buffer as_buffer(ByteView bytes) noexcept {
    return {bytes.data(), bytes.size()};
}

}  // namespace

/// Beast's parser. It is given header blocks and chunk lines whole: of a part it could say less, or something else.
class HttpMachine::Parser final : public http::basic_parser<false> {
public:
    explicit Parser(HttpHead& head) : head_(head) {
        head_.fields.clear();
        header_limit(2 * max_head);  // the machine counts itself
        body_limit(boost::none);
    }

    ByteView piece;
    bool had_chunk = false;
    std::uint64_t chunk_left = 0;

private:
    using View = boost::beast::string_view;

    void on_request_impl(http::verb, View, View, int, error_code&) override {}
    void on_response_impl(int status, View, int, error_code&) override {
        head_.status = static_cast<unsigned>(status);
    }
    void on_field_impl(http::field, View name, View value, error_code&) override {
        if (is_header_over_) return;  // behind the body: of no meaning to us
        head_.fields.emplace_back(std::string{name.data(), name.size()},
                                  std::string{value.data(), value.size()});
    }
    void on_header_impl(error_code&) override { is_header_over_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(View body, error_code&) override {
        piece = {body.data(), body.size()};
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t size, View, error_code&) override { chunk_left = size; }
    std::size_t on_chunk_body_impl(std::uint64_t left, View body, error_code& ec) override {
        had_chunk = true;
        chunk_left = left - body.size();
        return on_body_impl(body, ec);
    }
    void on_finish_impl(error_code&) override {}

    HttpHead& head_;
    bool is_header_over_ = false;
};

ByteView HttpHead::field(ByteView name) const noexcept {
    for (const auto& [known, value] : fields)
        if (boost::beast::iequals(known, name)) return value;
    return {};
}

HttpMachine::HttpMachine(HttpOrigin origin) : origin_(std::move(origin)) {}

HttpMachine::~HttpMachine() {
    forget_request();
}

Error HttpMachine::start(const HttpRequest& request) {
    forget_request();
    if (Error error = write_request(request, origin_, out_)) return error;
    was_written_ = false;
    stage_ = Stage::head;
    line_.clear();
    head_ = {};
    head_room_ = max_head;
    error_ = {};
    return {};
}

void HttpMachine::sent(std::size_t count) noexcept {
    was_written_ = was_written_ || count != 0;
    sent_ += count;
    if (sent_ == out_.size()) forget_request();
}

void HttpMachine::forget_request() noexcept {
    protocol::wipe(out_.data(), out_.size());
    out_.clear();
    sent_ = 0;
}

ByteView HttpMachine::body() const noexcept {
    return parser_ ? parser_->piece : ByteView{};
}

bool HttpMachine::can_go_on() const noexcept {
    return stage_ == Stage::ended && parser_ && parser_->keep_alive() && out_.empty();
}

HttpEvent HttpMachine::put(ByteView& bytes) {
    switch (stage_) {
        case Stage::head: return put_head(bytes);
        case Stage::body: return put_body(bytes);
        case Stage::chunk_line:
        case Stage::trailer: return put_chunk_line(bytes);
        case Stage::ended: return HttpEvent::end;
        case Stage::failed: break;
    }
    return HttpEvent::failed;
}

bool HttpMachine::collect(ByteView& bytes, ByteView mark, std::size_t from, std::size_t limit) {
    const std::size_t known = line_.size();
    line_ += bytes.substr(0, limit - known);
    const std::size_t looked_at = known - std::min(known, mark.size() - 1);
    const std::size_t at = line_.find(mark, std::max(from, looked_at));
    if (at != std::string::npos) line_.resize(at + mark.size());
    bytes.remove_prefix(line_.size() - known);
    return at != std::string::npos;
}

bool HttpMachine::may_be_http() const noexcept {
    const ByteView start = ByteView{line_}.substr(0, version.size());
    return start.size() < version.size() || start == version;
}

HttpEvent HttpMachine::put_head(ByteView& bytes) {
    while (stage_ == Stage::head) {
        const bool is_whole = collect(bytes, "\r\n\r\n", 0, head_room_);
        if (!may_be_http()) return fail_as_foreign();
        if (!is_whole && line_.size() == head_room_)
            return fail(errc::protocol_error,
                        "the header of the answer is over " + std::to_string(max_head) + " bytes");
        if (!is_whole) return HttpEvent::need_bytes;
        if (const HttpEvent event = read_head(); event != HttpEvent::need_bytes) return event;
    }
    return HttpEvent::failed;
}

/// need_bytes: it was an interim answer.
HttpEvent HttpMachine::read_head() {
    parser_ = std::make_unique<Parser>(head_);
    error_code ec;
    const std::size_t count = parser_->put(as_buffer(line_), ec);
    if (ec) return fail(errc::protocol_error, "the answer's header is not HTTP: " + ec.message());
    if (count != line_.size() || head_.status < 100 || head_.status == 101)
        return fail(errc::protocol_error, "the answer's header is not HTTP of our kind");
    head_room_ -= line_.size();
    line_.clear();
    if (head_.status < 200) return HttpEvent::need_bytes;
    // A coding that nobody asked for: where its body ends is a guess.
    if (!parser_->chunked() && !head_.field("Transfer-Encoding").empty())
        return fail(errc::protocol_error, "the answer has a transfer encoding other than chunked");
    stage_ = parser_->is_done() ? Stage::ended : parser_->chunked() ? Stage::chunk_line : Stage::body;
    return HttpEvent::head;
}

HttpEvent HttpMachine::put_chunk_line(ByteView& bytes) {
    // Behind a chunk comes the end of its line, then the next size; behind the last size, fields that end as a header.
    const bool is_trailer = stage_ == Stage::trailer;
    const std::size_t limit = is_trailer ? max_head : max_chunk_line;
    const bool is_whole = is_trailer ? collect(bytes, "\r\n\r\n", 0, limit)
                                     : collect(bytes, "\r\n", parser_->had_chunk ? 2 : 0, limit);
    if (!is_whole && line_.size() >= limit)
        return fail(errc::protocol_error,
                    "the line before a chunk is over " + std::to_string(limit) + " bytes");
    if (!is_whole) return HttpEvent::need_bytes;
    error_code ec;
    parser_->put(as_buffer(line_), ec);
    if (ec == http::error::need_more && !is_trailer) {  // it was the last size
        stage_ = Stage::trailer;
        return put_chunk_line(bytes);
    }
    if (ec) return fail(errc::protocol_error, "the answer's chunks are broken: " + ec.message());
    line_.clear();
    stage_ = parser_->is_done() ? Stage::ended : Stage::body;
    return put(bytes);
}

HttpEvent HttpMachine::put_body(ByteView& bytes) {
    if (bytes.empty()) return HttpEvent::need_bytes;
    error_code ec;
    bytes.remove_prefix(parser_->put(as_buffer(bytes), ec));
    if (ec) return fail(errc::protocol_error, "the answer's body is broken: " + ec.message());
    if (parser_->is_done())
        stage_ = Stage::ended;
    else if (parser_->chunked() && parser_->chunk_left == 0)
        stage_ = Stage::chunk_line;
    return HttpEvent::body;
}

HttpEvent HttpMachine::on_eof() {
    if (stage_ == Stage::ended) return HttpEvent::end;
    if (stage_ == Stage::failed) return HttpEvent::failed;
    if (stage_ == Stage::body && parser_->need_eof()) {
        stage_ = Stage::ended;
        return HttpEvent::end;
    }
    if (stage_ != Stage::head)
        return fail(errc::connection_lost, "the peer closed in the middle of its answer");
    if (line_.empty()) return fail(errc::connection_lost, "the peer closed before it answered");
    if (!version.starts_with(ByteView{line_}.substr(0, version.size()))) return fail_as_foreign();
    return fail(errc::connection_lost, "the peer closed in the middle of its answer's header");
}

HttpEvent HttpMachine::fail_as_foreign() {
    switch (static_cast<std::uint8_t>(line_.front())) {
        case 0x15: return fail(errc::protocol_error, "a TLS alert instead of HTTP: the peer expects TLS");
        case 0x16: return fail(errc::protocol_error, "a TLS handshake instead of HTTP");
        case 0x18:
        case 0x81:
        case 0x82: return fail(errc::protocol_error, "the peer speaks the memcached protocol, not HTTP");
        default: break;
    }
    if (line_.starts_with("ERROR"))
        return fail(errc::protocol_error, "the peer speaks the text protocol of memcached, not HTTP");
    return fail(errc::protocol_error, "the peer does not speak HTTP");
}

HttpEvent HttpMachine::fail(errc code, std::string cause) {
    stage_ = Stage::failed;
    forget_request();
    error_ =
        Error{code, {.node = origin_.authority(), .cause = std::move(cause), .was_written = was_written_}};
    return HttpEvent::failed;
}

}  // namespace txcouchbase::net
