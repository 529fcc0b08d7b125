// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/detail/multi_call.hpp>

#include "client/batch.hpp"
#include "client/cluster_calls.hpp"
#include "client/option_check.hpp"

namespace txcouchbase::detail {

using protocol::Opcode;

namespace {

Opcode opcode_of(Store kind) {
    return kind == Store::set ? Opcode::set : kind == Store::add ? Opcode::add : Opcode::replace;
}
Opcode opcode_of(Concatenate kind) {
    return kind == Concatenate::append ? Opcode::append : Opcode::prepend;
}

Item& item_of(const ItemCollection::Entry& entry) {
    if (entry.item == nullptr) refuse_argument({}, "an Item is null");
    return *entry.item;
}
Item& item_with_value(const ItemCollection::Entry& entry) {
    Item& item = item_of(entry);
    if (!item.has_value()) refuse_argument(item.key, "the Item has no value to store");
    return item;
}

// Only append and prepend know what to do with a fragment.
void refuse_fragment(const ItemCollection::Entry& entry) {
    if (entry.options && entry.options->fragment)
        refuse_argument(entry.item->key, "a fragment can only be appended or prepended");
}

// An Item's own ttl goes before that of the whole call.
void merge_ttl(const ItemCollection::Entry& entry, Ttl& ttl) {
    if (entry.options && !entry.options->ttl.is_none()) ttl = entry.options->ttl;
}

using Decodes = Batch::Decodes;

void add_unsupported(Batch& batch, Opcode opcode, std::string_view key, std::string_view cause) {
    check_key(key);
    batch.add_refused(key, unsupported_error(opcode, key, cause));
}

// What takes several steps; on memcached, none of them.
void add_steps(Core& core, Batch& batch, Opcode opcode, std::string_view key, Composite& operation,
               Decodes decodes, std::string_view why_not) {
    if (core.is_cluster())
        batch.add(key, operation, decodes);
    else
        add_unsupported(batch, opcode, key, why_not);
}

template <class Options>
void add_change(Core& core, Batch& batch, std::string_view key, const Call& call, const Options& options) {
    if (!is_durable(options)) return batch.add(key, call);
    if (!core.is_cluster()) return add_unsupported(batch, call.request.opcode, key, durability);
    check_key(call.request.key);
    batch.add(key, *std::make_shared<DurableChange>(core, call, durability_of(options)), Decodes::key);
}

void add_lock(Core& core, Batch& batch, std::string_view key, const Call& call) {
    if (core.is_cluster())
        batch.add(key, call);
    else
        add_unsupported(batch, call.request.opcode, key, no_locks);
}

}  // namespace

MultiCall::MultiCall(Core& core, const TranscoderPtr& transcoder)
    : core_(core),
      batch_(Batch::start(core, transcoder ? transcoder : core.options().transcoder, Batch::Gives::results)) {
}

MultiCall::~MultiCall() {
    if (batch_ != nullptr) batch_->take_back();
}

void MultiCall::expect(std::size_t keys) {
    batch_->expect(keys);
}

void MultiCall::get(std::string_view key, const GetOptions& options) {
    if (options.replica)
        return add_steps(core_, *batch_, Opcode::get_replica, key,
                         *make_replica_read(core_, key, options, batch_->transcoder()),
                         Decodes::key_and_value, no_replicas);
    batch_->add(key, make_get(core_, key, options, batch_->transcoder()));
}

void MultiCall::touch(std::string_view key, const Ttl& ttl, const RequestOptions& options) {
    batch_->add(key, make_touch(core_, key, ttl, options, batch_->transcoder()));
}

void MultiCall::store(Store kind, std::string_view key, const Encodable& value, const StoreOptions& options) {
    const Call call = make_store(core_, opcode_of(kind), key, value, options, batch_->transcoder());
    add_change(core_, *batch_, key, call, options);
}

void MultiCall::concatenate(Concatenate kind, std::string_view key, const Encodable& fragment,
                            const AppendOptions& options) {
    const Call call =
        make_concatenation(core_, opcode_of(kind), key, fragment, options, batch_->transcoder());
    add_change(core_, *batch_, key, call, options);
}

void MultiCall::remove(std::string_view key, const RemoveOptions& options) {
    const Call call = make_remove(core_, key, options, batch_->transcoder());
    add_change(core_, *batch_, key, call, options);
}

void MultiCall::count(std::string_view key, Delta delta, const CounterOptions& options) {
    batch_->add(key, make_count(core_, key, delta, options, batch_->transcoder()));
}

void MultiCall::lock(std::string_view key, const Ttl& ttl, const RequestOptions& options) {
    add_lock(core_, *batch_, key, make_lock(core_, key, ttl, options, batch_->transcoder()));
}

void MultiCall::unlock(std::string_view key, std::uint64_t cas, const RequestOptions& options) {
    add_lock(core_, *batch_, key, make_unlock(core_, key, cas, options, batch_->transcoder()));
}

void MultiCall::get_replica(std::string_view key, const ReplicaOptions& options) {
    add_steps(core_, *batch_, Opcode::get_replica, key,
              *make_replica_read(core_, key, options, batch_->transcoder()), Decodes::key_and_value,
              no_replicas);
}

void MultiCall::observe(std::string_view key, const ObserveOptions& options) {
    add_steps(core_, *batch_, Opcode::observe, key,
              *make_observation(core_, key, options, batch_->transcoder(), true), Decodes::key, durability);
}

void MultiCall::endure(std::string_view key, const EndureOptions& options) {
    add_steps(core_, *batch_, Opcode::observe, key,
              *make_durability(core_, key, options, batch_->transcoder()), Decodes::key, durability);
    // Which of two answers would say how durable the key is?
    if (batch_->duplicates() != 0)
        throw_exception(Error{errc::duplicate_commands,
                              {.key = std::string{key}, .cause = "endure_multi takes each key once"}});
}

// What the nodes know of it is no value of the Item's.
void MultiCall::observe(const ItemCollection::Entry& entry, const ObserveOptions& options) {
    const Item& item = item_of(entry);
    refuse_fragment(entry);
    observe(item.key, options);
}

void MultiCall::get(const ItemCollection::Entry& entry, GetOptions options) {
    const Item& item = item_of(entry);
    refuse_fragment(entry);
    merge_ttl(entry, options.ttl);
    get(item.key, options);
    attach(entry);
}

void MultiCall::touch(const ItemCollection::Entry& entry, Ttl ttl, const RequestOptions& options) {
    const Item& item = item_of(entry);
    refuse_fragment(entry);
    merge_ttl(entry, ttl);
    touch(item.key, ttl, options);
    attach(entry);
}

void MultiCall::store(Store kind, const ItemCollection::Entry& entry, StoreOptions options) {
    const Item& item = item_with_value(entry);
    refuse_fragment(entry);
    merge_ttl(entry, options.ttl);
    if (entry.options && entry.options->format) options.format = entry.options->format;
    const bool ignores_cas = entry.options && entry.options->ignore_cas;
    options.cas = ignores_cas ? 0 : item.cas;
    store(kind, item.key, item.encodable(), options);
    attach(entry);
}

void MultiCall::concatenate(Concatenate kind, const ItemCollection::Entry& entry, AppendOptions options,
                            bool both) {
    const Item& item = both ? item_with_value(entry) : item_of(entry);
    if (!entry.options || !entry.options->fragment)
        refuse_argument(item.key, "the Item's options have no fragment");
    const std::string& fragment = *entry.options->fragment;
    options.format = entry.options->format.value_or(options.format);
    options.cas = entry.options->ignore_cas ? 0 : item.cas;
    concatenate(kind, item.key, fragment, options);
    attach(entry, both && kind == Concatenate::prepend ? fragment : std::string{},
           both && kind == Concatenate::append ? fragment : std::string{});
}

void MultiCall::remove(const ItemCollection::Entry& entry, RemoveOptions options) {
    const Item& item = item_of(entry);
    refuse_fragment(entry);
    options.cas = entry.options && entry.options->ignore_cas ? 0 : item.cas;
    remove(item.key, options);
    attach(entry);
}

void MultiCall::count(const ItemCollection::Entry& entry, CounterOptions options, bool down) {
    const Item& item = item_of(entry);
    refuse_fragment(entry);
    if (entry.options) {
        options.delta = entry.options->delta.value_or(options.delta);
        if (entry.options->initial) options.initial = entry.options->initial;
    }
    merge_ttl(entry, options.ttl);
    count(item.key, down ? -options.delta : options.delta, options);
    attach(entry);
}

void MultiCall::lock(const ItemCollection::Entry& entry, Ttl ttl, const RequestOptions& options) {
    const Item& item = item_of(entry);
    refuse_fragment(entry);
    merge_ttl(entry, ttl);
    lock(item.key, ttl, options);
    attach(entry);
}

void MultiCall::get_replica(const ItemCollection::Entry& entry, const ReplicaOptions& options) {
    const Item& item = item_of(entry);
    refuse_fragment(entry);
    get_replica(item.key, options);
    attach(entry);
}

void MultiCall::unlock(const ItemCollection::Entry& entry, const RequestOptions& options) {
    const Item& item = item_of(entry);
    refuse_fragment(entry);
    unlock(item.key, item.cas, options);
    attach(entry);
}

void MultiCall::endure(const ItemCollection::Entry& entry, EndureOptions options) {
    const Item& item = item_of(entry);
    refuse_fragment(entry);
    options.cas = item.cas;
    endure(item.key, options);
    attach(entry);
}

void MultiCall::attach(const ItemCollection::Entry& entry, std::string front, std::string back) {
    batch_->attach(entry.item, std::move(front), std::move(back));
}

AsyncResult<MultiResult> MultiCall::send() {
    const std::size_t count = batch_->size();
    if (count == 0) refuse_argument({}, "there is no key");
    if (count < batch_->expected())
        refuse_argument({}, "the range has " + std::to_string(count) + " keys, but its size is " +
                                std::to_string(batch_->expected()));
    return AsyncResult<MultiResult>{std::exchange(batch_, nullptr)->send()};
}

void refuse_two_ttls(const Ttl& for_all) {
    if (!for_all.is_none()) refuse_argument({}, "a ttl for all keys cannot be given beside those of each");
}

std::uint64_t cas_of(const OperationResult& result) {
    if (!has_cas(result))
        refuse_argument(result.key(),
                        "the result of this key is a failure, which has no CAS; "
                        "split_results().ok has those that have one");
    return result.cas();
}

void refuse_own_transcoder(std::string_view key) {
    refuse_argument(key, "one key cannot have a transcoder of its own: give it to the whole call");
}

void refuse_shared_cas(std::string_view key) {
    refuse_argument(key, "several keys cannot have the same CAS");
}

}  // namespace txcouchbase::detail
