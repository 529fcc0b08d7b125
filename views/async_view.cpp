// SPDX-License-Identifier: Apache-2.0
#include "views/async_view.hpp"

#include <charconv>

#include "views/view_driver.hpp"

namespace txcouchbase::views {

AsyncViewBase::~AsyncViewBase() = default;

void AsyncViewBase::cancel() noexcept {
    if (driver_) driver_->cancel();
}

void AsyncViewBase::pause() {
    if (driver_) driver_->pause();
}

void AsyncViewBase::resume() {
    if (driver_) driver_->resume();
}

std::uint64_t AsyncViewBase::indexed_rows() const {
    std::uint64_t rows = 0;
    if (!driver_) return rows;
    const std::string_view text = driver_->reader().metadata("total_rows");
    std::from_chars(text.data(), text.data() + text.size(), rows);
    return rows;
}

std::string_view AsyncViewBase::errors() const {
    return driver_ ? driver_->reader().metadata("errors") : std::string_view{};
}

std::string_view AsyncViewBase::metadata() const {
    return driver_ ? driver_->reader().metadata() : std::string_view{};
}

std::uint64_t AsyncViewBase::rows_returned() const noexcept {
    return driver_ ? driver_->rows_returned() : 0;
}

Error AsyncViewBase::raise_include_docs() const {
    return Error{errc::argument, {.cause = "include_docs: an asynchronous view does not fetch documents"}};
}

Error start_view(const std::shared_ptr<AsyncViewBase>& view, ViewTransport& transport, ViewQuestion question,
                 const ViewOptions& options) {
    if (view->driver_) return Error{errc::already_queried, {.cause = "a view is asked once"}};
    if (question.request.error) return question.request.error;
    if (options.include_docs)
        if (Error refused = view->raise_include_docs()) return refused;
    view->driver_ = std::make_unique<ViewDriver>(*view, transport, std::move(question), options);
    view->driver_->run(view);
    return {};
}

}  // namespace txcouchbase::views
