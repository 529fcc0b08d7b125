// SPDX-License-Identifier: Apache-2.0
#include "cli/frame_fields.hpp"

#include "cli/field_format.hpp"
#include "cli/request_fields.hpp"
#include "cli/response_fields.hpp"
#include "protocol/leb128.hpp"
#include "protocol/request_rules.hpp"
#include "protocol/snappy.hpp"

namespace txcouchbase::cli {

namespace {

using nlohmann::json;
using protocol::Frame;
using protocol::Opcode;

json fields_of_opcode(const Frame& frame) {
    switch (frame.magic()) {
        case protocol::Magic::client_request:
        case protocol::Magic::flex_request: return request_fields(frame);
        case protocol::Magic::client_response:
        case protocol::Magic::flex_response: return response_fields(frame);
        case protocol::Magic::server_request: return push_fields(frame);
        case protocol::Magic::server_response: break;
    }
    return nullptr;
}

/// Requests for a document, and the replies that repeat its key.
bool has_document_key(const Frame& frame) {
    const Opcode opcode = frame.opcode();
    switch (frame.magic()) {
        case protocol::Magic::client_request:
        case protocol::Magic::flex_request: {
            const protocol::RequestRule* const rule = protocol::rule_of(opcode);
            return rule != nullptr && rule->key == protocol::KeyRule::document;
        }
        case protocol::Magic::client_response:
        case protocol::Magic::flex_response: return opcode == Opcode::getk || opcode == Opcode::getkq;
        default: return false;
    }
}

void put_collection(const Frame& frame, json& fields) {
    const auto id = protocol::decode_leb128(frame.key());
    if (!id) return;
    fields["collection_id"] = id->value;
    put_text(fields, "logical_key", frame.key().substr(id->size));
}

}  // namespace

json frame_fields(const Frame& frame, KeyPrefix prefix) {
    json fields = fields_of_opcode(frame);
    if (prefix == KeyPrefix::collection_id && has_document_key(frame)) put_collection(frame, fields);
    if (has(static_cast<protocol::Datatype>(frame.datatype()), protocol::Datatype::snappy))
        if (const auto inflated = protocol::inflate_snappy(frame.value()))
            put_text(fields, "inflated_value", *inflated);
    return fields;
}

}  // namespace txcouchbase::cli
