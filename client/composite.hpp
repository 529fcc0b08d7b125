// An operation that is made of others: it has no node of its own, and ends when what it asked for is known.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "client/core.hpp"
#include "client/replies.hpp"

namespace txcouchbase {

/**
 *     std::make_shared<Kind>(core, ...)->begin()   gives the handle. issue() comes at once, for what must keep its
 *                                                  place in the order; start() in a later turn, when the map of the
 *                                                  cluster is there; it asks, and in the end somebody calls end() or
 *                                                  fail().
 *
 * Lifetime: what it asks for and its alarms hold it; a cancelled one is over, and what it asked for is taken back.
 */
class Composite : public net::Gathering, public std::enable_shared_from_this<Composite> {
public:
    /// Room that it takes when it begins, with the operation that it issues then.
    struct Need {
        std::string_view key;
        std::size_t bytes = 0;  ///< 0: it issues none
    };

    /// Throws what issuing throws.
    detail::OperationHandle begin();
    virtual Need need() const { return {}; }
    virtual ~Composite() = default;
    Composite(const Composite&) = delete;
    Composite& operator=(const Composite&) = delete;

protected:
    explicit Composite(Core& core) : core_(core) {}

    /// An error ends the operation. Throws what issuing throws.
    virtual Error issue() { return {}; }
    virtual void start() = 0;
    /// There is no connection any more.
    virtual void on_connection_over(const Error& error) { fail(error); }

    Core& core() const noexcept { return core_; }
    bool is_over() const noexcept { return is_over_; }

    template <class R>
    void end(R result) {
        if (std::exchange(is_over_, true)) return;
        core_.settle_gathered(whole_,
                              [&](net::Operation& operation) { succeed(operation, std::move(result)); });
    }
    void fail(const Error& error);

    /// Asks one node; `on_reply(const Reply&)` or `on_error(const Error&)` comes later, unless this is over by then.
    template <class Reply, class OnReply, class OnError>
    void ask(Router::Target target, const protocol::Request& request, const OperationKind& kind,
             IssueOptions options, OnReply on_reply, OnError on_error) {
        listen<Reply>(core_.issue_to(target, request, kind, options), std::move(on_reply),
                      std::move(on_error));
    }
    template <class Reply, class OnReply, class OnError>
    void listen(const detail::OperationHandle& one, OnReply on_reply, OnError on_error) {
        const std::shared_ptr<Composite> self = shared_from_this();
        asked_.push_back(one.id());
        one.callbacks().callback.template emplace<Reply>([self, on_reply](Reply&& reply) {
            if (!self->is_over_) on_reply(reply);
        });
        one.callbacks().errback.template emplace<const Error&>([self, on_error](const Error& error) {
            if (!self->is_over_) on_error(error);
        });
    }
    /// Whether a node said that it does not keep the key's vBucket (any more) and there is time left: then `again`
    /// comes after a pause, when a newer map may be there.
    bool asks_again(const Error& error, net::TimePoint deadline, std::function<void()> again);
    /// Once; there is one at a time, the last one.
    void call_at(net::TimePoint at, std::function<void()> alarm);
    /// Takes back the alarm and whatever was asked for and is not answered.
    void cancel() override;

private:
    detail::OperationHandle gather();

    Core& core_;
    detail::OperationId whole_;
    std::vector<detail::OperationId> asked_;
    std::optional<Alarms::Id> alarm_;
    std::size_t misdirected_ = 0;  // how often it was
    bool is_over_ = false;
};

}  // namespace txcouchbase
