// STAT: one frame for each statistic, and an empty one at the end.
// SPDX-License-Identifier: Apache-2.0
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

template <class Visit>
void for_each_copy(Bucket& bucket, Visit visit) {
    for (std::uint16_t id = 0; id < bucket.vbuckets(); ++id)
        if (const Vbucket* const copy = bucket.find(id)) visit("vb_" + std::to_string(id), *copy);
}

void tell_general(Statistics& to, Exchange& exchange, Bucket& bucket) {
    std::uint64_t items = 0, bytes = 0;
    for_each_copy(bucket, [&](const std::string&, const Vbucket& copy) {
        if (copy.state() == VbucketState::active) items += copy.item_count();
        bytes += copy.data_size();
    });
    to.add("version", server_version);
    to.add("time", exchange.now.unix_seconds());
    to.add("curr_items", items);
    to.add("mem_used", bytes);
    to.add("ep_bucket_type", "persistent");
    to.add("ep_getl_default_timeout", 15);
    to.add("ep_getl_max_timeout", 30);
    to.add("ep_max_size", exchange.node.state->settings.max_value);
}

void tell_details(Statistics& to, Bucket& bucket) {
    for_each_copy(bucket, [&](const std::string& name, const Vbucket& copy) {
        to.add(name, name_of(copy.state()));
        to.add(name + ":num_items", copy.item_count());
        to.add(name + ":high_seqno", copy.high_seqno());
        to.add(name + ":uuid", copy.uuid());
    });
}

void tell_seqnos(Statistics& to, Bucket& bucket) {
    for_each_copy(bucket, [&](const std::string& name, const Vbucket& copy) {
        to.add(name + ":high_seqno", copy.high_seqno());
        to.add(name + ":last_persisted_seqno", copy.persisted_seqno());
        to.add(name + ":uuid", copy.uuid());
    });
}

}  // namespace

void run_stat(Exchange& exchange) {
    Bucket* const bucket = exchange.bucket();
    if (bucket == nullptr) return;
    Statistics to{exchange};
    const ByteView group = exchange.frame.key();
    if (group.empty())
        tell_general(to, exchange, *bucket);
    else if (group == "vbucket")
        for_each_copy(*bucket, [&](const std::string& name, const Vbucket& copy) {
            to.add(name, name_of(copy.state()));
        });
    else if (group == "vbucket-details")
        tell_details(to, *bucket);
    else if (group == "vbucket-seqno")
        tell_seqnos(to, *bucket);
    else if (group == "uuid")
        to.add("uuid", bucket->uuid());
    else if (group != "reset")
        return exchange.refuse(Status::key_enoent);
    to.end();
}

}  // namespace txcouchbase::cluster
