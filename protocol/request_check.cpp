// SPDX-License-Identifier: Apache-2.0
#include "protocol/request_check.hpp"

#include <bit>

#include "protocol/framing_extras.hpp"
#include "protocol/leb128.hpp"
#include "protocol/request_rules.hpp"
#include "protocol/xattr_section.hpp"

namespace txcouchbase::protocol {
namespace {

constexpr std::size_t max_document_key = 250;
/// In any collection but the default one, so that the longest prefix still fits.
constexpr std::size_t max_collection_key = 246;
constexpr std::uint32_t first_user_collection = 8;

Verdict refuse(Defect defect, std::string_view sentence,
               std::optional<std::size_t> number = std::nullopt) noexcept {
    Verdict verdict{defect, Status::einval, sentence};
    if (number) verdict.number = static_cast<std::uint32_t>(*number);
    return verdict;
}

Verdict check_direction(const Frame& frame) noexcept {
    switch (frame.magic()) {
        case Magic::client_request:
        case Magic::flex_request:
        case Magic::server_response: return {};
        case Magic::server_request:
            if (name(static_cast<ServerOpcode>(frame.opcode())) != "UNKNOWN")
                return {Defect::wrong_direction, Status::not_supported};
            return {Defect::wrong_direction, Status::unknown_command};
        default: return {Defect::wrong_direction, Status::einval};
    }
}

bool is_allowed_before_authentication(Opcode opcode) noexcept {
    return opcode == Opcode::hello || opcode == Opcode::sasl_list_mechs || opcode == Opcode::sasl_auth ||
           opcode == Opcode::sasl_step || opcode == Opcode::get_error_map;
}

bool is_allowed_without_data(Opcode opcode) noexcept {
    return opcode == Opcode::hello || opcode == Opcode::get_error_map ||
           opcode == Opcode::get_cluster_config || opcode == Opcode::select_bucket;
}

Verdict check_session(Opcode opcode, const RequestRule* rule, const SessionContext& session) noexcept {
    if (!session.is_authenticated && !is_allowed_before_authentication(opcode))
        return {Defect::not_authenticated, Status::eaccess};
    if (rule == nullptr) return {Defect::unknown_opcode, Status::unknown_command};
    if (session.is_config_only_bucket && !is_allowed_without_data(opcode))
        return {Defect::none,
                session.features.contains(Feature::xerror) ? Status::econfig_only : Status::not_supported};
    return {};
}

Verdict check_extras(const Frame& frame, const RequestRule& rule) noexcept {
    const std::size_t size = frame.extras_size();
    if (rule.extras_sizes == any_extras || (size < 32 && (rule.extras_sizes >> size & 1) != 0)) return {};
    if (rule.extras_sizes == no_extras) return refuse(Defect::bad_extras, "Request must not include extras");
    if (!std::has_single_bit(rule.extras_sizes)) return refuse(Defect::bad_extras, {});
    return refuse(Defect::bad_extras, "Request must include extras of length ",
                  static_cast<std::size_t>(std::countr_zero(rule.extras_sizes)));
}

Verdict check_key(const Frame& frame, const RequestRule& rule) noexcept {
    const std::size_t size = frame.key_size();
    if (rule.key == KeyRule::none && size != 0)
        return refuse(Defect::bad_key, "Request must not include key");
    if (rule.key != KeyRule::none && rule.key != KeyRule::optional && size == 0)
        return refuse(Defect::bad_key, "Request must include key");
    if (rule.max_key != 0 && size > rule.max_key)
        return refuse(Defect::bad_key, "Key length exceeds ", rule.max_key);
    return {};
}

Verdict check_value(const Frame& frame, const RequestRule& rule) noexcept {
    const bool is_empty = frame.value().empty();
    if (rule.value == ValueRule::none && !is_empty)
        return refuse(Defect::bad_value, "Request must not include value");
    if (rule.value == ValueRule::required && is_empty)
        return refuse(Defect::bad_value, "Request must include value");
    return {};
}

Verdict check_cas(const Frame& frame, const RequestRule& rule) noexcept {
    if (rule.cas == CasRule::none && frame.cas() != 0)
        return refuse(Defect::bad_cas, "Request CAS must not be set");
    if (rule.cas == CasRule::required && frame.cas() == 0)
        return refuse(Defect::bad_cas, "Request CAS must be set");
    return {};
}

bool is_enabled(Datatype datatype, const FeatureSet& features) noexcept {
    switch (datatype) {
        case Datatype::json: return features.contains(Feature::json);
        case Datatype::snappy: return features.contains(Feature::snappy);
        case Datatype::xattr: return features.contains(Feature::xattr);
        case Datatype::raw: break;
    }
    return true;
}

Verdict check_datatype(const Frame& frame, const RequestRule& rule, const SessionContext& session) noexcept {
    const auto datatype = static_cast<Datatype>(frame.datatype());
    if (!is_within(datatype, rule.datatypes)) return refuse(Defect::bad_datatype, "Request datatype invalid");
    for (const Datatype bit : all_datatypes)
        if (has(datatype, bit) && !is_enabled(bit, session.features))
            return refuse(Defect::bad_datatype, "Request datatype invalid");
    if (has(datatype, Datatype::xattr) && !has(datatype, Datatype::snappy) &&
        !read_xattr_value(frame.value()))
        return {Defect::bad_body, Status::xattr_einval};
    return {};
}

Verdict check_framing(const Frame& frame, const RequestRule& rule) noexcept {
    if (!is_flex(frame.magic())) return {};
    const Read<RequestFraming> framing = read_request_framing(frame.framing_extras());
    if (!framing) {
        switch (framing.defect()) {
            case Defect::bad_framing: return refuse(Defect::bad_framing, "Invalid encoding in FrameExtras");
            case Defect::unknown_frame_info: return {framing.defect(), Status::unknown_frame_info};
            case Defect::bad_durability: return {framing.defect(), Status::durability_invalid_level};
            default: return refuse(framing.defect(), {});
        }
    }
    if (framing->durability && !allows_durability(rule.framing)) return refuse(Defect::unsupported_frame, {});
    if (framing->preserve_ttl && !allows_preserve_ttl(rule.framing))
        return {Defect::unsupported_frame, Status::not_supported};
    return {};
}

bool has_stop_byte(ByteView key) noexcept {
    for (const char byte : key.substr(0, max_leb128_size))
        if ((byte & 0x80) == 0) return true;
    return false;
}

}  // namespace

std::string Verdict::context() const {
    std::string text{sentence};
    if (number) text += std::to_string(*number);
    return text;
}

Verdict check_document_key(ByteView key, const SessionContext& session) noexcept {
    if (!session.features.contains(Feature::collections)) {
        if (key.size() > max_document_key)
            return refuse(Defect::bad_key, "Key length exceeds ", max_document_key);
        return {};
    }
    if (key.size() < 2) return refuse(Defect::bad_key, "Key length must be >= 2");
    if (!has_stop_byte(key)) return refuse(Defect::bad_leb128, "No stop-byte found");
    const std::optional<DecodedLeb128> id = decode_leb128(key);
    if (!id || id->size != Leb128{id->value}.size())
        return refuse(Defect::bad_leb128, "Key contains non-canonical leb128");
    const std::size_t logical_size = key.size() - id->size;
    if (logical_size == 0) return refuse(Defect::bad_key, "No logical key found");
    if (id->value != 0 && id->value < first_user_collection)
        return refuse(Defect::bad_key, "Invalid collection-id:", id->value);
    const std::size_t limit = id->value == 0 ? max_document_key : max_collection_key;
    if (logical_size > limit) return refuse(Defect::bad_key, "Logical key exceeds ", limit);
    return {};
}

Verdict check_request(const Frame& frame, const SessionContext& session) noexcept {
    const Verdict direction = check_direction(frame);
    // A reply to one of the server's own requests is ignored, so nothing in it can be wrong.
    if (!direction.is_accepted() || frame.magic() == Magic::server_response) return direction;

    const RequestRule* rule = rule_of(frame.opcode());
    if (const Verdict v = check_session(frame.opcode(), rule, session); !v.is_accepted()) return v;
    if (!is_legal(static_cast<Datatype>(frame.datatype())))
        return refuse(Defect::bad_datatype, "Request datatype invalid");
    if (const Verdict v = check_extras(frame, *rule); !v.is_accepted()) return v;
    if (const Verdict v = check_key(frame, *rule); !v.is_accepted()) return v;
    if (const Verdict v = check_value(frame, *rule); !v.is_accepted()) return v;
    if (const Verdict v = check_cas(frame, *rule); !v.is_accepted()) return v;
    if (const Verdict v = check_datatype(frame, *rule, session); !v.is_accepted()) return v;
    if (const Verdict v = check_framing(frame, *rule); !v.is_accepted()) return v;
    if (rule->key == KeyRule::document)
        if (const Verdict v = check_document_key(frame.key(), session); !v.is_accepted()) return v;
    return rule->own == nullptr ? Verdict{} : rule->own(frame, session);
}

}  // namespace txcouchbase::protocol
