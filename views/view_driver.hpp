// Runs one view: asks, reads the answer as it comes, hands rows on, and ends it once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "views/answer_errors.hpp"
#include "views/async_view.hpp"
#include "views/row_reader.hpp"
#include "views/row_store.hpp"
#include "views/view_request.hpp"
#include "views/view_transport.hpp"

namespace txcouchbase::views {

/// What is asked, and how.
struct ViewQuestion {
    ViewRequest request;
    std::shared_ptr<const net::Credentials> credentials = {};
    /// Whether the server's `errors` end the view, as they do unless the query says on_error=continue.
    bool errors_are_fatal = true;
};

/**
 *     start()          the view is kept from now on
 *       connected      asked on one node, and on another one as long as none has said a word
 *       answer         rows are handed on, as ViewOptions say; pauses in between
 *     finish()         its end is told, and the view let go of
 *
 * Lifetime: belongs to the view, and keeps it while it runs.
 */
class ViewDriver final : private net::HttpHandler, private ViewUser {
public:
    ViewDriver(AsyncViewBase& view, ViewTransport& transport, ViewQuestion question,
               const ViewOptions& options);
    ViewDriver(const ViewDriver&) = delete;
    ViewDriver& operator=(const ViewDriver&) = delete;
    ~ViewDriver();

    /// The view is told of what comes, in later turns.
    void run(std::shared_ptr<AsyncViewBase> self);
    void cancel() noexcept;
    void pause();
    void resume();

    const RowReader& reader() const noexcept { return reader_; }
    std::uint64_t rows_returned() const noexcept { return reader_.row_count(); }

private:
    enum class Stage : std::uint8_t { waiting, asking, receiving, over };

    void on_connected(const Error& error);
    void ask();

    void on_http_head(const net::HttpHead& head) override;
    void on_http_body(std::string_view piece) override;
    void on_http_end() override;
    void on_http_failed(const Error& error) override;
    void on_transport_over(const Error& error) override;

    /// Hands on rows until the piece is used up, or until somebody pauses or ends it.
    void read_rows();
    void read_on();
    void add(std::string_view row);
    bool shows_at_once() const noexcept { return options_.rows_per_call == 0 || options_.rows_per_call == 1; }
    void show_rows();
    void finish(Error error);
    /// Nothing is told after that.
    void let_go() noexcept;
    void watch();
    void on_alarm(net::Duration timeout);
    /// Calls the view; an error of ours that it throws.
    template <class Call>
    Error tell(Call call);

    AsyncViewBase& view_;
    ViewTransport& transport_;
    ViewQuestion question_;
    ViewOptions options_;
    std::shared_ptr<AsyncViewBase> self_;  // while it runs
    std::unique_ptr<ViewExchange> exchange_;
    RowReader reader_;
    std::optional<Refusal> refusal_;
    std::string_view piece_;      // while it is being read
    std::vector<ViewRow> rows_;   // not yet handed on
    RowStore store_;              // what they show, if they wait
    std::size_t refused_ = 0;     // bytes of a refusal
    std::size_t tries_left_ = 0;  // nodes to be asked
    net::TimePoint heard_at_;
    std::optional<ViewTransport::AlarmId> alarm_;
    std::optional<ViewTransport::AlarmId> reading_on_;
    std::shared_ptr<const bool> life_ = std::make_shared<const bool>(true);
    Stage stage_ = Stage::waiting;
    bool is_paused_ = false;
    bool is_calling_ = false;  // the loop of read_rows() runs
};

}  // namespace txcouchbase::views
