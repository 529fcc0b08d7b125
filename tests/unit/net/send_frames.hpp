// Frames in a SendBuffer as the tests handle them: appended, written, looked at.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "net/send_buffer.hpp"
#include "tests/unit/net/frames.hpp"

namespace txcouchbase::net {

/// Where a frame lies, and what it says.
struct SentFrame {
    SendChunk* chunk = nullptr;
    std::uint32_t at = 0;
    std::string bytes = {};

    ByteView stored() const { return {chunk->data() + at, bytes.size()}; }
    bool is_written() const { return SendBuffer::is_written(chunk, at); }
};

/// A frame of `size` bytes; opaque and filling tell it from every other.
inline std::string frame_of_size(std::size_t size, std::uint32_t opaque) {
    const auto letter = static_cast<char>('a' + opaque % 26);
    return request_frame({}, opaque, std::string(size - protocol::header_size, letter), Opcode::set);
}

inline SentFrame append_to(SendBuffer& buffer, std::string bytes) {
    char* const room = buffer.append(bytes.size());
    bytes.copy(room, bytes.size());
    SendChunk* const chunk = buffer.tail();
    return {chunk, static_cast<std::uint32_t>(room - chunk->data()), std::move(bytes)};
}

inline SentFrame append_to(SendBuffer& buffer, std::size_t size, std::uint32_t opaque) {
    return append_to(buffer, frame_of_size(size, opaque));
}

/// What gather() offers, in one string.
inline std::string gathered(const SendBuffer& buffer, std::size_t most_pieces = 64) {
    std::vector<ByteView> pieces(most_pieces);
    pieces.resize(buffer.gather(pieces));
    std::string all;
    for (const ByteView piece : pieces) all += piece;
    return all;
}

/// Writes up to `most` bytes as a socket does that takes at most `piece` at a time; the bytes that went out.
inline std::string write_out(SendBuffer& buffer, std::size_t most = 1U << 30, std::size_t piece = 1U << 30) {
    std::string wire;
    while (buffer.has_unwritten() && wire.size() < most) {
        const std::string offered = gathered(buffer);
        if (offered.empty()) break;  // a defect; has_unwritten() promised something
        const std::size_t taken = std::min({offered.size(), piece, most - wire.size()});
        wire += offered.substr(0, taken);
        buffer.on_written(taken, {});
    }
    return wire;
}

}  // namespace txcouchbase::net
