// Connections to HTTP servers that are kept and shared: each exchange gets one, or waits for one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "net/http_session.hpp"

namespace txcouchbase::net {

/// An HttpRequest in memory of its own, for it may have to wait.
struct HttpQuestion {
    HttpMethod method = HttpMethod::get;
    std::string target = {};
    std::vector<std::pair<std::string, std::string>> fields = {};
    std::string body = {};
    std::shared_ptr<const Credentials> credentials = {};
    /// Asking twice does no harm. A server may close a connection that is kept just when it is asked something; then
    /// it is asked once more, on a new one.
    bool may_repeat = true;
};

class HttpPool;

/// One exchange of somebody's, who is told of its course. Ends with its life, if it is not over by then.
class HttpExchange {
public:
    explicit HttpExchange(HttpHandler& handler) noexcept : handler_(handler) {}
    HttpExchange(const HttpExchange&) = delete;
    HttpExchange& operator=(const HttpExchange&) = delete;
    ~HttpExchange() { cancel(); }

    /// It waits for a connection, or is under way.
    bool is_running() const noexcept { return pool_ != nullptr; }
    void pause() noexcept;
    void resume();
    /// Without a word; the connection is closed.
    void cancel() noexcept;

private:
    friend class HttpPool;
    class Seat;

    HttpHandler& handler_;
    HttpPool* pool_ = nullptr;
    Seat* seat_ = nullptr;  // null: it waits
    HttpOrigin origin_;
    HttpQuestion question_;
    bool is_paused_ = false;
    bool was_repeated_ = false;
};

struct PoolLimits {
    std::size_t per_origin = 8;   ///< connections
    std::size_t waiting = 1'000;  ///< exchanges without one, of all origins
};

/**
 * When:     handlers are called in turns of the host, never inside a function of this class.
 * Order:    those that wait for the same origin are served in the order in which they came.
 * Errors:   those of HttpSession; queue_full when too many wait.
 * Lifetime: an exchange may outlive it, and then is over.
 */
class HttpPool {
public:
    HttpPool(boost::asio::any_io_executor executor, SessionHost& host, HttpTimes times,
             Security security = {}, PoolLimits limits = {});
    HttpPool(const HttpPool&) = delete;
    HttpPool& operator=(const HttpPool&) = delete;
    ~HttpPool();

    /// Begins `exchange`, which is not running. An error says why nothing was begun.
    Error begin(HttpExchange& exchange, HttpOrigin origin, HttpQuestion question);
    /// All of them end without a word; for good.
    void stop() noexcept;

    /// Those that have a connection or are about to.
    std::size_t connections() const noexcept;
    std::size_t waiting() const noexcept { return waiting_.size(); }

private:
    friend class HttpExchange;
    using Seat = HttpExchange::Seat;

    Seat* free_seat(const HttpOrigin& origin);
    Error queue(HttpExchange& exchange);
    void serve_next(Seat& seat);
    bool repeat(HttpExchange& exchange);
    void forget(HttpExchange& exchange) noexcept;
    void prune();

    boost::asio::any_io_executor executor_;  // until stop()
    SessionHost& host_;
    HttpTimes times_;
    Security security_;
    PoolLimits limits_;
    std::vector<std::unique_ptr<Seat>> seats_;
    std::deque<HttpExchange*> waiting_;
};

}  // namespace txcouchbase::net
