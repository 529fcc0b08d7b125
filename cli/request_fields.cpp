// SPDX-License-Identifier: Apache-2.0
#include "cli/request_fields.hpp"

#include <type_traits>

#include "cli/field_format.hpp"
#include "protocol/base64.hpp"
#include "protocol/document_requests.hpp"
#include "protocol/session_responses.hpp"
#include "protocol/subdoc.hpp"

namespace txcouchbase::cli {
namespace {

using namespace protocol;
using nlohmann::json;

enum class As : std::uint8_t { number, text, signed_text, hex };

/// One number of the extras, by its size, and how it is written.
struct Field {
    const char* name;
    std::size_t size;
    As as;
};

constexpr Field expiry[] = {{"expiry", 4, As::number}};
constexpr Field store[] = {{"flags", 4, As::hex}, {"expiry", 4, As::number}};
constexpr Field counter[] = {{"delta", 8, As::text}, {"initial", 8, As::text}, {"expiry", 4, As::number}};
constexpr Field verbosity[] = {{"level", 4, As::number}};
constexpr Field config_version[] = {{"epoch", 8, As::signed_text}, {"revision", 8, As::signed_text}};
constexpr Field lock[] = {{"lock_time", 4, As::number}};
constexpr Field get_meta[] = {{"version", 1, As::number}};
constexpr Field with_meta[] = {{"flags", 4, As::hex},      {"expiry", 4, As::number},
                               {"rev_seqno", 8, As::text}, {"cas", 8, As::hex},
                               {"options", 4, As::number}, {"extended_meta_size", 2, As::number}};
constexpr Field random_key[] = {{"collection_id", 4, As::number}, {"include_xattr", 1, As::number}};
constexpr Field vb_seqnos[] = {{"state", 4, As::number}, {"collection_id", 4, As::number}};
constexpr Field seqno[] = {{"seqno", 8, As::text}};
constexpr Field count[] = {{"count", 4, As::number}};
constexpr Field scan_limits[] = {
    {"item_limit", 4, As::number}, {"time_limit_ms", 4, As::number}, {"byte_limit", 4, As::number}};
constexpr Field max_version[] = {{"max_version", 2, As::number}};
constexpr Field vbucket_uuid[] = {{"vbucket_uuid", 8, As::hex}};

template <class Number>
bool put_number(json& fields, const Field& field, ByteCursor& in) {
    Number number{};
    if (!in.number(number)) return false;
    switch (field.as) {
        case As::number: fields[field.name] = number; break;
        case As::text: fields[field.name] = std::to_string(number); break;
        case As::signed_text:
            fields[field.name] = std::to_string(static_cast<std::make_signed_t<Number>>(number));
            break;
        case As::hex: fields[field.name] = hex_number(number); break;
    }
    return true;
}

bool put(json& fields, const Field& field, ByteCursor& in) {
    switch (field.size) {
        case 1: return put_number<std::uint8_t>(fields, field, in);
        case 2: return put_number<std::uint16_t>(fields, field, in);
        case 4: return put_number<std::uint32_t>(fields, field, in);
        default: return put_number<std::uint64_t>(fields, field, in);
    }
}

/// As many of the numbers as are there: most trailing ones are optional.
template <std::size_t n>
json numbers(const Field (&layout)[n], ByteView bytes) {
    json fields;
    ByteCursor in{bytes};
    for (const Field& field : layout)
        if (!put(fields, field, in)) break;
    return fields;
}

json with_meta_fields(ByteView extras) {
    json fields = numbers(with_meta, extras);
    // Two bytes more than the first four numbers, or than the options, are a size: 26 has it without options.
    if (extras.size() == 26) fields["extended_meta_size"] = load_be<std::uint16_t>(extras.data() + 24);
    return fields;
}

bool is_retired(Feature feature) {
    return feature == Feature::datatype || feature == Feature::tls || feature == Feature::tcp_delay ||
           feature == Feature::old_collections || feature == Feature::pitr;
}

/// A wish is spelled out, unless it asks for something that has lost its meaning and hence its name.
json hello_fields(const Frame& frame) {
    const auto features = read_hello(frame);
    if (!features) return nullptr;
    json codes = json::array();
    json names = json::array();
    bool all_are_live = !features->empty();
    for (const Feature feature : *features) {
        codes.push_back(static_cast<std::uint16_t>(feature));
        names.push_back(name(feature));
        all_are_live = all_are_live && !is_retired(feature);
    }
    json fields{{"features", codes}};
    if (all_are_live) fields["feature_names"] = names;
    return fields;
}

json sasl_fields(const Frame& frame) {
    json fields;
    put_text(fields, "mechanism", frame.key());
    if (frame.opcode() != Opcode::sasl_auth || frame.key() != "PLAIN") return fields;
    const ByteView value = frame.value();
    const std::size_t user = value.find('\0');
    const std::size_t password = user == ByteView::npos ? user : value.find('\0', user + 1);
    if (password == ByteView::npos) return fields;
    put_text(fields, "authzid", value.substr(0, user));
    put_text(fields, "username", value.substr(user + 1, password - user - 1));
    put_text(fields, "password", value.substr(password + 1));
    return fields;
}

json observe_fields(const Frame& frame) {
    json keys = json::array();
    for (const ObserveKey& asked : Records<ObserveKey>{frame.value()})
        keys.push_back({asked.vbucket, text_or_hex(asked.key)});
    return {{"keys", keys}};
}

void put_options(json& fields, const SubdocOptions& options) {
    if (options.expiry) fields["expiry"] = *options.expiry;
    if (options.user_flags) fields["user_flags"] = *options.user_flags;
    if (options.doc_flags != DocFlags::none) fields["doc_flags"] = bits(options.doc_flags);
}

json subdoc_fields(const Frame& frame) {
    const auto request = read_subdoc(frame);
    if (!request) return nullptr;
    json fields{{"path_flags", bits(request->path_flags)}};
    put_text(fields, "path", request->path);
    put_options(fields, request->options);
    if (!request->fragment.empty()) put_text(fields, "fragment", request->fragment);
    return fields;
}

json spec_fields(const LookupSpec& spec) {
    return {hex_number(static_cast<std::uint8_t>(spec.opcode)), bits(spec.path_flags),
            text_or_hex(spec.path)};
}
json spec_fields(const MutationSpec& spec) {
    return {hex_number(static_cast<std::uint8_t>(spec.opcode)), bits(spec.path_flags), text_or_hex(spec.path),
            text_or_hex(spec.value)};
}

template <class Spec>
json multi_fields(const Frame& frame) {
    json specs = json::array();
    for (const Spec& spec : Records<Spec>{frame.value()}) specs.push_back(spec_fields(spec));
    json fields{{"specs", specs}};
    if (const auto options = read_subdoc_multi_options(frame)) put_options(fields, *options);
    return fields;
}

json scan_fields(const Frame& frame) {
    json fields;
    const json scan = json_or_text(frame.value());
    if (!scan.is_object() || !scan.contains("range") || !scan["range"].is_object()) return fields;
    for (const auto& [name, bound] : scan["range"].items())
        if (const auto key = bound.is_string() ? base64_decode(bound.get<std::string>()) : std::nullopt)
            put_text(fields, "range_" + name, *key);
    return fields;
}

json scan_step_fields(const Frame& frame) {
    ByteView scan;
    ByteCursor in{frame.extras()};
    if (!in.bytes(16, scan)) return nullptr;
    json fields = numbers(scan_limits, in.rest());
    fields["scan_uuid"] = hex_bytes(scan);
    return fields;
}

json classic_fields(const Frame& frame) {
    switch (frame.opcode()) {
        case Opcode::set:
        case Opcode::setq:
        case Opcode::add:
        case Opcode::addq:
        case Opcode::replace:
        case Opcode::replaceq: return numbers(store, frame.extras());
        case Opcode::increment:
        case Opcode::incrementq:
        case Opcode::decrement:
        case Opcode::decrementq: return numbers(counter, frame.extras());
        case Opcode::touch:
        case Opcode::gat:
        case Opcode::gatq:
        case Opcode::memcached_gatk:
        case Opcode::memcached_gatkq:
        case Opcode::flush:
        case Opcode::flushq: return numbers(expiry, frame.extras());
        case Opcode::verbosity: return numbers(verbosity, frame.extras());
        default: return nullptr;
    }
}

json session_fields(const Frame& frame) {
    switch (frame.opcode()) {
        case Opcode::hello: return hello_fields(frame);
        case Opcode::sasl_auth:
        case Opcode::sasl_step: return sasl_fields(frame);
        case Opcode::get_error_map: return numbers(max_version, frame.value());
        case Opcode::get_cluster_config: return numbers(config_version, frame.extras());
        default: return nullptr;
    }
}

json document_fields(const Frame& frame) {
    switch (frame.opcode()) {
        case Opcode::get_locked: return numbers(lock, frame.extras());
        case Opcode::get_meta:
        case Opcode::getq_meta: return numbers(get_meta, frame.extras());
        case Opcode::set_with_meta:
        case Opcode::setq_with_meta:
        case Opcode::add_with_meta:
        case Opcode::addq_with_meta:
        case Opcode::del_with_meta:
        case Opcode::delq_with_meta: return with_meta_fields(frame.extras());
        case Opcode::get_random_key: return numbers(random_key, frame.extras());
        case Opcode::get_keys: return numbers(count, frame.extras());
        case Opcode::observe: return observe_fields(frame);
        case Opcode::observe_seqno: return numbers(vbucket_uuid, frame.value());
        case Opcode::get_all_vb_seqnos: return numbers(vb_seqnos, frame.extras());
        case Opcode::seqno_persistence: return numbers(seqno, frame.extras());
        default: return nullptr;
    }
}

json collection_fields(const Frame& frame) {
    json fields;
    // Older clients send the path as the key.
    put_text(fields, "path", frame.value().empty() ? frame.key() : frame.value());
    return fields;
}

}  // namespace

json request_fields(const Frame& frame) {
    const Opcode opcode = frame.opcode();
    if (is_subdoc_lookup(opcode) || is_subdoc_mutation(opcode)) return subdoc_fields(frame);
    switch (opcode) {
        case Opcode::subdoc_multi_lookup: return multi_fields<LookupSpec>(frame);
        case Opcode::subdoc_multi_mutation: return multi_fields<MutationSpec>(frame);
        case Opcode::collections_get_id:
        case Opcode::collections_get_scope_id: return collection_fields(frame);
        case Opcode::range_scan_create: return scan_fields(frame);
        case Opcode::range_scan_continue:
        case Opcode::range_scan_cancel: return scan_step_fields(frame);
        default: break;
    }
    for (const auto family : {classic_fields, session_fields, document_fields})
        if (json fields = family(frame); !fields.is_null()) return fields;
    return nullptr;
}

}  // namespace txcouchbase::cli
