// What views need from above: a node, time, and a place for exceptions that nobody catches.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>
#include <memory>

#include "net/deadline_wheel.hpp"
#include "net/http_pool.hpp"

namespace txcouchbase::views {

/// A request that is under way. Its end ends it.
class ViewExchange {
public:
    virtual ~ViewExchange() = default;
    virtual void pause() = 0;
    virtual void resume() = 0;
};

/// Whoever runs a view. Is told when there can be no more of it.
class ViewUser {
public:
    /// The connection is over: no request will be answered any more.
    virtual void on_transport_over(const Error& error) = 0;

protected:
    ~ViewUser() = default;
};

class ViewTransport {
public:
    using AlarmId = std::uint64_t;

    /// `ready` comes from a later turn, once: with nothing when the connection is up, with its error when it failed.
    virtual void when_connected(std::function<void(const Error&)> ready) = 0;
    /// Begins an exchange with a node that serves views, at each call with the next one. An error says why none began.
    virtual Error begin(net::HttpQuestion question, net::HttpHandler& handler,
                        std::unique_ptr<ViewExchange>& exchange) = 0;
    /// Nodes that begin() may choose from.
    virtual std::size_t nodes() const = 0;
    /// From attach() to detach() it is told of the end.
    virtual void attach(ViewUser& user) = 0;
    virtual void detach(ViewUser& user) noexcept = 0;

    /// How long a view may be without a byte, where it does not say so itself.
    virtual net::Duration timeout() const = 0;
    virtual net::TimePoint now() const = 0;
    virtual AlarmId set_alarm(net::TimePoint at, std::function<void()> alarm) = 0;
    virtual void cancel_alarm(AlarmId id) noexcept = 0;
    /// What an exception of a user's says, if it is one of ours; no error if not.
    virtual Error error_of(const std::exception_ptr& exception) const = 0;
    virtual void report_unhandled(const std::exception_ptr& exception) noexcept = 0;

protected:
    ~ViewTransport() = default;
};

}  // namespace txcouchbase::views
