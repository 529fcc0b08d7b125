// The section in front of a flexible frame's extras: small tagged objects, as requests and responses use them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>

#include "protocol/byte_cursor.hpp"
#include "protocol/defect.hpp"

namespace txcouchbase::protocol {

/// What a request may ask for besides its command (PROTOCOL 4.2).
enum class RequestObject : std::uint16_t {
    barrier = 0,
    durability = 1,
    dcp_stream_id = 2,
    open_tracing = 3,  ///< retired: current servers do not know it
    impersonate_user = 4,
    preserve_ttl = 5,
    impersonate_privilege = 6,
    impersonate_token = 7,
};

/// What a server may report besides its answer (PROTOCOL 4.3).
enum class ResponseObject : std::uint16_t {
    server_duration = 0,
    read_units = 1,
    write_units = 2,
    throttle_duration = 3,
};

enum class DurabilityLevel : std::uint8_t {
    majority = 1,
    majority_and_persist_on_active = 2,
    persist_to_majority = 3,
};

/// "impersonate_user", "server_duration", "persist_to_majority"...; "unknown" for a number that has none.
std::string_view name(RequestObject object) noexcept;
std::string_view name(ResponseObject object) noexcept;
std::string_view name(DurabilityLevel level) noexcept;

/// One object as it stands in the section.
struct FramingObject {
    std::uint16_t id = 0;
    ByteView data = {};
};

/// Takes the next object off the front, escaped ids and lengths (15 and above) included; false when it overruns the
/// section (`bad_framing`). `Records<FramingObject>` walks a section with it (PROTOCOL 4.1).
bool parse(ByteCursor& in, FramingObject& out) noexcept;

struct Durability {
    DurabilityLevel level = DurabilityLevel::majority;
    /// How long the server may wait, in milliseconds, at most 65534; its own default (30 s) when there is none.
    std::optional<std::uint16_t> timeout_ms = {};
};

/// Errors: bad_frame_len unless `data` has 1 or 3 bytes, bad_durability for an unknown level or timeout 0 or 65535.
Read<Durability> read_durability(ByteView data) noexcept;

/// A request's section in one value.
struct RequestFraming {
    bool barrier = false;
    bool preserve_ttl = false;
    std::optional<Durability> durability = {};
    std::optional<std::uint16_t> dcp_stream_id = {};
    std::optional<std::uint16_t> impersonate_token = {};
    /// Never empty when they are there.
    ByteView impersonate_user = {};
    ByteView impersonate_privilege = {};
};

/**
 * Reads a request's section as a server does: object by object, the last of a kind wins.
 *
 * Errors: the first defect met: bad_framing, unknown_frame_info, bad_frame_len, bad_durability. An object behind an
 *         unknown one is not looked at, even if it overruns.
 */
Read<RequestFraming> read_request_framing(ByteView section) noexcept;

/// A response's section in one value. Durations are encoded: server_duration.hpp decodes them.
struct ResponseFraming {
    std::optional<std::uint16_t> server_duration = {};
    std::optional<std::uint16_t> read_units = {};
    std::optional<std::uint16_t> write_units = {};
    std::optional<std::uint16_t> throttle_duration = {};
};

/// Errors: bad_framing, bad_frame_len. Objects with an unknown id are skipped, as clients must.
Read<ResponseFraming> read_response_framing(ByteView section) noexcept;

/**
 * Puts a section together, in the shortest encoding.
 *
 * Shape:  at most 255 bytes, which is what the header can say; ids and lengths up to 270.
 * Errors: add() returns false and changes nothing when the object does not fit.
 * Cost:   no allocation.
 */
class FramingExtras {
public:
    static constexpr std::size_t capacity = 255;

    bool add(std::uint16_t id, ByteView data) noexcept;
    bool add(RequestObject object, ByteView data = {}) noexcept {
        return add(static_cast<std::uint16_t>(object), data);
    }
    bool add(RequestObject object, std::uint16_t number) noexcept {
        return add_number(static_cast<std::uint16_t>(object), number);
    }
    bool add(ResponseObject object, std::uint16_t number) noexcept {
        return add_number(static_cast<std::uint16_t>(object), number);
    }
    bool add(const Durability& durability) noexcept;

    ByteView view() const noexcept { return {bytes_.data(), size_}; }

private:
    bool add_number(std::uint16_t id, std::uint16_t number) noexcept;

    std::array<char, capacity> bytes_;
    std::size_t size_ = 0;
};

}  // namespace txcouchbase::protocol
