// The three faces of the library under the same closed load: batches of operations, every value compared.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <span>
#include <txcouchbase/connection.hpp>
#include <vector>

#include "bench/kv.hpp"

namespace txcouchbase::bench {
namespace {

using Clock = std::chrono::steady_clock;

std::span<const std::byte> as_bytes(const std::string& text) {
    return std::as_bytes(std::span{text});
}

/// What the loads share: which operation comes next, whether it went well, and when all is over.
class Load {
public:
    Load(const KvOptions& options, const Dataset& data) : options_(options), data_(data) {
        outcome_.latencies.reserve(options.ops);
    }

    std::uint32_t next_key() noexcept {
        const std::uint32_t key = next_key_;
        next_key_ = key + 1 == data_.size() ? 0 : key + 1;
        return key;
    }
    bool next_is_set() noexcept {
        return options_.op == Op::set || (options_.op == Op::mix && issued_ % 10 == 0);
    }
    bool is_sampled() const noexcept { return issued_ % Latencies::interval == 0; }

    void check(const ValueResult& result, std::uint32_t key) {
        if (result.bytes() != data_.value(key)) fail("key \"" + data_.key(key) + "\" has a wrong value");
    }
    void fail(std::string error) {
        if (outcome_.error.empty()) outcome_.error = std::move(error);
    }
    bool has_failed() const noexcept { return !outcome_.error.empty(); }

    /// A connection's defaults, and the log hook on.
    ConnectionOptions connection_options() {
        return {.username = options_.user,
                .password = options_.password,
                .tls = {.ca_file = options_.ca_file},
                .log = [this](const LogRecord&) { ++outcome_.log_records; }};
    }

protected:
    const KvOptions& options_;
    const Dataset& data_;
    KvOutcome outcome_;
    std::uint64_t issued_ = 0;
    std::uint32_t next_key_ = 0;
};

/// Issues a batch, waits for all its replies, issues the next. `Issue` starts one operation.
template <class Face>
class BatchLoad : public Load {
public:
    BatchLoad(const KvOptions& options, const Dataset& data)
        : Load(options, data), face_(io_, options.connect, connection_options()) {}

    KvOutcome run() {
        running = this;
        set_failure_hook([](const FailureReport& report) noexcept {
            if (report.failure != nullptr) running->on_failure(report.failure->what());
        });
        face_.connect().add_callbacks([this] { issue_batch(); },
                                      [this](const Failure& failure) {
                                          fail(failure.what());
                                          face_.close();
                                      });
        io_.run();
        return std::move(outcome_);
    }

private:
    void issue_batch() {
        const std::uint64_t left = options_.ops - issued_;
        waiting_for_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(options_.batch, left));
        for (std::uint32_t i = 0; i < waiting_for_; ++i) issue_one();
    }

    void issue_one() {
        const std::uint32_t key = next_key();
        const Clock::time_point issued_at = is_sampled() ? Clock::now() : Clock::time_point{};
        const bool is_set = next_is_set();
        ++issued_;
        if (is_set)
            issue(face_.set(data_.key(key), as_bytes(data_.value(key)), {.format = Format::bytes}), key,
                  issued_at);
        else
            issue(face_.get(data_.key(key)), key, issued_at);
    }

    template <class R>
    void issue(AsyncResult<R> operation, std::uint32_t key, Clock::time_point issued_at) {
        operation.callback([this, key, issued_at](const R& result) { on_result(result, key, issued_at); });
        operation.errback([this](const Error& error) { on_failure(error.message()); });
    }
    template <class R>
    void issue(Deferred<R> operation, std::uint32_t key, Clock::time_point issued_at) {
        // 48 captured bytes, as a callback with some context of its own would have. What fails is nobody's, and so
        // comes to the failure hook.
        const std::array<std::uint64_t, 3> context{key, options_.batch, issued_};
        std::move(operation).add_callback([this, key, issued_at, context](const R& result) {
            if (context[0] == key) on_result(result, key, issued_at);
        });
    }

    template <class R>
    void on_result(const R& result, std::uint32_t key, Clock::time_point issued_at) {
        if constexpr (std::same_as<R, ValueResult>) check(result, key);
        if (issued_at != Clock::time_point{}) outcome_.latencies.add(Clock::now() - issued_at);
        ++outcome_.ops;
        settle();
    }
    void on_failure(std::string error) {
        fail(std::move(error));
        settle();
    }
    void settle() {
        if (--waiting_for_ != 0) return;
        if (has_failed() || issued_ == options_.ops)
            face_.close();
        else
            issue_batch();
    }

    static inline BatchLoad* running = nullptr;  // a hook is a plain function

    boost::asio::io_context io_{1};
    Face face_;
    std::uint32_t waiting_for_ = 0;
};

/// One coroutine for each operation in flight.
class CoroLoad : public Load {
public:
    CoroLoad(const KvOptions& options, const Dataset& data)
        : Load(options, data), cb_(io_, options.connect, connection_options()) {}

    KvOutcome run() {
        cb_.connect().add_callbacks(
            [this] {
                running_ = options_.batch;
                for (std::uint32_t i = 0; i < options_.batch; ++i) worker().finally([this] { settle(); });
            },
            [this](const Failure& failure) {
                fail(failure.what());
                cb_.close();
            });
        io_.run();
        return std::move(outcome_);
    }

private:
    Deferred<void> worker() {
        try {
            while (issued_ < options_.ops && !has_failed()) {
                const std::uint32_t key = next_key();
                const Clock::time_point issued_at = is_sampled() ? Clock::now() : Clock::time_point{};
                const bool is_set = next_is_set();
                ++issued_;
                if (is_set) {
                    co_await cb_.set(data_.key(key), as_bytes(data_.value(key)), {.format = Format::bytes});
                } else {
                    const ValueResult result = co_await cb_.get(data_.key(key));
                    check(result, key);
                }
                if (issued_at != Clock::time_point{}) outcome_.latencies.add(Clock::now() - issued_at);
                ++outcome_.ops;
            }
        } catch (const CouchbaseError& error) {
            fail(error.what());
        }
    }
    void settle() {
        if (--running_ == 0) cb_.close();
    }

    boost::asio::io_context io_{1};
    Connection cb_;
    std::uint32_t running_ = 0;
};

/// One multi operation after the other, each of a whole batch.
class MultiLoad : public Load {
public:
    MultiLoad(const KvOptions& options, const Dataset& data)
        : Load(options, data), cb_(io_, options.connect, connection_options()) {}

    KvOutcome run() {
        cb_.connect().add_callbacks([this] { issue_batch(); },
                                    [this](const Failure& failure) { give_up(failure.what()); });
        io_.run();
        return std::move(outcome_);
    }

private:
    void issue_batch() {
        const std::uint64_t count = std::min<std::uint64_t>(options_.batch, options_.ops - issued_);
        const bool is_set = next_is_set();
        first_key_ = next_key_;
        count_ = count;
        names_.clear();
        values_.clear();
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint32_t key = next_key();
            if (is_set)
                values_.emplace_back(data_.key(key), as_bytes(data_.value(key)));
            else
                names_.emplace_back(data_.key(key));
        }
        issued_ += count;
        const Clock::time_point issued_at = Clock::now();
        auto done = is_set ? cb_.set_multi(values_, {.format = Format::bytes}) : cb_.get_multi(names_);
        done.callback([this, is_set, issued_at](const MultiResult& results) {
            if (!is_set) check_all(results);
            outcome_.latencies.add(Clock::now() - issued_at);
            outcome_.ops += count_;
            if (has_failed() || issued_ == options_.ops)
                cb_.close();
            else
                issue_batch();
        });
        done.errback([this](const Error& error) { give_up(error.message()); });
    }
    // A batch that is larger than the data set asks for some keys twice: as many results as there are keys.
    void check_all(const MultiResult& results) {
        if (results.size() != std::min<std::size_t>(count_, data_.size())) fail("results are missing");
        std::uint32_t key = first_key_;
        for (const ValueResult& result : results) {
            check(result, key);
            key = key + 1 == data_.size() ? 0 : key + 1;
        }
    }
    void give_up(std::string error) {
        fail(std::move(error));
        cb_.close();
    }

    boost::asio::io_context io_{1};
    TxAsyncConnection cb_;
    std::uint32_t first_key_ = 0;
    std::uint64_t count_ = 0;
    std::vector<std::string_view> names_;
    std::vector<std::pair<std::string_view, std::span<const std::byte>>> values_;
};

}  // namespace

std::string preload(const KvOptions& options, const Dataset& data) {
    KvOptions all = options;
    all.op = Op::set;
    all.ops = data.size();
    return BatchLoad<TxAsyncConnection>{all, data}.run().error;
}

KvOutcome run_async(const KvOptions& options, const Dataset& data) {
    return BatchLoad<TxAsyncConnection>{options, data}.run();
}
KvOutcome run_deferred(const KvOptions& options, const Dataset& data) {
    return BatchLoad<Connection>{options, data}.run();
}
KvOutcome run_coro(const KvOptions& options, const Dataset& data) {
    return CoroLoad{options, data}.run();
}

KvOutcome run_multi(const KvOptions& options, const Dataset& data) {
    return MultiLoad{options, data}.run();
}

}  // namespace txcouchbase::bench
