// The order of operations on one key, when one of them must be sent again.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "client/held_queue.hpp"
#include "net/deadline_wheel.hpp"

namespace txcouchbase {

/**
 * Operations on one key that end with an answer of the server are executed in the order in which they were issued.
 * A pipeline sees to that by itself, until one of them is refused for now and sent again: then its key is fenced.
 *
 *     open()      an operation was refused; it stands at the front of its key's fence from now on
 *     enqueue()   a later one on that key: it stands behind, and is not sent
 *     on_over()   one of them has ended. Was it the front, the next one is let out, alone: the server may refuse it
 *                 too. Once one was answered at the first attempt the others follow all together, or a key that
 *                 is much in use would stay one at a time for ever.
 *
 * When later operations on the key are on their way already, sending the refused one again would let them overtake it:
 * open() says no. To know that, the latest operation of every key is looked up once in the operation table when
 * something is refused, and kept up to date by on_sent() for as long as that may be needed again (is_attentive()).
 * Keys are told apart by 64 bits of hash; two that share one are only more careful than they need to be.
 */
class KeyFence {
public:
    using Hash = std::uint64_t;
    /// How long after the last refusal the index is kept.
    static constexpr std::chrono::seconds attention{1};

    explicit KeyFence(net::OperationTable& table) : table_(table) {}

    static Hash hash_of(std::string_view key) noexcept { return std::hash<std::string_view>{}(key); }
    /// Whether the request concerns a document, so that its order matters.
    static bool concerns_document(protocol::Opcode opcode, std::string_view key) noexcept {
        return !key.empty() && opcode != protocol::Opcode::stat;
    }

    /// Whether on_sent() must be called for every operation on a document.
    bool is_attentive() const noexcept { return is_attentive_; }
    bool is_fenced(Hash key) const { return fences_.contains(key); }
    bool is_front(Hash key, const net::Operation& operation) const;
    std::size_t fences() const noexcept { return fences_.size(); }

    /// The operation goes into a pipeline.
    void on_sent(Hash key, std::uint32_t sequence);
    /// False: sending it again would break the order.
    bool open(Hash key, net::Operation& refused, net::TimePoint now);
    void enqueue(Hash key, net::Operation& operation) { fences_[key].behind.push(operation); }
    /// The front was refused, and its caller is told: what is behind must not follow all together.
    void stay_careful(Hash key, const net::Operation& refused);
    /// Appends to `let_out` those that may be sent now, in order.
    void on_over(Hash key, const net::Operation& operation, bool was_welcome,
                 std::vector<net::Operation*>& let_out);
    /// Gives up the index when it was not needed for a while. Not while an operation is being issued.
    void relax(net::TimePoint now);
    void clear();

private:
    struct Fence {
        const net::Operation* front = nullptr;  // it tells of its end, so that nobody follows a stale one
        HeldQueue behind;
        bool is_careful = false;
    };
    void build_index();

    net::OperationTable& table_;
    std::unordered_map<Hash, Fence> fences_;
    std::unordered_map<Hash, std::uint32_t>
        latest_;  // sequence of the operation sent last; it may have ended
    net::TimePoint needed_at_;
    bool is_attentive_ = false;
};

}  // namespace txcouchbase
