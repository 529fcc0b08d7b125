// SPDX-License-Identifier: Apache-2.0
#include "client/transcoder.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <txcouchbase/exceptions.hpp>

#include "protocol/utf8.hpp"

namespace txcouchbase {
namespace {

Error format_error(std::string cause) {
    return Error{errc::value_format, {.cause = std::move(cause)}};
}

bool is_text(const Encodable& value) {
    return std::holds_alternative<std::string_view>(value.value());
}
bool is_bytes(const Encodable& value) {
    return std::holds_alternative<Encodable::Bytes>(value.value());
}

Format resolve(const Encodable& value, Format format) {
    if (format != Format::automatic) return format;
    if (is_text(value)) return Format::utf8;
    return is_bytes(value) ? Format::bytes : Format::json;
}

struct JsonWriter {
    std::string& out;

    void operator()(std::nullptr_t) const { out = "null"; }
    void operator()(bool value) const { out = value ? "true" : "false"; }
    void operator()(std::int64_t value) const { out = std::to_string(value); }
    void operator()(std::uint64_t value) const { out = std::to_string(value); }
    void operator()(double value) const { out = nlohmann::json(value).dump(); }
    void operator()(std::string_view value) const { out = nlohmann::json(value).dump(); }
    void operator()(Encodable::Bytes) const {}
    void operator()(const nlohmann::json* value) const { out = value->dump(); }
};

Encoded encode_json(const Encodable& value, std::string& scratch) {
    if (is_bytes(value)) return {{}, 0, format_error("raw bytes are no JSON; store them with Format::bytes")};
    // nlohmann would write null, which is another value.
    if (const auto* number = std::get_if<double>(&value.value());
        number != nullptr && !std::isfinite(*number))
        return {{}, 0, format_error("JSON has no infinity and no NaN")};
    try {
        std::visit(JsonWriter{scratch}, value.value());
    } catch (const nlohmann::json::exception& e) {
        return {{}, 0, format_error(e.what())};
    }
    return {scratch, flags::json, {}};
}

}  // namespace

StoredAs stored_as(std::uint32_t flags) noexcept {
    if ((flags & 0xff00'0000) == 0) {
        // 1.x clients: bit 2 text, bit 1 bytes, bit 0 pickle, none JSON.
        if ((flags & 4) != 0) return StoredAs::utf8;
        if ((flags & 2) != 0) return StoredAs::bytes;
        return (flags & 1) != 0 ? StoredAs::unknown : StoredAs::json;
    }
    if (flags >> 29 != 0) return StoredAs::unknown;  // compressed by the client that wrote it
    switch ((flags >> 24) & 0x0f) {
        case 2: return StoredAs::json;
        case 3: return StoredAs::bytes;
        case 4: return StoredAs::utf8;
        default: return StoredAs::unknown;
    }
}

Encoded encode(const Encodable& value, Format format, std::string& scratch) {
    switch (resolve(value, format)) {
        case Format::utf8: {
            const auto* text = std::get_if<std::string_view>(&value.value());
            if (text == nullptr) return {{}, 0, format_error("only text can be stored as UTF-8")};
            if (!protocol::is_utf8(*text)) return {{}, 0, format_error("the text is not valid UTF-8")};
            return {*text, flags::utf8, {}};
        }
        case Format::bytes: {
            if (const auto* bytes = std::get_if<Encodable::Bytes>(&value.value()))
                return {bytes->view, flags::bytes, {}};
            if (const auto* text = std::get_if<std::string_view>(&value.value()))
                return {*text, flags::bytes, {}};
            return {{}, 0, format_error("only bytes and text can be stored as bytes")};
        }
        default: return encode_json(value, scratch);
    }
}

std::string decode_text(std::string_view key, std::string_view bytes, std::uint32_t flags) {
    const auto fail = [key](std::string cause) {
        throw_exception(Error{errc::value_format, {.key = std::string{key}, .cause = std::move(cause)}});
    };
    switch (stored_as(flags)) {
        case StoredAs::bytes: return std::string{bytes};
        case StoredAs::utf8:
            if (!protocol::is_utf8(bytes)) fail("the stored text is not valid UTF-8");
            return std::string{bytes};
        case StoredAs::json: {
            const nlohmann::json document = nlohmann::json::parse(bytes, nullptr, false);
            if (document.is_discarded()) fail("the stored value is not valid JSON");
            return document.is_string() ? document.get<std::string>() : std::string{bytes};
        }
        case StoredAs::unknown: break;
    }
    fail("the value was stored in a format this client does not read; bytes() gives it as it is");
    return {};
}

}  // namespace txcouchbase
