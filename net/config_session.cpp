// SPDX-License-Identifier: Apache-2.0
#include "net/config_session.hpp"

namespace txcouchbase::net {

ConfigSession::ConfigSession(boost::asio::any_io_executor executor, SessionHost& host, ConfigOwner& owner,
                             ConfigStream stream, HttpTimes times, Security security)
    : executor_(std::move(executor)),
      host_(host),
      owner_(owner),
      stream_(std::move(stream)),
      times_(times),
      security_(std::move(security)) {}

Error ConfigSession::start(HttpOrigin origin) {
    drop();
    first_ = origin;
    if (stream_.start(std::move(origin)) == ConfigStream::Step::failed) return stream_.error();
    return ask();
}

Error ConfigSession::ask() {
    HttpHandler& self = *this;
    Security security = security_;
    if (stream_.origin() != first_) security.host.clear();
    http_.emplace(executor_, host_, self, stream_.origin(), times_, std::move(security));
    Error error = http_->start(stream_.request());
    if (error) http_.reset();
    return error;
}

void ConfigSession::go_on(ConfigStream::Step step) {
    if (step == ConfigStream::Step::failed) return fail(stream_.error());
    if (step != ConfigStream::Step::ask) return;
    if (const Error error = ask()) fail(error);
}

// The owner may start anew, stop or destroy us with each map.
void ConfigSession::on_http_body(ByteView piece) {
    const std::shared_ptr<unsigned> current = attempt_;
    const unsigned attempt = *current;
    while (attempt == *current) {
        const ConfigStream::Step step = stream_.put(piece);
        if (step != ConfigStream::Step::document) return go_on(step);
        owner_.on_map_text(stream_.document(), stream_.origin());
    }
}

// By reference it might be the session's own, which goes.
void ConfigSession::fail(Error error) {  // NOLINT(performance-unnecessary-value-param)
    drop();
    owner_.on_stream_failed(error);
}

void ConfigSession::stop() noexcept {
    drop();
    executor_ = nullptr;
}

void ConfigSession::drop() noexcept {
    ++*attempt_;
    http_.reset();
}

}  // namespace txcouchbase::net
