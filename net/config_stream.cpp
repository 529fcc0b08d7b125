// SPDX-License-Identifier: Apache-2.0
#include "net/config_stream.hpp"

#include "protocol/cluster_map_reader.hpp"

namespace txcouchbase::net {
namespace {

constexpr HttpField fields[] = {{"Accept", "application/json"}};

bool is_redirect(unsigned status) noexcept {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

ConfigStream::ConfigStream(std::string bucket, std::shared_ptr<const Credentials> credentials,
                           MaySendCredentials may_send_credentials)
    : bucket_(std::move(bucket)),
      credentials_(std::move(credentials)),
      may_send_credentials_(std::move(may_send_credentials)) {}

ConfigStream::Step ConfigStream::start(HttpOrigin origin) {
    origin_ = std::move(origin);
    target_ = "/pools/default/bs/" + percent_encoded(bucket_);
    asked_older_form_ = false;
    redirects_ = 0;
    error_ = {};
    splitter_.emplace(protocol::max_map_size);
    sends_credentials_ = credentials_ != nullptr;
    if (!sends_credentials_ || may_travel(*credentials_, origin_)) return Step::ask;
    error_ = refused_in_clear(origin_);
    return Step::failed;
}

HttpRequest ConfigStream::request() const noexcept {
    return {.target = target_,
            .fields = fields,
            .credentials = sends_credentials_ ? credentials_.get() : nullptr};
}

ConfigStream::Step ConfigStream::on_head(const HttpHead& head) {
    if (head.status == 200) return Step::more;
    if (is_redirect(head.status)) return follow(head);
    if (head.status == 401 || head.status == 403) {
        if (sends_credentials_ || !credentials_)
            return fail(errc::auth_error, "HTTP status " + std::to_string(head.status));
        return fail(errc::auth_error, "a redirect led to a host that is not to have the password");
    }
    if (head.status != 404) return fail_with(head);
    return asked_older_form_ ? fail(errc::bucket_not_found, "HTTP status 404") : ask_older_form();
}

ConfigStream::Step ConfigStream::ask_older_form() {
    asked_older_form_ = true;
    target_ = "/pools/default/bucketsStreaming/" + percent_encoded(bucket_);
    return Step::ask;
}

ConfigStream::Step ConfigStream::follow(const HttpHead& head) {
    if (redirects_++ == max_redirects)
        return fail(errc::too_many_redirects, "more than " + std::to_string(max_redirects) + " redirects");
    auto location = read_location(head.field("Location"), origin_);
    if (!location) return fail(errc::protocol_error, "a redirect to what is no HTTP address");
    const bool is_same_origin = location->origin == origin_;
    if (origin_.uses_tls && !location->origin.uses_tls)
        return fail(errc::protocol_error, "a redirect from https to http is not followed");
    origin_ = std::move(location->origin);
    target_ = std::move(location->target);
    if (!is_same_origin)
        sends_credentials_ = credentials_ && may_send_credentials_ && may_send_credentials_(origin_);
    return Step::ask;
}

ConfigStream::Step ConfigStream::put(ByteView& bytes) {
    switch (splitter_->put(bytes)) {
        case DocumentSplitter::Outcome::need_bytes: return Step::more;
        case DocumentSplitter::Outcome::document: return Step::document;
        case DocumentSplitter::Outcome::too_long: break;
    }
    return fail(errc::protocol_error,
                "a cluster map is over " + std::to_string(protocol::max_map_size) + " bytes");
}

ConfigStream::Step ConfigStream::on_end() {
    return fail(errc::connection_lost, "the server ended the stream of cluster maps");
}

ConfigStream::Step ConfigStream::fail_with(const HttpHead& head) {
    auto reply = std::make_shared<HttpReply>();
    reply->status = head.status;
    reply->headers = head.fields;
    error_ = Error{errc::http,
                   {.operation = "GET " + target_,
                    .node = origin_.authority(),
                    .cause = "HTTP status " + std::to_string(head.status),
                    .was_written = true,
                    .attachment = std::move(reply)}};
    return Step::failed;
}

ConfigStream::Step ConfigStream::fail(errc code, std::string cause) {
    error_ = Error{code,
                   {.operation = "GET " + target_,
                    .node = origin_.authority(),
                    .cause = std::move(cause),
                    .was_written = true}};
    return Step::failed;
}

}  // namespace txcouchbase::net
