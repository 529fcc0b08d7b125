// Cuts a client's bytes into HTTP/1.1 requests with Beast's parser, which stays out of this header.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "protocol/bytes.hpp"
#include "tests/cluster/rest/http_request.hpp"

namespace txcouchbase::cluster {

using protocol::ByteView;

/**
 *     push(bytes); while (next(request) == RequestReader::Outcome::request) serve(request);
 *
 * Shape:  a header of at most 16 KiB (request line included), a body of at most 1 MiB, in any pieces, with a length
 *         or in chunks. What is pushed and not yet read is kept as it came; pending() tells how much that is.
 * Errors: failed is sticky; failure_status() is 400, 413 or 431.
 */
class RequestReader {
public:
    static constexpr std::size_t max_header = 16 * 1024;
    static constexpr std::size_t max_body = 1024 * 1024;
    enum class Outcome : std::uint8_t { need_more, request, failed };

    RequestReader();
    ~RequestReader();

    void push(ByteView bytes);
    Outcome next(HttpRequest& request);

    unsigned failure_status() const noexcept { return failure_status_; }
    /// Whether the client waits for a "100 Continue" before it sends the body; true once for each such request.
    bool take_expectation() noexcept;
    std::size_t pending() const noexcept { return buffer_.size() - consumed_; }

private:
    struct Parser;
    Outcome read(HttpRequest& request);
    Outcome fail(unsigned status);

    std::unique_ptr<Parser> parser_;
    std::string buffer_;
    std::size_t consumed_ = 0;     ///< of buffer_
    std::size_t header_size_ = 0;  ///< of the request under way, as far as it was read
    unsigned failure_status_ = 0;
    bool was_told_to_continue_ = false;
};

}  // namespace txcouchbase::cluster
