// A view whose rows come as they arrive: to be derived from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "views/query.hpp"
#include "views/row.hpp"

namespace txcouchbase::views {

class ViewDriver;
class ViewTransport;
struct ViewQuestion;

struct ViewOptions {
    /// As many rows at least come together, the last ones excepted; negative: all at the end. One: as they arrive.
    std::int64_t rows_per_call = 1;
    /// Bytes of rows that may wait for a call; more ends the view. Of a row, always: max_row.
    std::size_t max_bytes = 64 * 1024 * 1024;
    std::size_t max_row = 20 * 1024 * 1024;
    /// Without a byte from the server while it is not paused; zero: the connection's.
    std::chrono::milliseconds timeout{0};
    bool include_docs = false;
};

/**
 * Derive from it, override what is to be told, and give it to query_ex().
 *
 *     on_rows()*  then one of  on_done()  on_error()
 *
 * When:      from the event loop. Rows that came are told before the end is. Nothing comes after cancel().
 * Lifetime:  the connection keeps it until its end. Rows are valid until on_rows() returns, unless rows_per_call is not
 *            one: then they own what they show.
 * Errors:    on_error() gets those of the request (network, timeout, HTTP with its reply), protocol_error for an answer
 *            that is none, too_big beyond max_bytes, and view_engine for the server's `errors`, unless the query says
 *            on_error=continue. A CouchbaseError that on_rows() or on_done() throws is told to on_error(); other
 *            exceptions are reported as unhandled, and the view goes on.
 * Flow:      pause() stops reading from the socket, so that in the end the server waits.
 * Spec:      AsyncViewBase of the original; API 7.5.
 */
class AsyncViewBase : public std::enable_shared_from_this<AsyncViewBase> {
public:
    AsyncViewBase(const AsyncViewBase&) = delete;
    AsyncViewBase& operator=(const AsyncViewBase&) = delete;
    virtual ~AsyncViewBase();

    /// Closes the request at once; nothing is told any more. From anywhere; after the end it does nothing.
    void cancel() noexcept;
    /// No rows come until resume(), except those of the call that is running. From anywhere.
    void pause();
    void resume();

    /// The server's `total_rows`; zero until it is known, and where there is none.
    std::uint64_t indexed_rows() const;
    /// The server's `errors` as JSON; empty when there are none.
    std::string_view errors() const;
    /// What stands around the rows, as a JSON object with empty `rows`; complete at the end.
    std::string_view metadata() const;
    /// Rows that came so far.
    std::uint64_t rows_returned() const noexcept;

protected:
    AsyncViewBase() = default;

    virtual void on_rows(std::span<const ViewRow> rows) = 0;
    virtual void on_error(const Error& error) = 0;
    virtual void on_done() = 0;
    /// Why documents may not be asked for with the rows, which query_ex() throws. Overridden, it may let them be: no
    /// error.
    virtual Error raise_include_docs() const;

private:
    friend class ViewDriver;
    friend Error start_view(const std::shared_ptr<AsyncViewBase>& view, ViewTransport& transport,
                            ViewQuestion question, const ViewOptions& options);

    std::unique_ptr<ViewDriver> driver_;  // null until it is started
};

/// Begins it, once. Errors: already_queried; argument, of the question and for documents that may not be asked for.
Error start_view(const std::shared_ptr<AsyncViewBase>& view, ViewTransport& transport, ViewQuestion question,
                 const ViewOptions& options);

}  // namespace txcouchbase::views
