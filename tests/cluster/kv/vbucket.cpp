// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/kv/vbucket.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "protocol/json_nesting.hpp"

namespace txcouchbase::cluster {
namespace {

constexpr std::uint64_t locked_cas = ~std::uint64_t{0};
constexpr std::uint32_t no_create = ~std::uint32_t{0};
constexpr std::uint32_t longest_relative_expiry = 30 * 24 * 3600;
constexpr std::uint32_t default_lock_seconds = 15;
constexpr std::uint32_t longest_lock_seconds = 30;
constexpr std::uint64_t logical_bits = 0xffff;  // of a CAS: what lies below the clock's part
constexpr int deepest_json = 1000;
/// Followers that lag longer may miss a removal, so tombstones are kept as long.
constexpr std::chrono::seconds tombstone_age{60};

std::optional<std::uint64_t> read_counter(ByteView text) noexcept {
    std::uint64_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

bool is_json(ByteView value) {
    // What no JSON begins with is most of what is no JSON.
    const std::size_t first = value.find_first_not_of(" \t\r\n");
    if (first == ByteView::npos) return false;
    constexpr ByteView beginnings = "{[\"-0123456789tfn";
    if (beginnings.find(value[first]) == ByteView::npos) return false;
    return protocol::is_nested_within(value, deepest_json) && nlohmann::json::accept(value);
}

std::uint32_t absolute_expiry(std::uint32_t expiry, const Moment& now) noexcept {
    return expiry == 0 || expiry > longest_relative_expiry ? expiry : now.unix_seconds() + expiry;
}

Vbucket::Vbucket(std::uint64_t uuid) : failover_log_{{uuid, 0}} {}

DocumentPtr Vbucket::alive(ByteView key, const Moment& now) {
    const auto found = newest_.find(key);
    if (found == newest_.end() || (*found)->is_deleted()) return nullptr;
    const DocumentPtr document = *found;
    if (!document->is_expired(now.unix_seconds())) return document;
    if (state_ == VbucketState::active)
        commit({.key = document->key(), .is_deleted = true, .revision = document->revision()}, now);
    return nullptr;
}

const Vbucket::Lock* Vbucket::lock_of(ByteView key, const Moment& now) {
    if (locks_.empty()) return nullptr;
    const auto found = locks_.find(std::string{key});
    if (found == locks_.end()) return nullptr;
    if (now.wall < found->second.until) return &found->second;
    locks_.erase(found);
    return nullptr;
}

Status Vbucket::admit(const Document& document, std::uint64_t cas, const Moment& now) {
    if (const Lock* lock = lock_of(document.key(), now))
        return cas == lock->cas ? Status::success : Status::locked;
    return cas == 0 || cas == document.cas() ? Status::success : Status::key_eexists;
}

// A hybrid clock, as kv_engine's: the time where that is newer, else the next number.
std::uint64_t Vbucket::next_cas(const Moment& now) noexcept {
    last_cas_ = std::max(last_cas_ + 1, now.unix_nanoseconds() & ~logical_bits);
    return last_cas_;
}

Change Vbucket::commit(DocumentFields fields, const Moment& now) {
    fields.cas = next_cas(now);
    fields.seqno = ++high_seqno_;
    ++fields.revision;
    DocumentPtr document = make_document(fields);
    Change change{.cas = fields.cas, .token = {uuid(), fields.seqno}};
    if (!locks_.empty()) locks_.erase(std::string{document->key()});
    append_log(document, now.now);
    put(std::move(document));
    return change;
}

void Vbucket::put(DocumentPtr document) {
    const auto count = [this](const Document& counted, bool adds) {
        const std::size_t size = counted.key().size() + counted.value().size();
        const std::size_t item = counted.is_deleted() ? 0 : 1;
        data_size_ = adds ? data_size_ + size : data_size_ - size;
        item_count_ = adds ? item_count_ + item : item_count_ - item;
    };
    count(*document, true);
    if (const auto old = newest_.find(document->key()); old != newest_.end()) {
        count(**old, false);
        // The set's order does not change: the key is the same. The node is reused.
        auto node = newest_.extract(old);
        node.value() = std::move(document);
        newest_.insert(std::move(node));
        return;
    }
    newest_.insert(std::move(document));
}

void Vbucket::append_log(DocumentPtr document, Time at) {
    log_.push_back({at, std::move(document)});
}

Lookup Vbucket::get(ByteView key, const Moment& now) {
    DocumentPtr document = alive(key, now);
    if (document == nullptr) return {};
    const std::uint64_t cas = lock_of(key, now) != nullptr ? locked_cas : document->cas();
    return {Status::success, std::move(document), cas};
}

Change Vbucket::store(StoreMode mode, const StoreArguments& arguments, const Moment& now) {
    const DocumentPtr old = alive(arguments.key, now);
    if (old != nullptr) {
        if (mode == StoreMode::add) return {Status::key_eexists};
        if (const Status status = admit(*old, arguments.cas, now); status != Status::success) return {status};
    } else if (mode == StoreMode::replace || arguments.cas != 0) {
        return {Status::key_enoent};
    }
    const bool keeps_expiry = old != nullptr && arguments.preserve_ttl;
    const DocumentPtr before = newest(arguments.key);
    return commit({.key = arguments.key,
                   .value = arguments.value,
                   .flags = arguments.flags,
                   .expiry = keeps_expiry ? old->expiry() : absolute_expiry(arguments.expiry, now),
                   .datatype = arguments.datatype,
                   .revision = before == nullptr ? 0 : before->revision()},
                  now);
}

Change Vbucket::join(JoinMode mode, ByteView key, ByteView fragment, std::uint64_t cas, std::size_t max_value,
                     const Moment& now) {
    const DocumentPtr old = alive(key, now);
    if (old == nullptr) return {Status::not_stored};
    if (const Status status = admit(*old, cas, now); status != Status::success) return {status};
    std::string inflated;
    const ByteView value = plain_value(*old, inflated);
    if (value.size() + fragment.size() > max_value) return {Status::e2big};
    std::string joined{mode == JoinMode::append ? value : fragment};
    joined += mode == JoinMode::append ? fragment : value;
    DocumentFields fields = old->fields();
    fields.value = joined;
    fields.datatype = is_json(joined) ? protocol::Datatype::json : protocol::Datatype::raw;
    return commit(fields, now);
}

Change Vbucket::remove(ByteView key, std::uint64_t cas, const Moment& now) {
    const DocumentPtr old = alive(key, now);
    if (old == nullptr) return {Status::key_enoent};
    if (const Status status = admit(*old, cas, now); status != Status::success) return {status};
    return commit({.key = key, .is_deleted = true, .revision = old->revision()}, now);
}

Change Vbucket::count(const CounterArguments& arguments, const Moment& now) {
    const DocumentPtr old = alive(arguments.key, now);
    DocumentFields fields{.key = arguments.key, .datatype = protocol::Datatype::json};
    std::uint64_t number = arguments.initial;
    if (old == nullptr) {
        if (arguments.expiry == no_create) return {Status::key_enoent};
        fields.expiry = absolute_expiry(arguments.expiry, now);
        if (const DocumentPtr before = newest(arguments.key)) fields.revision = before->revision();
    } else {
        if (const Status status = admit(*old, 0, now); status != Status::success) return {status};
        std::string inflated;
        const std::optional<std::uint64_t> before = read_counter(plain_value(*old, inflated));
        if (!before) return {Status::delta_badval};
        number = !arguments.is_decrement     ? *before + arguments.delta  // it wraps
                 : *before > arguments.delta ? *before - arguments.delta
                                             : 0;
        fields.flags = old->flags();
        fields.expiry = old->expiry();
        fields.revision = old->revision();
    }
    const std::string text = std::to_string(number);
    fields.value = text;
    Change change = commit(fields, now);
    change.counter = number;
    return change;
}

Lookup Vbucket::touch(ByteView key, std::uint32_t expiry, const Moment& now) {
    const DocumentPtr old = alive(key, now);
    if (old == nullptr) return {};
    if (const Status status = admit(*old, 0, now); status != Status::success) return {status};
    DocumentFields fields = old->fields();
    fields.expiry = absolute_expiry(expiry, now);
    const Change change = commit(fields, now);
    return {Status::success, newest(key), change.cas};
}

// The lock's CAS becomes the document's, on this copy alone and without a place in the history.
Lookup Vbucket::get_and_lock(ByteView key, std::uint32_t seconds, const Moment& now) {
    const DocumentPtr old = alive(key, now);
    if (old == nullptr) return {};
    if (lock_of(key, now) != nullptr) return {Status::locked};
    if (seconds == 0 || seconds > longest_lock_seconds) seconds = default_lock_seconds;
    DocumentFields fields = old->fields();
    fields.cas = next_cas(now);
    const DocumentPtr document = make_document(fields);
    put(document);
    locks_[std::string{key}] = {fields.cas, now.wall + std::chrono::seconds{seconds}};
    return {Status::success, document, fields.cas};
}

Status Vbucket::unlock(ByteView key, std::uint64_t cas, const Moment& now) {
    if (alive(key, now) == nullptr) return Status::key_enoent;
    const Lock* const lock = lock_of(key, now);
    if (lock == nullptr) return Status::not_locked;
    if (lock->cas != cas) return Status::locked;
    locks_.erase(std::string{key});
    return Status::success;
}

DocumentPtr Vbucket::newest(ByteView key) const {
    const auto found = newest_.find(key);
    return found == newest_.end() ? nullptr : *found;
}

std::pair<protocol::KeyState, std::uint64_t> Vbucket::observe(ByteView key, const Moment& now) const {
    using protocol::KeyState;
    const DocumentPtr document = newest(key);
    if (document == nullptr || (!document->is_deleted() && document->is_expired(now.unix_seconds())))
        return {KeyState::not_found, 0};
    const bool is_persisted = document->seqno() <= persisted_seqno_;
    if (document->is_deleted())
        return {is_persisted ? KeyState::not_found : KeyState::deleted, is_persisted ? 0 : document->cas()};
    return {is_persisted ? KeyState::persisted : KeyState::found, document->cas()};
}

DocumentPtr Vbucket::random_document(std::uint64_t random, const Moment& now) const {
    const std::size_t buckets = newest_.bucket_count();
    for (std::size_t i = 0; i < buckets; ++i) {
        const std::size_t bucket = (random + i) % buckets;
        for (auto it = newest_.begin(bucket); it != newest_.end(bucket); ++it)
            if (!(*it)->is_deleted() && !(*it)->is_expired(now.unix_seconds())) return *it;
    }
    return nullptr;
}

std::vector<ByteView> Vbucket::keys_from(ByteView start, std::size_t count, const Moment& now) const {
    std::vector<ByteView> keys;
    for (const DocumentPtr& document : newest_)
        if (!document->is_deleted() && !document->is_expired(now.unix_seconds()) && document->key() >= start)
            keys.push_back(document->key());
    const std::size_t wanted = std::min(count, keys.size());
    std::partial_sort(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(wanted), keys.end());
    keys.resize(wanted);
    return keys;
}

void Vbucket::begin_history(std::uint64_t uuid) {
    failover_log_.insert(failover_log_.begin(), {uuid, high_seqno_});
}

std::optional<protocol::ObserveSeqnoResponse> Vbucket::observe_seqno(std::uint16_t id,
                                                                     std::uint64_t uuid) const {
    for (std::size_t i = 0; i < failover_log_.size(); ++i) {
        if (failover_log_[i].vbucket_uuid != uuid) continue;
        protocol::ObserveSeqnoResponse answer{.vbucket = id,
                                              .vbucket_uuid = this->uuid(),
                                              .persisted_seqno = persisted_seqno_,
                                              .current_seqno = high_seqno_};
        if (i != 0) answer.superseded = protocol::SupersededHistory{uuid, failover_log_[i - 1].seqno};
        return answer;
    }
    return std::nullopt;
}

bool Vbucket::is_extension_of(MutationToken point) const noexcept {
    if (point.seqno == 0) return true;
    for (std::size_t i = 0; i < failover_log_.size(); ++i)
        if (failover_log_[i].vbucket_uuid == point.vbucket_uuid)
            return point.seqno <= (i == 0 ? high_seqno_ : failover_log_[i - 1].seqno);
    return false;
}

std::size_t Vbucket::position_after(std::uint64_t seqno) const noexcept {
    const auto first = std::upper_bound(
        log_.begin(), log_.end(), seqno,
        [](std::uint64_t wanted, const LogEntry& entry) { return wanted < entry.document->seqno(); });
    return static_cast<std::size_t>(first - log_.begin());
}

std::vector<DocumentPtr> Vbucket::changes_after(std::uint64_t seqno, std::size_t max_count) const {
    return changes_after(seqno, max_count, Time::max());
}

std::vector<DocumentPtr> Vbucket::changes_after(std::uint64_t seqno, std::size_t max_count,
                                                Time until) const {
    std::vector<DocumentPtr> changes;
    for (std::size_t i = position_after(seqno); i < log_.size() && changes.size() < max_count; ++i) {
        if (log_[i].at > until) break;
        changes.push_back(log_[i].document);
    }
    return changes;
}

std::optional<Time> Vbucket::learnt_after(std::uint64_t seqno) const {
    const std::size_t position = position_after(seqno);
    return position == log_.size() ? std::nullopt : std::optional{log_[position].at};
}

void Vbucket::apply(DocumentPtr document, const Moment& now) {
    if (document->seqno() <= high_seqno_) return;
    high_seqno_ = document->seqno();
    last_cas_ = std::max(last_cas_, document->cas());
    append_log(document, now.now);
    put(std::move(document));
}

void Vbucket::adopt_failover_log(std::vector<MutationToken> log) {
    if (!log.empty()) failover_log_ = std::move(log);
}

std::vector<DocumentPtr> Vbucket::persist(Time until) {
    std::vector<DocumentPtr> persisted = changes_after(persisted_seqno_, log_.size(), until);
    if (persisted.empty()) return persisted;
    persisted_seqno_ = persisted.back()->seqno();
    if (log_.size() >= next_compaction_) compact(until);
    return persisted;
}

// Of the part that is on disk only the last version of each key is needed; of what is not yet, everything. The newest
// that is on disk stays whatever it is, for its seqno. A log that has doubled since pays for the next time.
void Vbucket::compact(Time now) {
    std::unordered_set<ByteView> seen;
    std::deque<LogEntry> kept;
    for (auto entry = log_.rbegin(); entry != log_.rend(); ++entry) {
        const Document& document = *entry->document;
        const bool is_on_disk = document.seqno() <= persisted_seqno_;
        if (is_on_disk && !seen.insert(document.key()).second) continue;
        if (document.seqno() < persisted_seqno_ && is_forgotten(*entry, now)) {
            forget(document);
            continue;
        }
        kept.push_front(std::move(*entry));
    }
    log_ = std::move(kept);
    next_compaction_ = 2 * log_.size() + smallest_compaction;
}

bool Vbucket::is_forgotten(const LogEntry& entry, Time now) const {
    return entry.document->is_deleted() && entry.at + tombstone_age < now;
}

void Vbucket::forget(const Document& tombstone) {
    const auto newest = newest_.find(tombstone.key());
    if (newest == newest_.end() || (*newest)->seqno() != tombstone.seqno()) return;
    data_size_ -= tombstone.key().size();
    newest_.erase(newest);
}

Vbucket Vbucket::persisted_image() const {
    Vbucket image{0};
    image.failover_log_ = failover_log_;
    for (const LogEntry& entry : log_) {
        if (entry.document->seqno() > persisted_seqno_) break;
        image.apply(entry.document, {.now = entry.at, .wall = {}});
    }
    image.persisted_seqno_ = image.high_seqno_;
    return image;
}

void Vbucket::flush(std::uint64_t uuid) {
    newest_.clear();
    locks_.clear();
    log_.clear();
    item_count_ = 0;
    data_size_ = 0;
    high_seqno_ = 0;
    persisted_seqno_ = 0;
    next_compaction_ = smallest_compaction;
    failover_log_ = {{uuid, 0}};
}

}  // namespace txcouchbase::cluster
