// STAT: one frame for each statistic, and an empty one at the end.
// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "tests/cluster/kv/commands.hpp"
#include "tests/cluster/version.hpp"

namespace txcouchbase::cluster {
namespace {

class Statistics {
public:
    explicit Statistics(Exchange& exchange) : exchange_(exchange) {}
    void add(std::string_view name, std::string_view value) {
        exchange_.answer({.key = name, .value = value});
    }
    void add(std::string_view name, std::uint64_t value) { add(name, std::to_string(value)); }
    void end() { exchange_.answer(); }

private:
    Exchange& exchange_;
};

std::string_view name_of(VbucketState state) {
    switch (state) {
        case VbucketState::active: return "active";
        case VbucketState::replica: return "replica";
        case VbucketState::pending: return "pending";
        default: return "dead";
    }
}

/// The copies that a group is about: all, or that of the vBucket behind its name.
struct Copies {
    Bucket& bucket;
    std::optional<std::uint16_t> only = {};

    template <class Visit>
    void for_each(Visit visit) const {
        for (std::uint16_t id = 0; id < bucket.vbuckets(); ++id)
            if (const Vbucket* const copy = bucket.find(id); copy != nullptr && (!only || *only == id))
                visit("vb_" + std::to_string(id), *copy);
    }
};

void tell_general(Statistics& to, Exchange& exchange, const Copies& copies) {
    std::uint64_t items = 0, bytes = 0;
    copies.for_each([&](const std::string&, const Vbucket& copy) {
        if (copy.state() == VbucketState::active) items += copy.item_count();
        bytes += copy.data_size();
    });
    to.add("version", server_version);
    to.add("time", exchange.now.unix_seconds());
    to.add("curr_items", items);
    to.add("mem_used", bytes);
    if (exchange.is_memcached()) return;
    to.add("ep_bucket_type", "persistent");
    to.add("ep_compression_mode", "passive");
    to.add("ep_getl_default_timeout", 15);
    to.add("ep_getl_max_timeout", 30);
    to.add("ep_max_size", exchange.node.state->settings.max_value);
}

void tell_settings(Statistics& to) {
    to.add("auth_enabled_sasl", "yes");
    to.add("collections_enabled", "false");
    to.add("max_packet_size", protocol::default_max_frame);
    to.add("xattr_enabled", "false");
}

void tell_states(Statistics& to, const Copies& copies) {
    copies.for_each(
        [&](const std::string& name, const Vbucket& copy) { to.add(name, name_of(copy.state())); });
}

void tell_details(Statistics& to, const Copies& copies) {
    copies.for_each([&](const std::string& name, const Vbucket& copy) {
        to.add(name, name_of(copy.state()));
        to.add(name + ":num_items", copy.item_count());
        to.add(name + ":high_seqno", copy.high_seqno());
        to.add(name + ":uuid", copy.uuid());
    });
}

void tell_seqnos(Statistics& to, const Copies& copies) {
    copies.for_each([&](const std::string& name, const Vbucket& copy) {
        to.add(name + ":high_seqno", copy.high_seqno());
        to.add(name + ":last_persisted_seqno", copy.persisted_seqno());
        to.add(name + ":uuid", copy.uuid());
    });
}

/// The vBucket that a group's argument names, or nothing when it is no number of one.
std::optional<std::uint16_t> read_vbucket(ByteView text) noexcept {
    std::uint16_t id = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return id;
}

}  // namespace

// "group", or "group argument": of a vBucket's group one vBucket.
void run_stat(Exchange& exchange) {
    Bucket* const bucket = exchange.bucket();
    if (bucket == nullptr) return;
    Copies copies{*bucket};
    ByteView group = exchange.frame.key();
    if (const std::size_t space = group.find(' '); group.starts_with("vbucket") && space != ByteView::npos) {
        copies.only = read_vbucket(group.substr(space + 1));
        if (!copies.only) return exchange.refuse(Status::einval);
        if (bucket->find(*copies.only) == nullptr) return exchange.refuse_vbucket();
        group = group.substr(0, space);
    }
    Statistics to{exchange};
    if (group.empty())
        tell_general(to, exchange, copies);
    else if (group == "settings")
        tell_settings(to);
    else if (group == "vbucket")
        tell_states(to, copies);
    else if (group == "vbucket-details")
        tell_details(to, copies);
    else if (group == "vbucket-seqno")
        tell_seqnos(to, copies);
    else if (group == "uuid")
        to.add("uuid", bucket->uuid());
    else if (group != "reset")
        return exchange.refuse(Status::key_enoent);
    to.end();
}

}  // namespace txcouchbase::cluster
