// SPDX-License-Identifier: Apache-2.0
#include "cli/frame_json.hpp"

#include <algorithm>

#include "cli/field_format.hpp"
#include "cli/frame_fields.hpp"
#include "cli/framing_json.hpp"
#include "protocol/datatype.hpp"
#include "protocol/utf8.hpp"

namespace txcouchbase::cli {
namespace {

using nlohmann::ordered_json;
using protocol::ByteView;
using protocol::Datatype;
using protocol::Frame;
using protocol::Magic;

std::string_view kind(Magic magic) {
    switch (magic) {
        case Magic::client_request: return "client_request";
        case Magic::client_response: return "client_response";
        case Magic::flex_request: return "client_request_flex";
        case Magic::flex_response: return "client_response_flex";
        case Magic::server_request: return "server_request";
        case Magic::server_response: return "server_response";
    }
    return "unknown";
}

std::string_view opcode_name(const Frame& frame) {
    const bool is_server_initiated =
        frame.magic() == Magic::server_request || frame.magic() == Magic::server_response;
    if (is_server_initiated) return name(static_cast<protocol::ServerOpcode>(frame.opcode()));
    return protocol::has_two_meanings(frame.opcode()) ? "UNKNOWN" : name(frame.opcode());
}

ordered_json datatype_names(const Frame& frame) {
    ordered_json names = ordered_json::array();
    for (const Datatype datatype : protocol::all_datatypes)
        if (has(static_cast<Datatype>(frame.datatype()), datatype)) names.push_back(name(datatype));
    return names;
}

/// Worth showing as text: UTF-8 without control characters.
bool is_text(ByteView bytes) {
    const auto is_control = [](char c) { return static_cast<std::uint8_t>(c) < 0x20; };
    return !bytes.empty() && std::ranges::none_of(bytes, is_control) && protocol::is_utf8(bytes);
}

void add_header(const Frame& frame, ordered_json& out) {
    out["magic"] = hex_number(static_cast<std::uint8_t>(frame.magic()));
    out["kind"] = kind(frame.magic());
    out["opcode"] = hex_number(static_cast<std::uint8_t>(frame.opcode()));
    out["opcode_name"] = opcode_name(frame);
    out["framing_extras_len"] = frame.framing_extras_size();
    out["key_len"] = frame.key_size();
    out["extras_len"] = frame.extras_size();
    out["datatype"] = frame.datatype();
    out["datatype_names"] = datatype_names(frame);
    if (protocol::is_response(frame.magic())) {
        out["status"] = hex_number(static_cast<std::uint16_t>(frame.status()));
        out["status_name"] = name(frame.status());
    } else {
        out["vbucket"] = frame.vbucket();
    }
    out["body_len"] = frame.body_size();
    out["value_len"] = frame.value().size();
    out["total_len"] = frame.size();
    out["opaque"] = hex_number(frame.opaque());
    out["cas"] = hex_number(frame.cas());
}

void add_body(const Frame& frame, ordered_json& out) {
    out["framing_hex"] = hex_bytes(frame.framing_extras());
    if (protocol::is_flex(frame.magic())) out["framing_extras"] = framing_json(frame);
    out["extras_hex"] = hex_bytes(frame.extras());
    out["key_hex"] = hex_bytes(frame.key());
    out["value_hex"] = hex_bytes(frame.value());
    if (is_text(frame.key())) out["key_text"] = frame.key();
    if (is_text(frame.value())) out["value_text"] = frame.value();
}

}  // namespace

ordered_json frame_json(const Frame& frame, KeyPrefix prefix) {
    ordered_json out;
    add_header(frame, out);
    add_body(frame, out);
    if (const nlohmann::json fields = frame_fields(frame, prefix); !fields.empty()) out["fields"] = fields;
    return out;
}

}  // namespace txcouchbase::cli
