// Tells a host that its event loop is being destroyed, even when nothing of the host's is in the loop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "net/session_host.hpp"

namespace txcouchbase::net {

struct WatchSeat;

/**
 * A LoopPass hears of the loop's end only by being in it. An idle host has none there, and would later post to an
 * executor that is gone; while it is watched, host.on_loop_gone() is called when the loop's context shuts down.
 *
 * Executor: hosts of several threads may share one context, as strands do, and be made and destroyed at the same time.
 *           The context itself is destroyed when no other thread uses it, as Asio demands.
 * Cost:     a walk over the context's other hosts when one is made; nothing afterwards.
 */
class LoopWatch {
public:
    LoopWatch(const boost::asio::any_io_executor& executor, SessionHost& host);
    LoopWatch(const LoopWatch&) = delete;
    LoopWatch& operator=(const LoopWatch&) = delete;
    ~LoopWatch();

    /// The loop is gone: the last that is heard of it.
    void end() noexcept;

private:
    SessionHost& host_;
    WatchSeat* seat_;  // null once the loop is gone, and the seat with it
};

}  // namespace txcouchbase::net
