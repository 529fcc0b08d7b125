// SPDX-License-Identifier: Apache-2.0
#include "views/view_driver.hpp"

#include <algorithm>

namespace txcouchbase::views {
namespace {

// Rows that lie in one piece are told so many at a time: what shows them takes memory, too.
constexpr std::size_t most_at_once = 256;

constexpr std::pair<const char*, const char*> accept{"Accept", "application/json"};
constexpr std::pair<const char*, const char*> json{"Content-Type", "application/json"};

/// Whether another node may well answer: this one has said nothing.
bool may_try_elsewhere(const Error& error) {
    return error.rc() == errc::connect_error || error.rc() == errc::connection_lost ||
           error.rc() == errc::unknown_host || error.rc() == errc::timed_out;
}

}  // namespace

ViewDriver::ViewDriver(AsyncViewBase& view, ViewTransport& transport, ViewQuestion question,
                       const ViewOptions& options)
    : view_(view),
      transport_(transport),
      question_(std::move(question)),
      options_(options),
      reader_({.max_row = options.max_row}) {}

ViewDriver::~ViewDriver() {
    cancel();
}

void ViewDriver::run(std::shared_ptr<AsyncViewBase> self) {
    self_ = std::move(self);
    transport_.attach(*this);
    transport_.when_connected([this, life = std::weak_ptr(life_)](const Error& error) {
        if (!life.expired() && stage_ == Stage::waiting) on_connected(error);
    });
}

template <class Call>
Error ViewDriver::tell(Call call) {
    try {
        call();
    } catch (...) {
        const std::exception_ptr exception = std::current_exception();
        if (Error error = transport_.error_of(exception)) return error;
        transport_.report_unhandled(exception);
    }
    return {};
}

void ViewDriver::on_connected(const Error& error) {
    const std::shared_ptr<AsyncViewBase> keep = self_;
    if (error) return finish(error);
    tries_left_ = std::max<std::size_t>(transport_.nodes(), 1);
    stage_ = Stage::asking;
    heard_at_ = transport_.now();
    watch();
    ask();
}

void ViewDriver::ask() {
    --tries_left_;
    const bool is_post = question_.request.is_post();
    net::HttpQuestion question{.method = is_post ? net::HttpMethod::post : net::HttpMethod::get,
                               .target = question_.request.target,
                               .fields = {accept},
                               .body = question_.request.body,
                               .credentials = question_.credentials};
    if (is_post) question.fields.emplace_back(json);
    if (Error error = transport_.begin(std::move(question), *this, exchange_))
        return finish(std::move(error));
    if (is_paused_) exchange_->pause();
}

void ViewDriver::on_http_head(const net::HttpHead& head) {
    heard_at_ = transport_.now();
    stage_ = Stage::receiving;
    if (head.status / 100 != 2) refusal_.emplace(head);
}

void ViewDriver::on_http_body(std::string_view piece) {
    const std::shared_ptr<AsyncViewBase> keep = self_;
    heard_at_ = transport_.now();
    if (refusal_) {
        refusal_->put(piece);
        refused_ += piece.size();
        if (refused_ >= Refusal::max_body) finish(refusal_->error());
        return;
    }
    piece_ = piece;
    reader_.put(piece);
    read_rows();
}

void ViewDriver::read_rows() {
    is_calling_ = true;
    bool has_bytes = true;
    while (has_bytes && !is_paused_ && stage_ != Stage::over) {
        switch (reader_.next()) {
            case RowReader::Outcome::row: add(reader_.row()); break;
            case RowReader::Outcome::need_bytes:
                piece_ = {};
                has_bytes = false;
                if (shows_at_once()) show_rows();
                break;
            case RowReader::Outcome::failed:
                show_rows();
                finish(reader_.error());
                break;
        }
    }
    is_calling_ = false;
    // Whoever paused in one call may have resumed in the next.
    if (!is_paused_ && stage_ != Stage::over) exchange_->resume();
}

// A row that came in several pieces lies with the reader, who needs the room for the next one.
void ViewDriver::add(std::string_view row) {
    if (shows_at_once()) {
        const bool lies_in_piece = row.data() >= piece_.data() && row.data() < piece_.data() + piece_.size();
        rows_.emplace_back(row);
        if (!lies_in_piece || rows_.size() == most_at_once) show_rows();
        return;
    }
    if (store_.bytes() + row.size() > options_.max_bytes)
        return finish(Error{errc::too_big,
                            {.cause = "more than " + std::to_string(options_.max_bytes) +
                                      " bytes of rows came before they could be handed on: see max_bytes"}});
    rows_.push_back(store_.keep(row));
    if (options_.rows_per_call > 0 && rows_.size() >= static_cast<std::size_t>(options_.rows_per_call))
        show_rows();
}

void ViewDriver::show_rows() {
    if (rows_.empty() || stage_ == Stage::over) return;
    Error thrown = tell([this] { view_.on_rows(rows_); });
    rows_.clear();
    store_ = {};
    if (thrown) finish(std::move(thrown));
}

void ViewDriver::on_http_end() {
    const std::shared_ptr<AsyncViewBase> keep = self_;
    if (refusal_) return finish(refusal_->error());
    Error error = reader_.finish();
    show_rows();
    if (!error && question_.errors_are_fatal) error = read_view_errors(reader_.metadata("errors"));
    finish(std::move(error));
}

void ViewDriver::on_http_failed(const Error& error) {
    const std::shared_ptr<AsyncViewBase> keep = self_;
    if (stage_ == Stage::asking && tries_left_ != 0 && may_try_elsewhere(error)) return ask();
    show_rows();
    finish(error);
}

void ViewDriver::on_transport_over(const Error& error) {
    const std::shared_ptr<AsyncViewBase> keep = self_;
    finish(error);
}

void ViewDriver::finish(Error error) {
    if (stage_ == Stage::over) return;
    let_go();
    if (!error) error = tell([this] { view_.on_done(); });
    if (!error) return;
    try {
        view_.on_error(error);
    } catch (...) {
        transport_.report_unhandled(std::current_exception());
    }
}

void ViewDriver::let_go() noexcept {
    if (std::exchange(stage_, Stage::over) == Stage::over) return;
    exchange_.reset();
    for (auto* const alarm : {&alarm_, &reading_on_})
        if (*alarm) transport_.cancel_alarm(*std::exchange(*alarm, std::nullopt));
    transport_.detach(*this);
    self_.reset();
}

void ViewDriver::cancel() noexcept {
    const std::shared_ptr<AsyncViewBase> keep = self_;
    if (self_) let_go();
}

void ViewDriver::pause() {
    if (std::exchange(is_paused_, true) || stage_ == Stage::over) return;
    if (exchange_) exchange_->pause();
}

// Rows are told in a turn of the loop, not in here.
void ViewDriver::resume() {
    if (!std::exchange(is_paused_, false) || stage_ == Stage::over) return;
    heard_at_ = transport_.now();
    if (is_calling_ || !exchange_) return;
    if (piece_.empty()) return exchange_->resume();
    if (!reading_on_) reading_on_ = transport_.set_alarm(transport_.now(), [this] { read_on(); });
}

void ViewDriver::read_on() {
    const std::shared_ptr<AsyncViewBase> keep = self_;
    reading_on_.reset();
    read_rows();
}

void ViewDriver::watch() {
    const net::Duration timeout = options_.timeout.count() != 0 ? options_.timeout : transport_.timeout();
    alarm_ = transport_.set_alarm(heard_at_ + timeout, [this, timeout] { on_alarm(timeout); });
}

// While it is paused no time goes by.
void ViewDriver::on_alarm(net::Duration timeout) {
    const std::shared_ptr<AsyncViewBase> keep = self_;
    alarm_.reset();
    const net::TimePoint now = transport_.now();
    if (is_paused_) heard_at_ = now;
    if (now < heard_at_ + timeout) return watch();
    show_rows();
    finish(Error{errc::timed_out,
                 {.cause = stage_ == Stage::asking ? "the server has not answered the view in time"
                                                   : "the server stopped sending rows"}});
}

}  // namespace txcouchbase::views
