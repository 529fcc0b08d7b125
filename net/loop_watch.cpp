// SPDX-License-Identifier: Apache-2.0
#include "net/loop_watch.hpp"

#include <atomic>
#include <boost/asio/execution_context.hpp>
#include <utility>

namespace txcouchbase::net {

namespace asio = boost::asio;

/// A place among those to be told. Taken and left by any thread; freed only with the context.
struct WatchSeat {
    std::atomic<LoopWatch*> taken_by;
    WatchSeat* next;
};

namespace {

/// One per context. Seats are only ever added, and taken again once they are left: that needs no lock, and their
/// number is that of the hosts that lived at the same time.
class WatchService final : public asio::execution_context::service {
public:
    using key_type = WatchService;
    static inline asio::execution_context::id id;

    explicit WatchService(asio::execution_context& context) : service(context) {}
    WatchService(const WatchService&) = delete;
    WatchService& operator=(const WatchService&) = delete;
    ~WatchService() override {
        for (WatchSeat* seat = first_; seat != nullptr;) delete std::exchange(seat, seat->next);
    }

    WatchSeat* take(LoopWatch& watch) {
        for (WatchSeat* seat = first_; seat != nullptr; seat = seat->next) {
            LoopWatch* nobody = nullptr;
            if (seat->taken_by.compare_exchange_strong(nobody, &watch)) return seat;
        }
        auto* const seat = new WatchSeat{&watch, first_};
        while (!first_.compare_exchange_weak(seat->next, seat)) {
        }
        return seat;
    }

private:
    void shutdown() override {
        for (WatchSeat* seat = first_; seat != nullptr; seat = seat->next)
            if (LoopWatch* const watch = seat->taken_by.exchange(nullptr)) watch->end();
    }

    std::atomic<WatchSeat*> first_ = nullptr;
};

}  // namespace

LoopWatch::LoopWatch(const asio::any_io_executor& executor, SessionHost& host)
    : host_(host),
      seat_(asio::use_service<WatchService>(asio::query(executor, asio::execution::context)).take(*this)) {}

LoopWatch::~LoopWatch() {
    if (seat_ != nullptr) seat_->taken_by = nullptr;
}

void LoopWatch::end() noexcept {
    seat_ = nullptr;
    // Whoever is told may let go of the host, whose part this is.
    SessionHost& host = host_;
    host.retain();
    host.on_loop_gone();
    host.release();
}

}  // namespace txcouchbase::net
