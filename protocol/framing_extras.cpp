// SPDX-License-Identifier: Apache-2.0
#include "protocol/framing_extras.hpp"

#include <algorithm>

namespace txcouchbase::protocol {
namespace {

/// A nibble of 15 says that a byte follows, to be added to it.
constexpr std::uint16_t escape = 15;
constexpr std::uint16_t largest = escape + 0xff;

bool unescape(ByteCursor& in, std::uint16_t& nibble) noexcept {
    if (nibble != escape) return true;
    std::uint8_t more = 0;
    if (!in.number(more)) return false;
    nibble = static_cast<std::uint16_t>(escape + more);
    return true;
}

template <class Number>
Defect read_number(ByteView data, std::optional<Number>& out) noexcept {
    if (data.size() != sizeof(Number)) return Defect::bad_frame_len;
    out = load_be<Number>(data.data());
    return Defect::none;
}

Defect read_text(ByteView data, ByteView& out) noexcept {
    if (data.empty()) return Defect::bad_frame_len;
    out = data;
    return Defect::none;
}

Defect read_mark(ByteView data, bool& out) noexcept {
    out = true;
    return data.empty() ? Defect::none : Defect::bad_frame_len;
}

Defect read_object(const FramingObject& object, RequestFraming& out) noexcept {
    switch (static_cast<RequestObject>(object.id)) {
        case RequestObject::barrier: return read_mark(object.data, out.barrier);
        case RequestObject::durability: {
            const Read<Durability> durability = read_durability(object.data);
            if (durability) out.durability = *durability;
            return durability.defect();
        }
        case RequestObject::dcp_stream_id: return read_number(object.data, out.dcp_stream_id);
        case RequestObject::impersonate_user: return read_text(object.data, out.impersonate_user);
        case RequestObject::preserve_ttl: return read_mark(object.data, out.preserve_ttl);
        case RequestObject::impersonate_privilege: return read_text(object.data, out.impersonate_privilege);
        case RequestObject::impersonate_token: return read_number(object.data, out.impersonate_token);
        case RequestObject::open_tracing: break;
    }
    return Defect::unknown_frame_info;
}

Defect read_object(const FramingObject& object, ResponseFraming& out) noexcept {
    switch (static_cast<ResponseObject>(object.id)) {
        case ResponseObject::server_duration: return read_number(object.data, out.server_duration);
        case ResponseObject::read_units: return read_number(object.data, out.read_units);
        case ResponseObject::write_units: return read_number(object.data, out.write_units);
        case ResponseObject::throttle_duration: return read_number(object.data, out.throttle_duration);
    }
    return Defect::none;
}

template <class Framing>
Read<Framing> read_section(ByteView section) noexcept {
    Framing framing;
    for (ByteCursor in{section}; !in.at_end();) {
        FramingObject object;
        if (!parse(in, object)) return Defect::bad_framing;
        if (const Defect defect = read_object(object, framing); defect != Defect::none) return defect;
    }
    return framing;
}

}  // namespace

std::string_view name(RequestObject object) noexcept {
    switch (object) {
        case RequestObject::barrier: return "barrier";
        case RequestObject::durability: return "durability";
        case RequestObject::dcp_stream_id: return "dcp_stream_id";
        case RequestObject::open_tracing: return "open_tracing";
        case RequestObject::impersonate_user: return "impersonate_user";
        case RequestObject::preserve_ttl: return "preserve_ttl";
        case RequestObject::impersonate_privilege: return "impersonate_privilege";
        case RequestObject::impersonate_token: return "impersonate_token";
    }
    return "unknown";
}

std::string_view name(ResponseObject object) noexcept {
    switch (object) {
        case ResponseObject::server_duration: return "server_duration";
        case ResponseObject::read_units: return "read_units";
        case ResponseObject::write_units: return "write_units";
        case ResponseObject::throttle_duration: return "throttle_duration";
    }
    return "unknown";
}

std::string_view name(DurabilityLevel level) noexcept {
    switch (level) {
        case DurabilityLevel::majority: return "majority";
        case DurabilityLevel::majority_and_persist_on_active: return "majority_and_persist_on_active";
        case DurabilityLevel::persist_to_majority: return "persist_to_majority";
    }
    return "unknown";
}

bool parse(ByteCursor& in, FramingObject& out) noexcept {
    std::uint8_t head = 0;
    if (!in.number(head)) return false;
    out.id = head >> 4;
    std::uint16_t size = head & 0x0f;
    return unescape(in, out.id) && unescape(in, size) && in.bytes(size, out.data);
}

Read<Durability> read_durability(ByteView data) noexcept {
    ByteCursor in{data};
    Durability durability;
    if (data.size() != 1 && data.size() != 3) return Defect::bad_frame_len;
    in.number(durability.level);
    if (std::uint16_t timeout = 0; in.number(timeout)) durability.timeout_ms = timeout;
    const bool level_exists = durability.level >= DurabilityLevel::majority &&
                              durability.level <= DurabilityLevel::persist_to_majority;
    if (!level_exists || durability.timeout_ms == 0 || durability.timeout_ms == 0xffff)
        return Defect::bad_durability;
    return durability;
}

Read<RequestFraming> read_request_framing(ByteView section) noexcept {
    return read_section<RequestFraming>(section);
}

Read<ResponseFraming> read_response_framing(ByteView section) noexcept {
    return read_section<ResponseFraming>(section);
}

bool FramingExtras::add(std::uint16_t id, ByteView data) noexcept {
    if (id > largest || data.size() > largest) return false;
    const bool long_id = id >= escape;
    const bool long_size = data.size() >= escape;
    if (1U + long_id + long_size + data.size() > capacity - size_) return false;

    const auto nibble = [](std::size_t number) {
        return static_cast<unsigned>(std::min<std::size_t>(number, escape));
    };
    bytes_[size_++] = static_cast<char>(nibble(id) << 4 | nibble(data.size()));
    if (long_id) bytes_[size_++] = static_cast<char>(id - escape);
    if (long_size) bytes_[size_++] = static_cast<char>(data.size() - escape);
    std::copy(data.begin(), data.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += data.size();
    return true;
}

bool FramingExtras::add(const Durability& durability) noexcept {
    std::array<char, 3> data{static_cast<char>(durability.level)};
    if (durability.timeout_ms) store_be(data.data() + 1, *durability.timeout_ms);
    return add(RequestObject::durability, ByteView{data.data(), durability.timeout_ms ? 3U : 1U});
}

bool FramingExtras::add_number(std::uint16_t id, std::uint16_t number) noexcept {
    std::array<char, sizeof number> data;
    store_be(data.data(), number);
    return add(id, ByteView{data.data(), data.size()});
}

}  // namespace txcouchbase::protocol
