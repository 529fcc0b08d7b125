// SPDX-License-Identifier: Apache-2.0
#include "net/http_pool.hpp"

#include <algorithm>

#include "protocol/secret.hpp"

namespace txcouchbase::net {

namespace {

std::vector<HttpField> fields_of(const HttpQuestion& question) {
    std::vector<HttpField> fields;
    fields.reserve(question.fields.size());
    for (const auto& [name, value] : question.fields) fields.push_back({name, value});
    return fields;
}

HttpRequest request_of(const HttpQuestion& question, const std::vector<HttpField>& fields) {
    return {.method = question.method,
            .target = question.target,
            .fields = fields,
            .credentials = question.credentials.get(),
            .body = question.body};
}

}  // namespace

/// A connection, and who uses it.
class HttpExchange::Seat final : private HttpHandler {
public:
    Seat(HttpPool& pool, const HttpOrigin& origin)
        : pool_(pool), session_(pool.executor_, pool.host_, *this, origin, pool.times_, pool.security_) {}

    HttpSession& session() noexcept { return session_; }
    HttpExchange* user() const noexcept { return user_; }
    bool is_free() const noexcept { return user_ == nullptr; }
    bool was_kept() const noexcept { return was_kept_; }

    Error take(HttpExchange& exchange) {
        was_kept_ = session_.is_connected();
        const HttpQuestion& question = exchange.question_;
        const std::vector<HttpField> fields = fields_of(question);
        if (Error error = session_.start(request_of(question, fields))) return error;
        user_ = &exchange;
        exchange.seat_ = this;
        if (exchange.is_paused_) session_.pause();
        return {};
    }
    void leave() noexcept {
        user_->seat_ = nullptr;
        user_ = nullptr;
    }

private:
    void on_http_head(const HttpHead& head) override {
        user_->question_ = {};  // it will not be asked again
        user_->question_.may_repeat = false;
        user_->handler_.on_http_head(head);
    }
    void on_http_body(ByteView piece) override { user_->handler_.on_http_body(piece); }
    // The pool may take the seat away meanwhile, and the handler the pool.
    void on_http_end() override {
        HttpHandler& handler = release();
        handler.on_http_end();
    }
    void on_http_failed(const Error& error) override {
        HttpExchange& exchange = *user_;
        const bool may_repeat = was_kept_ && error.rc() == errc::connection_lost;
        if (may_repeat && pool_.repeat(exchange)) return;
        HttpHandler& handler = release();
        handler.on_http_failed(error);
    }
    HttpHandler& release() {
        HttpExchange& exchange = *user_;
        leave();
        exchange.pool_ = nullptr;
        pool_.serve_next(*this);
        return exchange.handler_;
    }

    HttpPool& pool_;
    HttpSession session_;
    HttpExchange* user_ = nullptr;
    bool was_kept_ = false;
};

void HttpExchange::pause() noexcept {
    is_paused_ = true;
    if (seat_ != nullptr) seat_->session().pause();
}

void HttpExchange::resume() {
    is_paused_ = false;
    if (seat_ != nullptr) seat_->session().resume();
}

void HttpExchange::cancel() noexcept {
    if (pool_ != nullptr) pool_->forget(*this);
}

HttpPool::HttpPool(boost::asio::any_io_executor executor, SessionHost& host, HttpTimes times,
                   Security security, PoolLimits limits)
    : executor_(std::move(executor)),
      host_(host),
      times_(times),
      security_(std::move(security)),
      limits_(limits) {}

HttpPool::~HttpPool() {
    stop();
}

Error HttpPool::begin(HttpExchange& exchange, HttpOrigin origin, HttpQuestion question) {
    exchange.origin_ = std::move(origin);
    exchange.question_ = std::move(question);
    exchange.is_paused_ = exchange.was_repeated_ = false;
    if (!executor_) return Error{errc::connection_closed, {.node = exchange.origin_.authority()}};
    if (Seat* const at = free_seat(exchange.origin_)) {
        if (Error error = at->take(exchange)) return error;
    } else if (Error error = queue(exchange)) {
        return error;
    }
    exchange.pool_ = this;
    return {};
}

// What cannot be asked is refused now, not when its turn comes.
Error HttpPool::queue(HttpExchange& exchange) {
    const std::string node = exchange.origin_.authority();
    if (waiting_.size() >= limits_.waiting)
        return Error{errc::queue_full,
                     {.node = node, .cause = "too many HTTP requests wait for a connection"}};
    if (exchange.origin_.uses_tls && !security_.context)
        return Error{errc::not_supported, {.node = node, .cause = "no TLS was set up for it"}};
    std::string bytes;
    Error error =
        write_request(request_of(exchange.question_, fields_of(exchange.question_)), exchange.origin_, bytes);
    protocol::wipe(bytes.data(), bytes.size());
    if (!error) waiting_.push_back(&exchange);
    return error;
}

// One that is connected, if there is any; null: all that there may be are in use.
HttpPool::Seat* HttpPool::free_seat(const HttpOrigin& origin) {
    prune();
    std::size_t there = 0;
    for (const auto& seat : seats_) {
        if (seat->session().origin() != origin) continue;
        if (seat->is_free()) return seat.get();
        ++there;
    }
    if (there >= limits_.per_origin) return nullptr;
    return seats_.emplace_back(std::make_unique<Seat>(*this, origin)).get();
}

// Connections that were kept, and are closed now.
void HttpPool::prune() {
    std::erase_if(seats_,
                  [](const auto& seat) { return seat->is_free() && !seat->session().is_connected(); });
}

void HttpPool::serve_next(Seat& seat) {
    const auto next = std::find_if(waiting_.begin(), waiting_.end(), [&](const HttpExchange* exchange) {
        return exchange->origin_ == seat.session().origin();
    });
    if (next == waiting_.end()) return;
    HttpExchange& exchange = **next;
    waiting_.erase(next);
    static_cast<void>(seat.take(exchange));  // what could be refused was, when it began to wait
}

bool HttpPool::repeat(HttpExchange& exchange) {
    if (!exchange.question_.may_repeat || std::exchange(exchange.was_repeated_, true)) return false;
    Seat& seat = *exchange.seat_;
    seat.leave();
    return !seat.take(exchange);
}

void HttpPool::forget(HttpExchange& exchange) noexcept {
    exchange.pool_ = nullptr;
    if (Seat* const seat = exchange.seat_) {
        seat->session().cancel();
        seat->leave();
        serve_next(*seat);
    } else {
        std::erase(waiting_, &exchange);
    }
}

void HttpPool::stop() noexcept {
    for (HttpExchange* const exchange : std::exchange(waiting_, {})) exchange->pool_ = nullptr;
    for (const auto& seat : seats_) {
        seat->session().stop();
        if (seat->is_free()) continue;
        seat->user()->pool_ = nullptr;
        seat->leave();
    }
    seats_.clear();
    executor_ = nullptr;
}

std::size_t HttpPool::connections() const noexcept {
    return static_cast<std::size_t>(
        std::count_if(seats_.begin(), seats_.end(), [](const auto& seat) { return !seat->is_free(); }));
}

}  // namespace txcouchbase::net
