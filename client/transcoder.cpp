// SPDX-License-Identifier: Apache-2.0
#include "client/transcoder.hpp"

#include <cmath>
#include <txcouchbase/json.hpp>

#include "protocol/json_nesting.hpp"
#include "protocol/utf8.hpp"

namespace txcouchbase {
namespace {

// Deeper documents are refused on both ways: whoever reads them recursively would run out of stack.
constexpr int deepest = 1000;

Error format_error(std::string cause, std::exception_ptr inner = {}) {
    return Error{errc::value_format, {.cause = std::move(cause), .inner_cause = std::move(inner)}};
}

// What is stored cannot be read as asked.
[[noreturn]] void fail(std::string_view key, std::string cause, std::exception_ptr inner = {}) {
    throw_exception(Error{errc::value_format,
                          {.key = std::string{key},
                           .cause = std::move(cause),
                           .inner_cause = std::move(inner),
                           .was_written = true}});
}

bool is_within(const nlohmann::json& document, int depth) {
    if (!document.is_structured()) return true;
    if (depth == 0) return false;
    for (const nlohmann::json& element : document)
        if (!is_within(element, depth - 1)) return false;
    return true;
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
    void operator()(const nlohmann::json* value) const { detail::write_json(*value, out); }
    void operator()(const Encodable::JsonDocument& value) const { out = value.text; }
    void operator()(const Encodable::Object& value) const { value.write(value.object, out); }
};

Encoded encode_json(const Encodable& value, std::string& scratch) {
    if (is_bytes(value)) return {{}, 0, format_error("raw bytes are no JSON; store them with Format::bytes")};
    // nlohmann would write null, which is another value.
    if (const auto* number = std::get_if<double>(&value.value());
        number != nullptr && !std::isfinite(*number))
        return {{}, 0, format_error("JSON has no infinity and no NaN")};
    // That it is valid is its caller's word; but what we could not read again is not stored.
    if (const auto* document = std::get_if<Encodable::JsonDocument>(&value.value());
        document != nullptr && !protocol::is_nested_within(document->text, deepest))
        return {{},
                0,
                format_error("the document is nested more than " + std::to_string(deepest) + " levels deep")};
    try {
        std::visit(JsonWriter{scratch}, value.value());
    } catch (const ValueFormatError& ours) {
        return {{}, 0, ours.error()};
    } catch (...) {
        return {{}, 0, format_error("the value could not be written as JSON", std::current_exception())};
    }
    return {scratch, flags::json, {}};
}

}  // namespace

StoredAs stored_as(std::uint32_t flags) noexcept {
    if ((flags & 0xff00'0000) == 0) {
        // 1.x clients: bit 2 text, bit 1 bytes, bit 0 pickle, none JSON.
        if ((flags & 4) != 0) return StoredAs::utf8;
        if ((flags & 2) != 0) return StoredAs::bytes;
        return (flags & 1) != 0 ? StoredAs::pickle : StoredAs::json;
    }
    if (flags >> 29 != 0) return StoredAs::unknown;  // compressed by the client that wrote it
    switch ((flags >> 24) & 0x0f) {
        case 1: return StoredAs::pickle;
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

namespace {

constexpr const char* not_json = "the stored value is not valid JSON";

nlohmann::json parse(std::string_view key, std::string_view text) {
    if (!protocol::is_nested_within(text, deepest))
        fail(key, "the stored JSON is nested more than " + std::to_string(deepest) + " levels deep");
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::exception&) {
        fail(key, not_json, std::current_exception());
    }
}

[[noreturn]] void fail_unreadable(std::string_view key, StoredAs format) {
    if (format == StoredAs::pickle)
        fail(key,
             "the value was stored as a Python pickle, which only Python reads; ask with no_format, or use a "
             "transcoder");
    fail(key, "the value was stored in a format this client does not read; bytes() gives it as it is");
}

void check_utf8(std::string_view key, std::string_view bytes) {
    if (!protocol::is_utf8(bytes)) fail(key, "the stored text is not valid UTF-8");
}

}  // namespace

std::string decode_text(std::string_view key, std::string_view bytes, std::uint32_t flags) {
    switch (const StoredAs format = stored_as(flags)) {
        case StoredAs::bytes: return std::string{bytes};
        case StoredAs::utf8: check_utf8(key, bytes); return std::string{bytes};
        case StoredAs::json:
            if (bytes.starts_with('"')) return parse(key, bytes).get<std::string>();
            if (!nlohmann::json::accept(bytes)) fail(key, not_json);
            return std::string{bytes};
        default: fail_unreadable(key, format);
    }
}

nlohmann::json decode_json(std::string_view key, std::string_view bytes, std::uint32_t flags) {
    switch (const StoredAs format = stored_as(flags)) {
        case StoredAs::json: return parse(key, bytes);
        case StoredAs::utf8: check_utf8(key, bytes); return std::string{bytes};
        case StoredAs::bytes:
            fail(key, "the value was stored as bytes, which are no JSON; bytes() gives them");
        default: fail_unreadable(key, format);
    }
}

Error transcoder_error(std::string_view key, std::string_view what_failed, Coding way) {
    return Error{errc::value_format,
                 {.key = std::string{key},
                  .cause = std::string{what_failed},
                  .inner_cause = std::current_exception(),
                  .was_written = way == Coding::decoding}};
}

void detail::write_json(const nlohmann::json& document, std::string& out) {
    if (!is_within(document, deepest))
        throw_exception(
            format_error("the document is nested more than " + std::to_string(deepest) + " levels deep"));
    out = document.dump();
}

void detail::throw_unrepresentable(std::string_view key) {
    fail(key, "the stored number is not exactly an integer of the type that was asked for");
}

void detail::throw_unconvertible(std::string_view key) {
    throw_exception(transcoder_error(key, "the stored document is no such value"));
}

std::string Transcoder::encode_key(std::string_view key) const {
    return std::string{key};
}
std::string Transcoder::decode_key(std::string_view stored) const {
    return std::string{stored};
}
Transcoder::Stored Transcoder::encode_value(const Encodable& value, Format format) const {
    std::string scratch;
    const Encoded encoded = encode(value, format, scratch);
    if (encoded.error) throw_exception(encoded.error);
    return {std::string{encoded.bytes}, encoded.flags};
}
Transcoder::Stored Transcoder::decode_value(std::string_view bytes, std::uint32_t flags) const {
    return {std::string{bytes}, flags};
}

}  // namespace txcouchbase
