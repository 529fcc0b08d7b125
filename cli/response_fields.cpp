// SPDX-License-Identifier: Apache-2.0
#include "cli/response_fields.hpp"

#include "cli/field_format.hpp"
#include "protocol/collection_responses.hpp"
#include "protocol/document_responses.hpp"
#include "protocol/error_body.hpp"
#include "protocol/range_scan_responses.hpp"
#include "protocol/server_push.hpp"
#include "protocol/session_responses.hpp"
#include "protocol/subdoc.hpp"
#include "protocol/subdoc_responses.hpp"
#include "protocol/utf8.hpp"
#include "protocol/xattr_section.hpp"

namespace txcouchbase::cli {
namespace {

using namespace protocol;
using nlohmann::json;

json value_fields(const Frame& frame) {
    const auto response = read_value(frame);
    if (!response) return nullptr;
    json fields{{"flags", hex_number(response->flags)}};
    if (!has(response->datatype, Datatype::xattr) || has(response->datatype, Datatype::snappy)) return fields;
    const auto document = read_xattr_value(response->value);
    if (!document) return fields;
    json xattrs = json::object();
    for (const XattrPair& pair : document->xattrs)
        xattrs[is_utf8(pair.key) ? std::string{pair.key} : hex_bytes(pair.key)] = json_or_text(pair.value);
    fields["xattrs"] = xattrs;
    fields["body"] = json_or_text(document->body);
    return fields;
}

json token_fields(const MutationResponse& mutation) {
    if (!mutation.token) return nullptr;
    return {{"vbucket_uuid", hex_number(mutation.token->vbucket_uuid)},
            {"seqno", std::to_string(mutation.token->seqno)}};
}

json mutation_fields(const Frame& frame) {
    const auto mutation = read_mutation(frame);
    return mutation ? token_fields(*mutation) : nullptr;
}

json counter_fields(const Frame& frame) {
    const auto response = read_counter(frame);
    if (!response) return nullptr;
    json fields = token_fields(response->mutation);
    fields["counter"] = std::to_string(response->value);
    return fields;
}

json touch_fields(const Frame& frame) {
    const auto response = read_touch(frame);
    if (!response || !response->flags) return nullptr;
    return {{"flags", hex_number(*response->flags)}};
}

json hello_fields(const Frame& frame) {
    json codes = json::array();
    for (const Feature feature : Records<Feature>{frame.value()})
        codes.push_back(static_cast<std::uint16_t>(feature));
    return {{"features", codes}};
}

json words_fields(const char* name, const Frame& frame) {
    json words = json::array();
    for (const Word& word : read_words(frame)) words.push_back(text_or_hex(word.text));
    return {{name, words}};
}

json meta_fields(const Frame& frame) {
    const auto meta = read_meta(frame);
    if (!meta) return nullptr;
    json fields{{"deleted", meta->deleted},
                {"flags", hex_number(meta->flags)},
                {"expiry", meta->expiry},
                {"seqno", std::to_string(meta->seqno)}};
    if (meta->datatype) fields["datatype"] = bits(*meta->datatype);
    return fields;
}

json observe_fields(const Frame& frame) {
    json entries = json::array();
    for (const ObserveEntry& entry : Records<ObserveEntry>{frame.value()})
        entries.push_back({entry.vbucket, text_or_hex(entry.key), name(entry.state), hex_number(entry.cas)});
    return {{"entries", entries}};
}

json observe_seqno_fields(const Frame& frame) {
    const auto response = read_observe_seqno(frame);
    if (!response) return nullptr;
    json fields{{"format", response->superseded ? 1 : 0},
                {"vbucket", response->vbucket},
                {"vbucket_uuid", hex_number(response->vbucket_uuid)},
                {"persisted_seqno", std::to_string(response->persisted_seqno)},
                {"current_seqno", std::to_string(response->current_seqno)}};
    if (response->superseded) {
        fields["old_vbucket_uuid"] = hex_number(response->superseded->vbucket_uuid);
        fields["last_seqno"] = std::to_string(response->superseded->last_seqno);
    }
    return fields;
}

json failover_fields(const Frame& frame) {
    json entries = json::array();
    for (const MutationToken& entry : Records<MutationToken>{frame.value()})
        entries.push_back({hex_number(entry.vbucket_uuid), std::to_string(entry.seqno)});
    return {{"entries", entries}};
}

json vb_seqnos_fields(const Frame& frame) {
    json seqnos = json::array();
    for (const VbucketSeqno& entry : Records<VbucketSeqno>{frame.value()})
        seqnos.push_back({entry.vbucket, std::to_string(entry.seqno)});
    return {{"seqnos", seqnos}};
}

json vbucket_fields(const Frame& frame) {
    const auto state = read_vbucket(frame);
    return state ? json{{"state", static_cast<std::uint32_t>(*state)}} : json{};
}

json keys_fields(const Frame& frame) {
    json keys = json::array();
    for (const SizedKey& entry : Records<SizedKey>{frame.value()}) keys.push_back(text_or_hex(entry.key));
    return {{"keys", keys}};
}

json collection_fields(const char* name, const Frame& frame) {
    const auto response = read_collection_id(frame);
    if (!response) return nullptr;
    return {{"manifest_uid", hex_number(response->manifest_uid)}, {name, response->id}};
}

json multi_lookup_fields(const Frame& frame) {
    json results = json::array();
    for (const LookupResult& result : Records<LookupResult>{frame.value()})
        results.push_back({hex_number(static_cast<std::uint16_t>(result.status)), text_or_hex(result.value)});
    return {{"results", results}};
}

json multi_mutation_fields(const Frame& frame) {
    const auto response = read_multi_mutation(frame);
    if (!response) return nullptr;
    if (response->failure)
        return {{"failed_index", response->failure->index},
                {"failed_status", hex_number(static_cast<std::uint16_t>(response->failure->status))}};
    json results = json::array();
    for (const MutationResult& result : response->results)
        results.push_back(
            {result.index, hex_number(static_cast<std::uint16_t>(result.status)), text_or_hex(result.value)});
    json fields = token_fields(response->mutation);
    fields["results"] = results;
    return fields;
}

json batch_fields(const Records<ScanKey>& records) {
    json keys = json::array();
    for (const ScanKey& record : records) keys.push_back(text_or_hex(record.key));
    return {{"mode", "keys"}, {"keys", keys}};
}

json batch_fields(const Records<ScanDocument>& records) {
    json docs = json::array();
    for (const ScanDocument& record : records)
        docs.push_back({{"flags", record.flags},
                        {"expiry", record.expiry},
                        {"seqno", std::to_string(record.seqno)},
                        {"cas", hex_number(record.cas)},
                        {"datatype", bits(record.datatype)},
                        {"key", text_or_hex(record.key)},
                        {"value", text_or_hex(record.value)}});
    return {{"mode", "documents"}, {"docs", docs}};
}

json scan_batch_fields(const Frame& frame) {
    const auto batch = read_range_scan_continue(frame);
    if (!batch || frame.extras().empty()) return nullptr;
    return std::visit([](const auto& records) { return batch_fields(records); }, *batch);
}

json error_fields(const Frame& frame) {
    if (frame.status() == Status::not_my_vbucket) return nullptr;  // the body is a cluster map
    const ErrorBody body = read_error_body(frame.value());
    json fields;
    if (!body.context.empty()) fields["error_context"] = body.context;
    if (!body.ref.empty()) fields["error_ref"] = body.ref;
    if (!body.manifest_uid.empty()) fields["manifest_uid"] = body.manifest_uid;
    return fields;
}

json classic_fields(const Frame& frame) {
    switch (frame.opcode()) {
        case Opcode::get:
        case Opcode::getq:
        case Opcode::getk:
        case Opcode::getkq:
        case Opcode::gat:
        case Opcode::gatq:
        case Opcode::memcached_gatk:
        case Opcode::memcached_gatkq:
        case Opcode::get_locked:
        case Opcode::get_replica:
        case Opcode::getex:
        case Opcode::getex_replica:
        case Opcode::get_random_key: return value_fields(frame);
        case Opcode::set:
        case Opcode::setq:
        case Opcode::add:
        case Opcode::addq:
        case Opcode::replace:
        case Opcode::replaceq:
        case Opcode::remove:
        case Opcode::removeq:
        case Opcode::append:
        case Opcode::appendq:
        case Opcode::prepend:
        case Opcode::prependq:
        case Opcode::set_with_meta:
        case Opcode::setq_with_meta:
        case Opcode::add_with_meta:
        case Opcode::addq_with_meta:
        case Opcode::del_with_meta:
        case Opcode::delq_with_meta: return mutation_fields(frame);
        case Opcode::increment:
        case Opcode::incrementq:
        case Opcode::decrement:
        case Opcode::decrementq: return counter_fields(frame);
        case Opcode::touch: return touch_fields(frame);
        default: return nullptr;
    }
}

json couchbase_fields(const Frame& frame) {
    switch (frame.opcode()) {
        case Opcode::hello: return hello_fields(frame);
        case Opcode::sasl_list_mechs: return words_fields("mechanisms", frame);
        case Opcode::list_buckets: return words_fields("buckets", frame);
        case Opcode::get_meta:
        case Opcode::getq_meta: return meta_fields(frame);
        case Opcode::observe: return observe_fields(frame);
        case Opcode::observe_seqno: return observe_seqno_fields(frame);
        case Opcode::get_failover_log: return failover_fields(frame);
        case Opcode::get_all_vb_seqnos: return vb_seqnos_fields(frame);
        case Opcode::get_vbucket: return vbucket_fields(frame);
        case Opcode::get_keys: return keys_fields(frame);
        case Opcode::collections_get_id: return collection_fields("collection_id", frame);
        case Opcode::collections_get_scope_id: return collection_fields("scope_id", frame);
        case Opcode::subdoc_multi_lookup: return multi_lookup_fields(frame);
        case Opcode::subdoc_multi_mutation: return multi_mutation_fields(frame);
        case Opcode::range_scan_create: return {{"scan_uuid", hex_bytes(frame.value())}};
        case Opcode::range_scan_continue: return scan_batch_fields(frame);
        default: return is_subdoc_mutation(frame.opcode()) ? mutation_fields(frame) : nullptr;
    }
}

}  // namespace

json response_fields(const Frame& frame) {
    if (!has_data_body(frame.status())) return error_fields(frame);
    json fields = classic_fields(frame);
    return fields.is_null() ? couchbase_fields(frame) : fields;
}

json push_fields(const Frame& frame) {
    const auto push = read_config_push(frame);
    if (static_cast<ServerOpcode>(frame.opcode()) != ServerOpcode::clustermap_change_notification || !push)
        return nullptr;
    json fields;
    put_text(fields, "bucket", push->bucket);
    if (!push->version) return fields;
    if (frame.extras_size() == 4) {
        fields["revision"] = push->version->revision;
        return fields;
    }
    fields["epoch"] = std::to_string(push->version->epoch);
    fields["revision"] = std::to_string(push->version->revision);
    fields["brief"] = push->config.empty();
    return fields;
}

}  // namespace txcouchbase::cli
