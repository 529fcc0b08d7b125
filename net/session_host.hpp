// What a session needs from above, and the pass that keeps its owner alive through Asio.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "net/deadline_wheel.hpp"

namespace txcouchbase::net {

class KvSession;

/**
 * The owner of sessions. A turn is one visit of the event loop: it begins with the only reading of the clock and
 * ends with at most one write per node, however many operations were issued in it.
 */
class SessionHost {
public:
    virtual TimePoint begin_turn() = 0;
    virtual void end_turn() = 0;

    /// The handshake is over; operations may flow.
    virtual void on_up(KvSession& session) = 0;
    /// The first attempt to connect failed. Later losses are the session's own business: it dials again.
    virtual void on_connect_failed(KvSession& session, const Error& error) = 0;
    // For a log. What a host does in these may end the session, as a callback may.

    /// An attempt to connect begins.
    virtual void on_dialling(KvSession&) {}
    /// What was up is down, or a later attempt has failed. Its operations do not know yet.
    virtual void on_lost(KvSession&, const Error&, bool /*was_up*/) {}
    /// The next attempt begins after this delay.
    virtual void on_redial(KvSession&, std::chrono::milliseconds) {}

    /// The event loop is destroyed: nothing will ever be called again. May be told more than once.
    virtual void on_loop_gone() noexcept = 0;

    virtual void retain() noexcept = 0;
    virtual void release() noexcept = 0;

protected:
    ~SessionHost() = default;
};

/// Travels inside a completion handler. While it does, the host lives; when it is destroyed without having arrived,
/// the event loop is gone.
class LoopPass {
public:
    explicit LoopPass(SessionHost& host) noexcept : host_(&host) { host.retain(); }
    LoopPass(LoopPass&& other) noexcept
        : host_(std::exchange(other.host_, nullptr)), arrived_(other.arrived_) {}
    LoopPass& operator=(LoopPass&&) = delete;
    ~LoopPass() {
        if (host_ == nullptr) return;
        if (!arrived_) host_->on_loop_gone();
        host_->release();
    }
    void arrive() noexcept { arrived_ = true; }

private:
    SessionHost* host_;
    bool arrived_ = false;
};

/// Wraps a handler so that the host outlives it and learns when it can never run.
template <class Handler>
auto through(SessionHost& host, Handler handler) {
    return [pass = LoopPass{host}, handler = std::move(handler)](auto&&... results) mutable {
        pass.arrive();
        handler(results...);
    };
}

}  // namespace txcouchbase::net
