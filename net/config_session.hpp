// A ConfigStream with its connections: hands on each cluster map that a host sends.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <optional>

#include "net/config_stream.hpp"
#include "net/http_session.hpp"

namespace txcouchbase::net {

/// Whoever wants the maps. May do anything to the session in these, destroying it included.
class ConfigOwner {
public:
    /// `from`: where it came from after all redirects; what `$HOST` in it stands for.
    virtual void on_map_text(ByteView json, const HttpOrigin& from) = 0;
    /// The stream is over. start() may try it elsewhere.
    virtual void on_stream_failed(const Error& error) = 0;

protected:
    ~ConfigOwner() = default;
};

/**
 * When:   the owner is called in turns of the host, never inside a function of this class.
 * Errors: those of HttpSession and ConfigStream. HttpTimes::answer is for the head of each answer: an owner who waits
 *         for a first map has a time of its own for that.
 * Cancel: stop() ends it without a word, from anywhere.
 */
class ConfigSession final : private HttpHandler {
public:
    /// `security`: for hosts that are asked over TLS, redirects included; without a context there are none. The name is
    /// that of the first host: another origin that a redirect leads to is verified by its own.
    ConfigSession(boost::asio::any_io_executor executor, SessionHost& host, ConfigOwner& owner,
                  ConfigStream stream, HttpTimes times, Security security = {});
    ConfigSession(const ConfigSession&) = delete;
    ConfigSession& operator=(const ConfigSession&) = delete;
    ~ConfigSession() { drop(); }

    /// Streams from this host, and from no other any more. An error says why nothing was begun.
    Error start(HttpOrigin origin);
    /// For good.
    void stop() noexcept;

private:
    Error ask();
    void go_on(ConfigStream::Step step);
    void fail(Error error);
    void drop() noexcept;

    void on_http_head(const HttpHead& head) override { go_on(stream_.on_head(head)); }
    void on_http_body(ByteView piece) override;
    void on_http_end() override { go_on(stream_.on_end()); }
    void on_http_failed(const Error& error) override { fail(error); }

    boost::asio::any_io_executor executor_;  // until stop()
    SessionHost& host_;
    ConfigOwner& owner_;
    ConfigStream stream_;
    HttpTimes times_;
    Security security_;
    HttpOrigin first_;
    std::optional<HttpSession> http_;
    std::shared_ptr<unsigned> attempt_ = std::make_shared<unsigned>(0);
};

}  // namespace txcouchbase::net
