// Operations that the server refused for now: why, how often, and when each is due again.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "client/held_queue.hpp"
#include "net/deadline_wheel.hpp"
#include "protocol/error_map.hpp"

namespace txcouchbase {

/// Whether a server that answers `status` may take the same request a moment later. To lock and unlock ETMPFAIL says
/// that the document is locked (or not), which no waiting of ours will change.
bool is_refusal_for_now(protocol::Opcode opcode, protocol::Status status) noexcept;

/// Whether another node may take the same request: this one does not keep the key's vBucket.
constexpr bool is_wrong_node(protocol::Status status) noexcept {
    return status == protocol::Status::not_my_vbucket || status == protocol::Status::econfig_only;
}

/// Whether the server has forgotten who is logged in or which bucket was selected: it has not executed the request, and
/// another connection will do better.
constexpr bool is_stale_session(protocol::Status status) noexcept {
    return status == protocol::Status::auth_stale || status == protocol::Status::no_bucket ||
           status == protocol::Status::not_initialized;
}

/// The delays that every client keeps while a map says one thing and its nodes another: 1, 10, 50, 100, 500, 1000 ms.
std::chrono::microseconds wrong_node_delay(std::size_t attempt) noexcept;

/// Doubles from 10 ms to 500 ms. `attempt` counts from 1.
std::chrono::microseconds retry_delay(std::size_t attempt) noexcept;

/// What a server's rule says, which may be nothing at all: no less than 1 ms for each attempt before, up to 50.
std::chrono::microseconds rule_delay(const protocol::ErrorRetry& rule, std::size_t attempt) noexcept;

/// Leaves out a random part of up to a quarter, so that many that were refused together do not come back together. Of
/// `random` all bits count.
std::chrono::microseconds with_jitter(std::chrono::microseconds delay, std::uint32_t random) noexcept;

/// Time and randomness are arguments; nothing here costs anything while nothing was refused.
class RetryQueue {
public:
    struct Refusal {
        net::TimePoint at;
        protocol::Status status;
    };
    struct Attempts {
        std::size_t count = 0;  ///< refusals so far
        net::TimePoint first_at = {};
        std::vector<Refusal> refusals;  ///< the latest of them, `most_kept` at most
        std::string last_words;         ///< the server's, with the latest of them
    };
    static constexpr std::size_t most_kept = 16;

    /// The server refused it, with these words; it is due again after the delay that `rule` asks for, or its status.
    void note(net::Operation& operation, protocol::Status status, std::string_view words, net::TimePoint now,
              std::uint32_t random, const protocol::ErrorRetry* rule = nullptr);
    /// The next that is due at `now` and has not ended meanwhile; null when there is none.
    net::Operation* take_due(net::TimePoint now);
    std::optional<net::TimePoint> next_due();

    /// What is known of an operation; null when it was never refused.
    const Attempts* find(const net::Operation& operation) const;
    /// It is over. Whether it was known.
    bool forget(const net::Operation& operation) { return attempts_.erase(&operation) != 0; }
    void clear();

private:
    struct Due {
        net::TimePoint at;
        detail::OperationId id;
        bool operator<(const Due& other) const noexcept { return at > other.at; }  // the earliest on top
    };
    void drop_ended();

    std::unordered_map<const net::Operation*, Attempts> attempts_;
    std::priority_queue<Due> due_;
};

}  // namespace txcouchbase
