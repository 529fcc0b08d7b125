// One frame as views into the bytes it was read from: the 24-byte header, decoded, and the sections of its body.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/bytes.hpp"
#include "protocol/magic.hpp"
#include "protocol/opcode.hpp"
#include "protocol/status.hpp"

namespace txcouchbase::protocol {

constexpr std::size_t header_size = 24;
constexpr std::size_t vbucket_at = 6;  ///< of a request
/// The server's own limit on a whole frame, header included (PROTOCOL 1.5).
constexpr std::size_t default_max_frame = 31'457'280;

/**
 * A complete frame. Copies nothing: every view points into the buffer it was read from and is valid as long as
 * that buffer is. Fields are loaded when asked for, so that a reader which needs only the opaque pays for that.
 *
 * Shape: 24-byte header, then [framing extras (flex magics)] [extras] [key] [value]   (PROTOCOL 1.1)
 */
class Frame {
public:
    Frame() = default;
    /// `bytes` holds one whole frame whose lengths were checked (FrameReader does that).
    explicit Frame(ByteView bytes) noexcept : bytes_(bytes) {}

    Magic magic() const noexcept { return static_cast<Magic>(bytes_[0]); }
    Opcode opcode() const noexcept { return static_cast<Opcode>(bytes_[1]); }
    std::uint8_t datatype() const noexcept { return byte(5); }
    /// Meaningful in requests only.
    std::uint16_t vbucket() const noexcept { return load_be<std::uint16_t>(bytes_.data() + vbucket_at); }
    /// Meaningful in responses only.
    Status status() const noexcept { return static_cast<Status>(vbucket()); }
    std::uint32_t body_size() const noexcept { return load_be<std::uint32_t>(bytes_.data() + 8); }
    std::uint32_t opaque() const noexcept { return load_be<std::uint32_t>(bytes_.data() + 12); }
    std::uint64_t cas() const noexcept { return load_be<std::uint64_t>(bytes_.data() + 16); }

    std::size_t framing_extras_size() const noexcept { return is_flex(magic()) ? byte(2) : 0; }
    std::size_t key_size() const noexcept {
        return is_flex(magic()) ? byte(3) : load_be<std::uint16_t>(bytes_.data() + 2);
    }
    std::size_t extras_size() const noexcept { return byte(4); }

    ByteView framing_extras() const noexcept { return {bytes_.data() + header_size, framing_extras_size()}; }
    ByteView extras() const noexcept {
        return {bytes_.data() + header_size + framing_extras_size(), extras_size()};
    }
    ByteView key() const noexcept {
        return {bytes_.data() + header_size + framing_extras_size() + extras_size(), key_size()};
    }
    ByteView value() const noexcept {
        const std::size_t before = header_size + framing_extras_size() + extras_size() + key_size();
        return {bytes_.data() + before, bytes_.size() - before};
    }

    /// The whole frame, header included.
    ByteView bytes() const noexcept { return bytes_; }
    std::size_t size() const noexcept { return bytes_.size(); }

private:
    std::uint8_t byte(std::size_t at) const noexcept { return static_cast<std::uint8_t>(bytes_[at]); }

    ByteView bytes_;
};

}  // namespace txcouchbase::protocol
