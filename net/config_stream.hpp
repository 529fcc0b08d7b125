// The cluster maps of a bucket over HTTP, from one host that may send us to others: what to ask, and what came.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "net/document_splitter.hpp"
#include "net/http_machine.hpp"

namespace txcouchbase::net {

/**
 * Owns no connection; its driver (ConfigSession) does what it says.
 *
 *     start(origin)    the map is looked for there
 *     on_head(head)    of the answer
 *     put(bytes)       of its body, until it wants more
 *     on_end()         the answer is over, which a stream never is by itself
 *
 *     ask              open a connection to origin() and send request() there; the one of before is of no more use
 *     more             give it what comes next
 *     document         document() is a map's JSON, valid until the next call; put() the rest
 *     failed           error(), until the next start()
 *
 * It asks `/pools/default/bs/<bucket>`, which tells each map as soon as there is one, and where that is not known the
 * form of older servers, `/pools/default/bucketsStreaming/<bucket>`. It follows max_redirects redirects, though never
 * from TLS to the clear: what comes there could be anybody's map. The password follows to the same origin, and to
 * where `may_send_credentials` says so.
 *
 * Errors: auth_error (refused, or a password that may not travel), bucket_not_found, too_many_redirects, http with the
 *         status for any other answer, protocol_error for a document beyond protocol::max_map_size, connection_lost for
 *         a stream that ends.
 * Spec:   PROTOCOL 7.1.
 */
class ConfigStream {
public:
    enum class Step : std::uint8_t { ask, more, document, failed };
    /// Whether an origin that a redirect names is one of ours: a seed, or a node of the current map.
    using MaySendCredentials = std::function<bool(const HttpOrigin&)>;

    static constexpr int max_redirects = 3;

    /// Without credentials nothing is said of who asks.
    ConfigStream(std::string bucket, std::shared_ptr<const Credentials> credentials,
                 MaySendCredentials may_send_credentials);

    Step start(HttpOrigin origin);
    Step on_head(const HttpHead& head);
    Step put(ByteView& bytes);
    Step on_end();

    const HttpOrigin& origin() const noexcept { return origin_; }
    /// Shows what is of the stream, and is valid until its next step.
    HttpRequest request() const noexcept;
    ByteView document() const noexcept { return splitter_->document(); }
    const Error& error() const noexcept { return error_; }

private:
    Step follow(const HttpHead& head);
    Step ask_older_form();
    Step fail(errc code, std::string cause);
    Step fail_with(const HttpHead& head);

    std::string bucket_;
    std::shared_ptr<const Credentials> credentials_;
    MaySendCredentials may_send_credentials_;
    HttpOrigin origin_;
    std::string target_;
    bool sends_credentials_ = false;
    bool asked_older_form_ = false;
    int redirects_ = 0;
    std::optional<DocumentSplitter> splitter_;
    Error error_;
};

}  // namespace txcouchbase::net
