// SPDX-License-Identifier: Apache-2.0
#include "protocol/request_rules.hpp"

#include <array>

#include "protocol/document_requests.hpp"
#include "protocol/session_responses.hpp"
#include "protocol/subdoc_check.hpp"

namespace txcouchbase::protocol {
namespace {

constexpr Verdict refuse(Defect defect, Status status = Status::einval) noexcept {
    return {defect, status};
}

Verdict hello_rule(const Frame& frame, const SessionContext&) noexcept {
    return read_hello(frame) ? Verdict{} : refuse(Defect::bad_body);
}

template <std::size_t size>
Verdict value_size_rule(const Frame& frame, const SessionContext&) noexcept {
    return frame.value().size() == size ? Verdict{} : refuse(Defect::bad_body);
}

/// A GETEX answers with any datatype, so the session must be able to take them all.
Verdict getex_rule(const Frame&, const SessionContext& session) noexcept {
    for (const Feature needed : {Feature::snappy_everywhere, Feature::xattr, Feature::json})
        if (!session.features.contains(needed)) return refuse(Defect::bad_datatype, Status::not_supported);
    return {};
}

Verdict get_meta_rule(const Frame& frame, const SessionContext&) noexcept {
    const ByteView version = frame.extras();
    if (version.empty() || version[0] == 1 || version[0] == 2) return {};
    return refuse(Defect::bad_extras);
}

Verdict with_meta_rule(const Frame& frame, const SessionContext&) noexcept {
    ByteView stored;
    MetaOptions options{};
    std::uint16_t extended_size = 0;
    ByteCursor in{frame.extras()};
    in.bytes(24, stored);
    if (in.rest().size() >= sizeof options) in.number(options);
    if (!in.at_end()) in.number(extended_size);
    if (has(options, MetaOptions::regenerate_cas) && !has(options, MetaOptions::skip_conflict_resolution))
        return refuse(Defect::bad_extras);
    return extended_size <= frame.value().size() ? Verdict{} : refuse(Defect::bad_body);
}

Verdict random_key_rule(const Frame& frame, const SessionContext& session) noexcept {
    const bool names_collection = frame.extras_size() != 0;
    if (session.features.contains(Feature::collections) && !names_collection)
        return refuse(Defect::bad_extras);
    return {};
}

Verdict observe_rule(const Frame& frame, const SessionContext& session) noexcept {
    const auto keys = read_records<ObserveKey>(frame.value(), Defect::bad_body);
    if (!keys) return refuse(keys.defect());
    for (const ObserveKey& asked : *keys) {
        if (asked.key.empty()) return refuse(Defect::bad_key);
        if (const Verdict v = check_document_key(asked.key, session); !v.is_accepted()) return v;
    }
    return {};
}

Verdict vb_seqnos_rule(const Frame& frame, const SessionContext&) noexcept {
    VbucketState state{};
    ByteCursor in{frame.extras()};
    if (in.number(state) && state > VbucketState::dead) return refuse(Defect::bad_extras);
    return {};
}

/// The path comes as the value, or from older clients as the key.
Verdict collection_path_rule(const Frame& frame, const SessionContext&) noexcept {
    return frame.key().empty() == frame.value().empty() ? refuse(Defect::bad_value) : Verdict{};
}

Verdict range_scan_create_rule(const Frame& frame, const SessionContext&) noexcept {
    return has(static_cast<Datatype>(frame.datatype()), Datatype::json) ? Verdict{}
                                                                        : refuse(Defect::bad_datatype);
}

constexpr ExtrasSizes sizes(auto... n) noexcept {
    return ((ExtrasSizes{1} << n) | ...);
}

constexpr Datatype raw = Datatype::raw, json = Datatype::json, json_snappy = json | Datatype::snappy,
                   any_datatype = json_snappy | Datatype::xattr;

using enum FramingRule;
constexpr KeyRule no_key = KeyRule::none, a_key = KeyRule::required, maybe_key = KeyRule::optional,
                  document = KeyRule::document;
constexpr ValueRule no_value = ValueRule::none, a_value = ValueRule::required, maybe_value = ValueRule::any;
constexpr CasRule no_cas = CasRule::none, maybe_cas = CasRule::any, a_cas = CasRule::required;

// Families that share one row of the specification.
constexpr RequestRule bare{};
constexpr RequestRule get{no_extras, document};
constexpr RequestRule store{sizes(8),  document,    maybe_value,
                            maybe_cas, json_snappy, durability_and_preserve_ttl};
constexpr RequestRule quiet_store{sizes(8), document, maybe_value, maybe_cas, json_snappy, preserve_ttl};
constexpr RequestRule concatenate{no_extras, document,    a_value,
                                  maybe_cas, json_snappy, durability_and_preserve_ttl};
constexpr RequestRule quiet_concatenate{no_extras, document, a_value, maybe_cas, json_snappy, preserve_ttl};
constexpr RequestRule counter{sizes(20), document, no_value, no_cas, raw, durability_and_preserve_ttl};
constexpr RequestRule quiet_counter{sizes(20), document, no_value, no_cas, raw, preserve_ttl};
constexpr RequestRule flush{sizes(0, 4)};
constexpr RequestRule touch{sizes(4), document, no_value, maybe_cas, raw, durability};
constexpr RequestRule sasl{no_extras, a_key, maybe_value};
constexpr RequestRule getex{no_extras, document, no_value, no_cas, raw, plain, getex_rule};
constexpr RequestRule get_meta{sizes(0, 1), document, no_value, no_cas, raw, plain, get_meta_rule};
constexpr RequestRule with_meta{sizes(24, 26, 28, 30), document, maybe_value,   maybe_cas,
                                any_datatype,          plain,    with_meta_rule};
constexpr RequestRule collection_path{no_extras, maybe_key, maybe_value,         no_cas,
                                      raw,       plain,     collection_path_rule};
constexpr RequestRule subdoc_lookup{sizes(3, 4), document, maybe_value, maybe_cas, raw, plain, subdoc_rule};
constexpr RequestRule subdoc_mutation{sizes(3, 4, 7, 8, 11, 12),   document,   maybe_value, maybe_cas, raw,
                                      durability_and_preserve_ttl, subdoc_rule};
constexpr RequestRule unspecified{any_extras, maybe_key,    maybe_value,
                                  maybe_cas,  any_datatype, durability_and_preserve_ttl};

struct Row {
    Opcode opcode;
    RequestRule rule;
};

constexpr Row table[] = {
    // classic (2.1)
    {Opcode::get, get},
    {Opcode::getq, get},
    {Opcode::getk, get},
    {Opcode::getkq, get},
    {Opcode::set, store},
    {Opcode::setq, quiet_store},
    {Opcode::add, {sizes(8), document, maybe_value, no_cas, json_snappy, durability}},
    {Opcode::addq, {sizes(8), document, maybe_value, no_cas, json_snappy}},
    {Opcode::replace, store},
    {Opcode::replaceq, quiet_store},
    {Opcode::remove, {no_extras, document, no_value, maybe_cas, raw, durability}},
    {Opcode::removeq, {no_extras, document, no_value, maybe_cas}},
    {Opcode::increment, counter},
    {Opcode::incrementq, quiet_counter},
    {Opcode::decrement, counter},
    {Opcode::decrementq, quiet_counter},
    {Opcode::quit, bare},
    {Opcode::quitq, bare},
    {Opcode::flush, flush},
    {Opcode::flushq, flush},
    {Opcode::noop, bare},
    {Opcode::version, bare},
    {Opcode::append, concatenate},
    {Opcode::appendq, quiet_concatenate},
    {Opcode::prepend, concatenate},
    {Opcode::prependq, quiet_concatenate},
    {Opcode::stat, {no_extras, maybe_key, maybe_value, no_cas, json}},
    {Opcode::verbosity, {sizes(4)}},
    {Opcode::touch, touch},
    {Opcode::gat, touch},
    {Opcode::gatq, {sizes(4), document, no_value, maybe_cas}},
    {Opcode::memcached_gatk, unspecified},
    {Opcode::memcached_gatkq, unspecified},
    // session (2.2)
    {Opcode::hello, {no_extras, maybe_key, maybe_value, no_cas, raw, plain, hello_rule, 250}},
    {Opcode::sasl_list_mechs, bare},
    {Opcode::sasl_auth, sasl},
    {Opcode::sasl_step, sasl},
    {Opcode::select_bucket, {no_extras, a_key, no_value, no_cas, raw, plain, nullptr, 100}},
    {Opcode::list_buckets, bare},
    {Opcode::get_cluster_config, {sizes(0, 16)}},
    {Opcode::get_error_map, {no_extras, no_key, a_value, no_cas, raw, plain, value_size_rule<2>}},
    // documents (2.4)
    {Opcode::get_locked, {sizes(0, 4), document}},
    {Opcode::unlock_key, {no_extras, document, no_value, a_cas}},
    {Opcode::get_replica, get},
    {Opcode::getex, getex},
    {Opcode::getex_replica, getex},
    {Opcode::evict_key, {no_extras, document, no_value, maybe_cas}},
    {Opcode::get_meta, get_meta},
    {Opcode::getq_meta, get_meta},
    {Opcode::set_with_meta, with_meta},
    {Opcode::setq_with_meta, with_meta},
    {Opcode::add_with_meta, with_meta},
    {Opcode::addq_with_meta, with_meta},
    {Opcode::del_with_meta, with_meta},
    {Opcode::delq_with_meta, with_meta},
    {Opcode::mutate_with_meta, {any_extras, document, maybe_value, maybe_cas, any_datatype}},
    {Opcode::get_random_key, {sizes(0, 4, 5), no_key, no_value, no_cas, raw, plain, random_key_rule}},
    {Opcode::get_keys, {sizes(0, 4), document}},
    {Opcode::observe, {no_extras, no_key, a_value, no_cas, raw, plain, observe_rule}},
    {Opcode::observe_seqno, {no_extras, no_key, a_value, no_cas, raw, plain, value_size_rule<8>}},
    {Opcode::get_failover_log, bare},
    {Opcode::get_all_vb_seqnos, {sizes(0, 4, 8), no_key, no_value, no_cas, raw, plain, vb_seqnos_rule}},
    {Opcode::seqno_persistence, {sizes(8)}},
    {Opcode::get_vbucket, bare},
    // collections (2.5)
    {Opcode::collections_get_manifest, bare},
    {Opcode::collections_get_id, collection_path},
    {Opcode::collections_get_scope_id, collection_path},
    // sub-document (2.6)
    {Opcode::subdoc_get, subdoc_lookup},
    {Opcode::subdoc_exists, subdoc_lookup},
    {Opcode::subdoc_get_count, subdoc_lookup},
    {Opcode::subdoc_dict_add, subdoc_mutation},
    {Opcode::subdoc_dict_upsert, subdoc_mutation},
    {Opcode::subdoc_delete, subdoc_mutation},
    {Opcode::subdoc_replace, subdoc_mutation},
    {Opcode::subdoc_array_push_last, subdoc_mutation},
    {Opcode::subdoc_array_push_first, subdoc_mutation},
    {Opcode::subdoc_array_insert, subdoc_mutation},
    {Opcode::subdoc_array_add_unique, subdoc_mutation},
    {Opcode::subdoc_counter, subdoc_mutation},
    {Opcode::subdoc_replace_body_with_xattr, subdoc_mutation},
    {Opcode::subdoc_multi_lookup,
     {sizes(0, 1), document, maybe_value, maybe_cas, raw, plain, subdoc_multi_lookup_rule}},
    {Opcode::subdoc_multi_mutation,
     {sizes(0, 1, 4, 5, 8, 9), document, maybe_value, maybe_cas, raw, durability_and_preserve_ttl,
      subdoc_multi_mutation_rule}},
    // range scan (2.7)
    {Opcode::range_scan_create,
     {no_extras, no_key, a_value, no_cas, json_snappy, plain, range_scan_create_rule}},
    {Opcode::range_scan_continue, {sizes(28)}},
    {Opcode::range_scan_cancel, {sizes(16)}},
};

constexpr std::uint8_t no_row = 0xff;
static_assert(std::size(table) < no_row);

constexpr auto row_of_opcode = [] {
    std::array<std::uint8_t, 256> rows{};
    rows.fill(no_row);
    for (std::size_t i = 0; i < std::size(table); ++i)
        rows[static_cast<std::uint8_t>(table[i].opcode)] = static_cast<std::uint8_t>(i);
    return rows;
}();

}  // namespace

const RequestRule* rule_of(Opcode opcode) noexcept {
    const std::uint8_t row = row_of_opcode[static_cast<std::uint8_t>(opcode)];
    return row == no_row ? nullptr : &table[row].rule;
}

}  // namespace txcouchbase::protocol
