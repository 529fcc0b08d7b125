// What one node keeps of a bucket: its copies of the vBuckets, and which of them have something new to tell.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/cluster/kv/vbucket.hpp"

namespace txcouchbase::cluster {

/**
 * The copies of one bucket's vBuckets on one node. Index is the vBucket's id; a copy that is not here is null.
 *
 * A memcached bucket has one copy, number 0, that takes every key.
 */
class Bucket {
public:
    Bucket(std::string name, std::string uuid, std::uint16_t vbuckets)
        : name_(std::move(name)), uuid_(std::move(uuid)), copies_(vbuckets), is_changed_(vbuckets) {}

    const std::string& name() const noexcept { return name_; }
    /// Another bucket of the same name has another uuid.
    const std::string& uuid() const noexcept { return uuid_; }
    std::uint16_t vbuckets() const noexcept { return static_cast<std::uint16_t>(copies_.size()); }

    /// Null when the node has no copy, or the bucket no such vBucket.
    Vbucket* find(std::uint16_t id) noexcept { return id < copies_.size() ? copies_[id].get() : nullptr; }
    const Vbucket* find(std::uint16_t id) const noexcept {
        return id < copies_.size() ? copies_[id].get() : nullptr;
    }
    /// The copy in this state, or null: `active` for all commands but replica reads and observe.
    Vbucket* find(std::uint16_t id, VbucketState state) noexcept {
        Vbucket* copy = find(id);
        return copy != nullptr && copy->state() == state ? copy : nullptr;
    }
    Vbucket& put(std::uint16_t id, std::unique_ptr<Vbucket> copy) {
        copies_[id] = std::move(copy);
        return *copies_[id];
    }
    void drop(std::uint16_t id) { copies_[id].reset(); }

    /// Whoever changes a copy says so; the node then streams and persists what is new.
    void mark_changed(std::uint16_t id) {
        if (is_changed_[id]) return;
        is_changed_[id] = true;
        changed_.push_back(id);
    }
    std::vector<std::uint16_t> take_changed() {
        for (const std::uint16_t id : changed_) is_changed_[id] = false;
        return std::exchange(changed_, {});
    }

private:
    std::string name_;
    std::string uuid_;
    std::vector<std::unique_ptr<Vbucket>> copies_;
    std::vector<bool> is_changed_;
    std::vector<std::uint16_t> changed_;
};

}  // namespace txcouchbase::cluster
