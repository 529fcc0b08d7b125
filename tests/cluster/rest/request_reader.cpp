// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/request_reader.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace txcouchbase::cluster {

namespace http = boost::beast::http;

struct RequestReader::Parser {
    Parser() {
        // Ours is exact and counts the request line; Beast's is per call and only has to be no smaller.
        message.header_limit(static_cast<std::uint32_t>(max_header) + 1);
        message.body_limit(max_body);
    }
    http::request_parser<http::string_body> message;
};

namespace {

unsigned status_of(const boost::system::error_code& error) {
    if (error == http::error::header_limit) return 431;
    if (error == http::error::body_limit) return 413;
    return 400;
}

std::string text(boost::beast::string_view view) {
    return {view.data(), view.size()};
}

HttpRequest taken(http::request<http::string_body>&& message) {
    return {.method = text(message.method_string()),
            .target = text(message.target()),
            .authorization = text(message[http::field::authorization]),
            .content_type = text(message[http::field::content_type]),
            .accept = text(message[http::field::accept]),
            .body = std::move(message.body()),
            .keeps_alive = message.keep_alive(),
            .takes_chunks = message.version() >= 11};
}

}  // namespace

RequestReader::RequestReader() : parser_(std::make_unique<Parser>()) {}
RequestReader::~RequestReader() = default;

void RequestReader::push(ByteView bytes) {
    if (failure_status_ != 0) return;
    buffer_.append(bytes);
}

RequestReader::Outcome RequestReader::next(HttpRequest& request) {
    if (failure_status_ != 0) return Outcome::failed;
    const Outcome outcome = read(request);
    // Kept until here, so that a buffer full of small requests is moved once, not once for each.
    if (outcome == Outcome::need_more) {
        buffer_.erase(0, consumed_);
        consumed_ = 0;
    }
    return outcome;
}

RequestReader::Outcome RequestReader::read(HttpRequest& request) {
    auto& message = parser_->message;
    while (!message.is_done()) {
        if (pending() == 0) return Outcome::need_more;
        const bool was_in_header = !message.is_header_done();
        boost::system::error_code error;
        const std::size_t used =
            message.put(boost::asio::const_buffer(buffer_.data() + consumed_, pending()), error);
        consumed_ += used;
        if (was_in_header) header_size_ += used;
        const bool needs_more = error == http::error::need_more;
        if (error && !needs_more) return fail(status_of(error));
        // What is left over here is the beginning of a line: of the header, of a chunk, of a trailer.
        const std::size_t line = needs_more ? pending() : 0;
        if ((was_in_header ? header_size_ : 0) + line > max_header) return fail(431);
        if (needs_more) return Outcome::need_more;
    }
    request = taken(message.release());
    parser_ = std::make_unique<Parser>();
    header_size_ = 0;
    was_told_to_continue_ = false;
    return Outcome::request;
}

RequestReader::Outcome RequestReader::fail(unsigned status) {
    failure_status_ = status;
    buffer_.clear();
    buffer_.shrink_to_fit();
    consumed_ = 0;
    return Outcome::failed;
}

bool RequestReader::take_expectation() noexcept {
    const auto& message = parser_->message;
    if (was_told_to_continue_ || failure_status_ != 0 || !message.is_header_done()) return false;
    was_told_to_continue_ = boost::beast::iequals(message.get()[http::field::expect], "100-continue");
    return was_told_to_continue_;
}

}  // namespace txcouchbase::cluster
