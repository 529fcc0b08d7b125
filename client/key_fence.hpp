// The order of operations on one key, when one of them must be sent again or to another node.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "client/held_queue.hpp"
#include "net/deadline_wheel.hpp"

namespace txcouchbase {

/**
 * Operations on one key that end with an answer of the server are executed in the order in which they were issued.
 * A pipeline sees to that by itself, until one of them is refused and sent again, or until its node does not keep the
 * key any more: then the key is fenced.
 *
 *     open()      an operation was refused. Later ones on its key that are on their way already are awaited first: is
 *                 one of them executed, the refused one was overtaken, and cannot be sent again
 *     await()     an operation is on its way to a node that does not keep its key any more: it is awaited, too
 *     take_back() one that was awaited will not be answered, and is to be sent again: as open(), but nobody refused it
 *     enqueue()   a later one on that key: it stands behind, and is not sent
 *     on_over()   one of them has ended. When none is awaited any more, those that were refused are let out, in order,
 *                 and then those behind: one at a time, because the server may refuse each of them. Once one was
 *                 answered at the first attempt the others follow all together, or a key that is much in use would
 *                 stay one at a time for ever.
 *
 * Whether later operations are on their way is known by the latest one on every key, which is looked up once in the
 * operation table when something is refused, and kept up to date by on_sent() for as long as that may be needed again
 * (is_attentive()). Keys are told apart by 64 bits of hash; two that share one are only more careful than they need be.
 *
 * Operations that the fence knows of are watched (OperationTraits::is_watched), so that it hears of their end.
 */
class KeyFence {
public:
    using Hash = std::uint64_t;
    /// How long after the last refusal the index is kept.
    static constexpr std::chrono::seconds attention{1};
    enum class End : std::uint8_t {
        welcome,   ///< the server executed it, whatever came of that, at the first attempt
        executed,  ///< it did after it had refused it
        refused,   ///< it did not, and the caller knows
        early,     ///< nobody waits for its answer any more
    };

    explicit KeyFence(net::OperationTable& table) : table_(table) {}

    static Hash hash_of(std::string_view key) noexcept { return std::hash<std::string_view>{}(key); }
    /// Whether the request is for the node that keeps its key, so that its order matters.
    static bool concerns_document(protocol::Opcode opcode, std::string_view key) noexcept {
        return !key.empty() && opcode != protocol::Opcode::stat && opcode != protocol::Opcode::get_replica;
    }

    /// Whether on_sent() must be called for every operation on a document.
    bool is_attentive() const noexcept { return is_attentive_; }
    bool is_fenced(Hash key) const { return fences_.contains(key); }
    bool is_front(Hash key, const net::Operation& operation) const;
    std::size_t fences() const noexcept { return fences_.size(); }

    /// The operation goes into a pipeline.
    void on_sent(Hash key, std::uint32_t sequence);
    /// The operation was refused, and will be sent again when it is the front of its key's fence. Later ones that are
    /// in a pipeline and not written are to be taken back: take_unsent().
    void open(Hash key, net::Operation& refused, net::TimePoint now);
    void await(Hash key, net::Operation& sent, net::TimePoint now);
    /// False: the key is not fenced, or the operation is not awaited.
    bool take_back(Hash key, net::Operation& awaited);
    void enqueue(Hash key, net::Operation& operation) { fences_[key].behind.push(operation); }
    void on_over(Hash key, const net::Operation& operation, End end);

    /// Those to be taken out of their pipelines and enqueued, in order; the list is empty afterwards.
    std::vector<net::Operation*> take_unsent() { return std::exchange(unsent_, {}); }
    /// Those that may be sent now, in order; the list is empty afterwards.
    std::vector<net::Operation*> take_released() { return std::exchange(released_, {}); }
    /// Those that were refused and must not be sent again; the list is empty afterwards.
    std::vector<detail::OperationId> take_overtaken() { return std::exchange(overtaken_, {}); }

    /// Whether it is one of those, and waits for its end.
    bool is_overtaken(const net::Operation& operation) const noexcept;

    /// Gives up the index when it was not needed for a while. Not while an operation is being issued.
    void relax(net::TimePoint now);
    void clear();

private:
    struct Fence {
        std::deque<const net::Operation*> awaited;  // on their way since before the fence
        std::deque<net::Operation*> refused;    // or taken back, until none is awaited; in the order of issue
        const net::Operation* front = nullptr;  // it tells of its end, so that nobody follows a stale one
        HeldQueue behind;
        bool is_careful = false;
    };
    using Fences = std::unordered_map<Hash, Fence>;

    void need(net::TimePoint now);
    void build_index();
    void await_later(Hash key, Fence& fence, const net::Operation& refused);
    void overtake(Fence& fence, const net::Operation& by);
    static void add_refused(Fence& fence, net::Operation& refused);
    void go_on(Fences::iterator at);

    net::OperationTable& table_;
    Fences fences_;
    std::unordered_map<Hash, std::uint32_t>
        latest_;  // sequence of the operation sent last; it may have ended
    std::vector<net::Operation*> unsent_;
    std::vector<net::Operation*> released_;
    std::vector<detail::OperationId> overtaken_;
    net::TimePoint needed_at_;
    bool is_attentive_ = false;
};

}  // namespace txcouchbase
