// SPDX-License-Identifier: Apache-2.0
#include "cli/framing_json.hpp"

#include <cmath>

#include "cli/field_format.hpp"
#include "protocol/framing_extras.hpp"
#include "protocol/records.hpp"
#include "protocol/server_duration.hpp"
#include "protocol/utf8.hpp"

namespace txcouchbase::cli {
namespace {

using nlohmann::ordered_json;
using protocol::FramingObject;
using protocol::RequestObject;
using protocol::ResponseObject;

void describe(RequestObject id, const FramingObject& object, ordered_json& out) {
    if (id == RequestObject::impersonate_user && protocol::is_utf8(object.data)) out["user"] = object.data;
    if (id != RequestObject::durability) return;
    if (const auto durability = protocol::read_durability(object.data)) {
        out["level"] = name(durability->level);
        if (durability->timeout_ms) out["timeout_ms"] = *durability->timeout_ms;
    }
}

void describe(ResponseObject id, const FramingObject& object, ordered_json& out) {
    if (object.data.size() != sizeof(std::uint16_t)) return;
    const auto number = protocol::load_be<std::uint16_t>(object.data.data());
    switch (id) {
        case ResponseObject::server_duration:
        case ResponseObject::throttle_duration:
            out["encoded"] = number;
            // To the nanosecond: the encoding is far coarser than a double's digits suggest.
            out["microseconds"] = std::round(protocol::decode_server_duration(number).count() * 1000) / 1000;
            break;
        case ResponseObject::read_units:
        case ResponseObject::write_units: out["units"] = number; break;
    }
}

template <class Id>
ordered_json object_json(const FramingObject& object) {
    const auto id = static_cast<Id>(object.id);
    ordered_json out{{"id", object.id},
                     {"name", name(id)},
                     {"len", object.data.size()},
                     {"data_hex", hex_bytes(object.data)}};
    describe(id, object, out);
    return out;
}

}  // namespace

ordered_json framing_json(const protocol::Frame& frame) {
    const bool in_response = protocol::is_response(frame.magic());
    ordered_json objects = ordered_json::array();
    for (const FramingObject& object : protocol::Records<FramingObject>{frame.framing_extras()})
        objects.push_back(in_response ? object_json<ResponseObject>(object)
                                      : object_json<RequestObject>(object));
    return objects;
}

}  // namespace txcouchbase::cli
