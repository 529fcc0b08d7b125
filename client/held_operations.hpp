// Operations that must wait before they are sent: for a retry, for others on their key, for room.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>
#include <txcouchbase/operations.hpp>
#include <vector>

#include "client/key_fence.hpp"
#include "client/retry_queue.hpp"
#include "client/router.hpp"
#include "net/kv_machine.hpp"

namespace txcouchbase {

/// What an answer of the server is to its operation: its end, or the reason to send it again. A refusal for now is its
/// end for one of several reasons.
enum class Verdict : std::uint8_t { again, answered, retry_was_declined, server_gave_up, has_no_room };
/// Why it is not sent again, for the cause of its error; empty where there is nothing to say.
std::string_view words_for(Verdict verdict) noexcept;

/**
 * Decides which operations are held, and submits them when their time has come. Time and room are looked at in run();
 * no operation ends in here by itself: deadlines, cancelling and closing end held ones in their KvMachine.
 *
 * Free while nothing waits: as long as is_active() is false, operations are submitted without asking here.
 *
 * An operation goes to a node in this order: what is to be retried or was let out of a fence (`ready`), then what
 * waits for room (`waiting`), then what is issued just now. That keeps the order on every key: what is ready was
 * issued before anything that waits, and an operation that comes out of the line still has to pass its key's fence.
 */
class HeldOperations final : public net::OperationWatcher {
public:
    using Operations = std::vector<net::Operation*>;

    /// `total`: the cap on the pipelines of all nodes, and once more on all that is held.
    HeldOperations(net::OperationTable& table, const Router& router, net::Amount total, Overload policy,
                   std::uint32_t seed)
        : table_(table),
          router_(router),
          fence_(table),
          pipelines_(total),
          held_(total),
          policy_(policy),
          random_(seed) {}

    /// A machine that has no operations, under an index that no other has.
    void add(net::KvMachine& machine);
    /// It has none any more.
    void remove(net::KvMachine& machine) noexcept;
    /// The router has another map: whatever was not sent goes to where it belongs now, in the order of issue; what is
    /// on its way to a node that does not keep its key any more is awaited before others on its key.
    void on_map_changed(net::TimePoint now);

    bool is_active() const noexcept { return is_active_; }

    /// For an operation that is issued while is_active(), or for which submit() had no room: the room for its frame,
    /// or null when a cap is reached. `key`: of the document that it concerns.
    char* admit(net::KvMachine& machine, net::Operation& operation, std::string_view key, std::size_t size);

    /// The server answered with `status` and these words. `again`: it was a refusal for now, or by a node that does not
    /// keep the key; the operation will be submitted again, and its handler answers the same.
    /// `explained`: what the server's error map says of a status that this client does not know; or null.
    Verdict retry(net::Operation& operation, protocol::Status status, std::string_view words,
                  net::TimePoint now, const protocol::ErrorMapEntry* explained = nullptr);

    /// Ends an operation whose time is over. One that was refused and is not on its way fails with the last refusal.
    void on_deadline(net::Operation& operation);

    /// Submits what may be sent.
    void run(net::TimePoint now);
    /// When run() has something to do, however little else happens.
    std::optional<net::TimePoint> next_due() { return retries_.next_due(); }

    /// Whether operations are taken without waiting. Once they were not, that takes until three quarters of the caps,
    /// so that the answer does not change with every operation.
    bool is_writable();

    /// All operations are over.
    void clear();

private:
    struct Line {
        net::KvMachine* machine = nullptr;  // null: nobody has the index
        HeldQueue ready = {};
        HeldQueue waiting = {};
    };

    void on_over(net::Operation& operation, bool was_answered) override;
    bool takes_back(const net::Operation& operation) const override;
    void on_taken_back(const Operations& operations) override;
    void describe_route(const net::Operation& operation, Timeline& timeline) const override;
    void describe(const net::Operation& operation, net::TimePoint begin, Timeline& timeline) const override;
    std::string_view last_words(const net::Operation& operation) const override;
    net::KvMachine& machine_of(const net::Operation& operation) { return *lines_[operation.node].machine; }
    Verdict judge(net::Operation& refused, bool is_sure_to_be_wanted, const protocol::ErrorRetry* rule);
    KeyFence::End end_of(net::Operation& operation, bool was_answered);
    void follow_fence();
    void end_overtaken();
    void send_due(net::Operation& operation);
    void choose_node(net::Operation& operation);
    void hand_over(net::Operation& operation, Router::Target target);
    bool is_misplaced(const net::Operation& operation) const;
    Operations misplaced();
    Operations take_back(const Operations& moved, net::TimePoint now);
    void queue_again(Operations ready, Operations waiting);
    char* wait(Line& line, net::Operation& operation, std::size_t size);
    void push(HeldQueue& queue, net::Operation& operation);
    /// The first of the queue goes on; false when there is none, or no room for it.
    bool advance(Line& line, HeldQueue& queue);
    void note_sent(net::Operation& operation);
    bool is_blocked(Line& line) { return line.ready.front() != nullptr || line.waiting.front() != nullptr; }
    void pump(Line& line);

    net::OperationTable& table_;
    const Router& router_;
    std::vector<Line> lines_;  // by the machine's index
    KeyFence fence_;
    RetryQueue retries_;
    net::SharedLimit pipelines_;
    net::SharedLimit held_;
    Overload policy_;
    std::minstd_rand random_;
    const net::Operation* declined_ = nullptr;  // was refused just now, and its caller is being told
    std::unordered_map<const net::Operation*, net::TimePoint> sent_at_;  // those that did not go at once
    net::TimePoint now_;
    bool is_active_ = false;  // a fence is attentive, or somebody may stand in a line
    bool is_congested_ = false;
};

}  // namespace txcouchbase
