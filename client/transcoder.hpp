// Values to bytes and flags, and back: the built-in formats, and the way through a user's transcoder.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <txcouchbase/error.hpp>
#include <txcouchbase/operations.hpp>

namespace txcouchbase {

/// The 2.x "common flags": the format in bits 27-24; the low bits are what 1.x clients look at.
namespace flags {
constexpr std::uint32_t json = 0x0200'0000;
constexpr std::uint32_t bytes = 0x0300'0002;
constexpr std::uint32_t utf8 = 0x0400'0004;
/// What 1.x clients store, and all that they understand.
constexpr std::uint32_t legacy_mask = 0x7;
}  // namespace flags

/// How stored flags ask to be read, of both generations.
enum class StoredAs : std::uint8_t { json, bytes, utf8, pickle, unknown };
StoredAs stored_as(std::uint32_t flags) noexcept;

struct Encoded {
    std::string_view bytes;  ///< in the value itself, or in the scratch string
    std::uint32_t flags = 0;
    Error error;  ///< ValueFormatError: this value has no such format
};

/// Encodes a value. What has to be built is built in `scratch`; raw text and bytes are not copied.
Encoded encode(const Encodable& value, Format format, std::string& scratch);

/// The text in a stored value. Throws ValueFormatError, which names the key.
std::string decode_text(std::string_view key, std::string_view bytes, std::uint32_t flags);
/// The document in a stored value; text becomes a string. Throws ValueFormatError, which names the key.
nlohmann::json decode_json(std::string_view key, std::string_view bytes, std::uint32_t flags);

/// Encoding fails before anything is sent, decoding when the server has answered.
enum class Coding : std::uint8_t { encoding, decoding };
/// What a transcoder threw, as a ValueFormatError with it as inner cause. Call inside a catch block.
Error transcoder_error(std::string_view key, std::string_view what_failed, Coding way = Coding::decoding);

}  // namespace txcouchbase
