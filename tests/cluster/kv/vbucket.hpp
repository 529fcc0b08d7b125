// One copy of a vBucket on one node: its documents, their history as a log, and the truth tables of the commands.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "protocol/classic_responses.hpp"
#include "protocol/document_responses.hpp"
#include "protocol/status.hpp"
#include "tests/cluster/kv/document.hpp"
#include "tests/cluster/time.hpp"

namespace txcouchbase::cluster {

using protocol::MutationToken;
using protocol::Status;
using protocol::VbucketState;

/// What a command that reads found. `cas` is what the client is to see: all ones of a locked document.
struct Lookup {
    Status status = Status::key_enoent;
    DocumentPtr document = {};
    std::uint64_t cas = 0;
};

/// What a command that changes a document did.
struct Change {
    Status status = Status::success;
    std::uint64_t cas = 0;
    MutationToken token = {};
    std::uint64_t counter = 0;  ///< of INCREMENT and DECREMENT
};

enum class StoreMode : std::uint8_t { set, add, replace };
enum class JoinMode : std::uint8_t { append, prepend };

/// The arguments of SET, ADD and REPLACE. `expiry` is as the client sent it (PROTOCOL 5.2).
struct StoreArguments {
    ByteView key = {};
    ByteView value = {};
    std::uint32_t flags = 0;
    std::uint32_t expiry = 0;
    std::uint64_t cas = 0;
    /// As it is kept: the caller has found out whether it is JSON. A compressed value stays compressed.
    protocol::Datatype datatype = protocol::Datatype::raw;
    bool preserve_ttl = false;
};

struct CounterArguments {
    ByteView key = {};
    std::uint64_t delta = 0;
    bool is_decrement = false;
    std::uint64_t initial = 0;
    std::uint32_t expiry = 0;  ///< all ones: do not create
};

/// One change in the order of seqnos, and when this copy learnt of it (`Moment::now`).
struct LogEntry {
    Time at = {};
    DocumentPtr document = {};
};

/**
 * A copy of a vBucket, active or replica: a pure value that is told the time.
 *
 * The log is the heart: every change is an entry of it, and whoever follows the vBucket reads it: replicas (stream),
 * persistence (a prefix of the log is "on disk"), views. Entries that a newer one of the same key replaced are
 * dropped only up to the persisted seqno, so that what is on disk can always be told exactly. Tombstones go when they
 * are older than any follower's lag should be.
 *
 * Locks are no part of the history: they die with the copy, as in the real server. Expired documents are found out
 * when they are touched; each turns into a tombstone with a seqno then (on an active copy).
 *
 * Spec: PROTOCOL 2.1, 2.4, 5.1 to 5.4; OBSERVED.
 */
class Vbucket {
public:
    /// A fresh history that begins with this uuid.
    explicit Vbucket(std::uint64_t uuid);

    VbucketState state() const noexcept { return state_; }
    void set_state(VbucketState state) noexcept { state_ = state; }

    // Commands, on the active copy. CAS, locks and expiry are judged in the order of the real server.
    Lookup get(ByteView key, const Moment& now);
    Change store(StoreMode mode, const StoreArguments& arguments, const Moment& now);
    Change join(JoinMode mode, ByteView key, ByteView fragment, std::uint64_t cas, std::size_t max_value,
                const Moment& now);
    Change remove(ByteView key, std::uint64_t cas, const Moment& now);
    Change count(const CounterArguments& arguments, const Moment& now);
    /// TOUCH and GAT: a new expiry, a new CAS.
    Lookup touch(ByteView key, std::uint32_t expiry, const Moment& now);
    /// 0 or more than 30 seconds: 15. A document that is locked already: `locked`.
    Lookup get_and_lock(ByteView key, std::uint32_t seconds, const Moment& now);
    /// `not_locked` is reported as such; whether the client hears 0x0e or 0x86 is the session's matter.
    Status unlock(ByteView key, std::uint64_t cas, const Moment& now);
    /// The newest version or tombstone, whatever its expiry (GET_META).
    DocumentPtr newest(ByteView key) const;
    /// The state of OBSERVE and the CAS with it; on replicas too.
    std::pair<protocol::KeyState, std::uint64_t> observe(ByteView key, const Moment& now) const;
    /// Any document that is alive, chosen by `random`; nothing when there is none.
    DocumentPtr random_document(std::uint64_t random, const Moment& now) const;
    /// Keys from `start` on, in the order of bytes, at most `count` (GET_KEYS).
    std::vector<ByteView> keys_from(ByteView start, std::size_t count, const Moment& now) const;

    /// Documents alive when last looked at; expired ones that nobody touched count.
    std::size_t item_count() const noexcept { return item_count_; }
    /// Bytes of keys and values.
    std::size_t data_size() const noexcept { return data_size_; }

    // History.
    std::uint64_t uuid() const noexcept { return failover_log_.front().vbucket_uuid; }
    std::uint64_t high_seqno() const noexcept { return high_seqno_; }
    std::uint64_t persisted_seqno() const noexcept { return persisted_seqno_; }
    /// Newest first; each entry is a uuid and the seqno that it began at.
    const std::vector<MutationToken>& failover_log() const noexcept { return failover_log_; }
    /// A replica that becomes active by failover starts a new branch of history here.
    void begin_history(std::uint64_t uuid);
    /// What OBSERVE_SEQNO answers about `uuid`; nothing when this history never had it.
    std::optional<protocol::ObserveSeqnoResponse> observe_seqno(std::uint16_t id, std::uint64_t uuid) const;
    /// Whether a copy with (uuid, seqno) as its newest point has a beginning of this history. One that has what never
    /// was must start from nothing.
    bool is_extension_of(MutationToken point) const noexcept;

    // The log: followers read entries behind the seqno they have.
    /// Entries with a seqno above `seqno`, oldest first.
    std::vector<DocumentPtr> changes_after(std::uint64_t seqno, std::size_t max_count) const;
    /// The same, but only those that this copy learnt of at or before `until`.
    std::vector<DocumentPtr> changes_after(std::uint64_t seqno, std::size_t max_count, Time until) const;
    /// When the first entry above `seqno` was learnt of.
    std::optional<Time> learnt_after(std::uint64_t seqno) const;

    // A replica's side of it.
    /// Seqnos only grow; an entry at or below high_seqno() is ignored.
    void apply(DocumentPtr document, const Moment& now);
    void adopt_failover_log(std::vector<MutationToken> log);

    // Persistence: everything learnt of at or before `until` is on disk now; returns what is newly so, oldest first.
    std::vector<DocumentPtr> persist(Time until);

    /// As it stands on disk: what a node that was killed finds again. Locks and anything not persisted are gone.
    Vbucket persisted_image() const;

    /// FLUSH: all documents go without a trace; the history begins anew under this uuid.
    void flush(std::uint64_t uuid);

private:
    static constexpr std::size_t smallest_compaction = 1'024;

    struct ByKey {
        using is_transparent = void;
        std::size_t operator()(ByteView key) const noexcept { return std::hash<ByteView>{}(key); }
        std::size_t operator()(const DocumentPtr& document) const noexcept {
            return (*this)(document->key());
        }
    };
    struct SameKey {
        using is_transparent = void;
        static ByteView key_of(ByteView key) noexcept { return key; }
        static ByteView key_of(const DocumentPtr& document) noexcept { return document->key(); }
        bool operator()(const auto& a, const auto& b) const noexcept { return key_of(a) == key_of(b); }
    };
    struct Lock {
        std::uint64_t cas;
        Time until;  ///< by the node's own clock
    };

    /// The document if it is alive; one that has expired is buried first, on an active copy.
    DocumentPtr alive(ByteView key, const Moment& now);
    /// The lock that is on the key now, or null.
    const Lock* lock_of(ByteView key, const Moment& now);
    /// Whether a command with this CAS may change the document. What is changed is locked no more (commit).
    Status admit(const Document& document, std::uint64_t cas, const Moment& now);
    /// A new version: CAS, seqno and revision are filled in.
    Change commit(DocumentFields fields, const Moment& now);
    std::uint64_t next_cas(const Moment& now) noexcept;
    void put(DocumentPtr document);
    void append_log(DocumentPtr document, Time at);
    std::size_t position_after(std::uint64_t seqno) const noexcept;
    void compact(Time now);
    bool is_forgotten(const LogEntry& entry, Time now) const;
    void forget(const Document& tombstone);

    VbucketState state_ = VbucketState::dead;
    std::uint64_t high_seqno_ = 0;
    std::uint64_t persisted_seqno_ = 0;
    std::uint64_t last_cas_ = 0;
    std::size_t item_count_ = 0;
    std::size_t data_size_ = 0;
    std::unordered_set<DocumentPtr, ByKey, SameKey> newest_;  // tombstones too
    std::unordered_map<std::string, Lock> locks_;
    std::vector<MutationToken> failover_log_;
    std::deque<LogEntry> log_;                           // seqnos rise
    std::size_t next_compaction_ = smallest_compaction;  ///< the size of the log at which it pays
};

/// Whether bytes are a JSON text, as the server finds out for each value that is stored.
bool is_json(ByteView value);
/// When a document is gone whose client asked for this expiry (PROTOCOL 5.2): UNIX seconds, 0 is never.
std::uint32_t absolute_expiry(std::uint32_t expiry, const Moment& now) noexcept;

}  // namespace txcouchbase::cluster
