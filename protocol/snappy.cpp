// SPDX-License-Identifier: Apache-2.0
#include "protocol/snappy.hpp"

#include "protocol/byte_cursor.hpp"
#include "protocol/leb128.hpp"

namespace txcouchbase::protocol {
namespace {

constexpr std::size_t most_per_byte = 22;  // 64 bytes from 3

bool little_endian(ByteCursor& in, std::size_t size, std::size_t& out) noexcept {
    ByteView bytes;
    if (!in.bytes(size, bytes)) return false;
    out = 0;
    for (std::size_t i = size; i-- > 0;) out = out << 8 | static_cast<std::uint8_t>(bytes[i]);
    return true;
}

/// The upper six bits of the tag are the size less one, or say in how many bytes that follows.
bool literal(ByteCursor& in, std::size_t tag, std::string& out) {
    constexpr std::size_t largest_in_tag = 59;
    std::size_t size = tag >> 2;
    if (size > largest_in_tag && !little_endian(in, size - largest_in_tag, size)) return false;
    ByteView bytes;
    if (!in.bytes(size + 1, bytes)) return false;
    out += bytes;
    return true;
}

bool copy(ByteCursor& in, std::size_t tag, std::string& out) {
    const std::size_t kind = tag & 3;
    const std::size_t size = kind == 1 ? 4 + (tag >> 2 & 7) : 1 + (tag >> 2);
    std::size_t offset = 0;
    if (!little_endian(in, kind == 3 ? 4 : kind, offset)) return false;
    if (kind == 1) offset |= tag >> 5 << 8;
    if (offset == 0 || offset > out.size()) return false;
    // Byte by byte: a copy may run into what it has just made, which is how runs are written.
    for (std::size_t i = 0; i < size; ++i) out += out[out.size() - offset];
    return true;
}

}  // namespace

std::optional<std::string> inflate_snappy(ByteView compressed) {
    const auto size = decode_leb128(compressed);
    if (!size || size->value > most_per_byte * compressed.size()) return std::nullopt;
    std::string out;
    out.reserve(size->value);
    for (ByteCursor in{compressed.substr(size->size)}; !in.at_end();) {
        std::uint8_t tag = 0;
        in.number(tag);
        if (!((tag & 3) == 0 ? literal(in, tag, out) : copy(in, tag, out))) return std::nullopt;
        if (out.size() > size->value) return std::nullopt;
    }
    if (out.size() != size->value) return std::nullopt;
    return out;
}

}  // namespace txcouchbase::protocol
