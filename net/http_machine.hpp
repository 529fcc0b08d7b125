// HTTP/1.1 on one connection as a machine: a request as bytes out, an answer from bytes in, in whatever pieces.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/http_request.hpp"

namespace txcouchbase::net {

/// What an answer begins with.
struct HttpHead {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> fields = {};  ///< in their order, names as they came

    /// The first of this name in any case; empty when there is none.
    ByteView field(ByteView name) const noexcept;
};

enum class HttpEvent : std::uint8_t {
    need_bytes,  ///< nothing is left of what was put
    head,        ///< head() is complete
    body,        ///< body() is the next piece
    end,         ///< the answer is complete; the next start() may come
    failed,      ///< error(), for good: the connection is of no more use
};

/**
 * One exchange after the other.
 *
 *     start(request)   unsent() is to be written; sent() says how much was
 *     put(bytes)       takes from the front of `bytes` what leads to the next event, and says which it is:
 *                      head, any number of body, end; again after each but end and failed
 *     on_eof()         the peer closed: end for a body that lasts until then, else failed
 *
 * Pausing is not calling put(): what was not taken stays with the caller, and is to be put first afterwards. What is
 * left at the end was said unasked, so that the connection must not be used again.
 *
 * Shape:    answers of HTTP/1.0 and 1.1 with a length, in chunks or until the connection closes; interim answers are
 *           skipped. The pieces of a body are as long as they came, never empty.
 * Lifetime: body() shows bytes of the last put().
 * Errors:   protocol_error for what is no HTTP, with a guess at what it is, and for what exceeds max_head or
 *           max_chunk_line; connection_lost for an answer that breaks off. However the bytes are cut, the same events
 *           follow, with the same bytes in them.
 * Cost:     bodies are not copied.
 */
class HttpMachine {
public:
    /// All header blocks of an answer together, and as much again for the fields behind a chunked body.
    static constexpr std::size_t max_head = 64 * 1024;
    /// A chunk's size with its extensions.
    static constexpr std::size_t max_chunk_line = 4 * 1024;

    explicit HttpMachine(HttpOrigin origin);
    HttpMachine(const HttpMachine&) = delete;
    HttpMachine& operator=(const HttpMachine&) = delete;
    ~HttpMachine();

    const HttpOrigin& origin() const noexcept { return origin_; }

    /// Begins an exchange on a connection that has none. An error is as write_request() says it, and nothing begins.
    Error start(const HttpRequest& request);
    ByteView unsent() const noexcept { return ByteView{out_}.substr(sent_); }
    /// The request is wiped as soon as all of it is sent.
    void sent(std::size_t count) noexcept;
    bool was_written() const noexcept { return was_written_; }

    HttpEvent put(ByteView& bytes);
    HttpEvent on_eof();
    /// The connection is dropped: what was not sent will not be, and is wiped.
    void forget_request() noexcept;

    const HttpHead& head() const noexcept { return head_; }
    ByteView body() const noexcept;
    const Error& error() const noexcept { return error_; }
    /// After `end`: whether the peer keeps the connection open for another exchange, and has read this one.
    bool can_go_on() const noexcept;

private:
    class Parser;
    enum class Stage : std::uint8_t { head, body, chunk_line, trailer, ended, failed };

    HttpEvent put_head(ByteView& bytes);
    HttpEvent read_head();
    HttpEvent put_chunk_line(ByteView& bytes);
    HttpEvent put_body(ByteView& bytes);
    /// Moves bytes behind those of line_, up to and with the first `mark` at or behind `from`. False: it did not come.
    bool collect(ByteView& bytes, ByteView mark, std::size_t from, std::size_t limit);
    /// False: what is in line_ does not begin as an answer does.
    bool may_be_http() const noexcept;
    HttpEvent fail(errc code, std::string cause);
    HttpEvent fail_as_foreign();

    HttpOrigin origin_;
    std::string out_;
    std::size_t sent_ = 0;
    bool was_written_ = false;
    Stage stage_ = Stage::ended;
    std::string line_;  // of the head or of a chunk, as far as it came
    std::size_t head_room_ = 0;
    std::unique_ptr<Parser> parser_;
    HttpHead head_;
    Error error_;
};

}  // namespace txcouchbase::net
