// Values on their way to the server, their formats, and the transcoders that take their place.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace txcouchbase {

/// How a value is stored. Readers find out from the flags that are stored with it.
enum class Format : std::uint8_t {
    json,       ///< anything; text becomes a JSON string. The default, as in the original.
    utf8,       ///< text as it is
    bytes,      ///< any bytes as they are
    automatic,  ///< text as utf8, bytes as bytes, everything else as json
};

/// Writes values of a user's type as JSON. <txcouchbase/json.hpp> provides it for every type with a to_json().
template <class T>
struct JsonText {};

/// A type of a user's own that can be stored: include <txcouchbase/json.hpp> and give it a to_json().
template <class T>
concept HasJsonText = requires(const T& value, std::string& out) {
    { JsonText<T>::write(value, out) } -> std::same_as<void>;
};

/// A range of bytes, which is stored as it is.
template <class T>
concept ByteRange = std::ranges::contiguous_range<const T> && std::ranges::sized_range<const T> &&
    (std::same_as<std::ranges::range_value_t<const T>, std::byte> ||
     std::same_as<std::ranges::range_value_t<const T>, unsigned char>);

/**
 * A value on its way to the server: text, bytes, a number, a boolean, nothing, a JSON document, or an object of a type
 * with to_json().
 *
 * Lifetime: text, bytes, documents and objects are borrowed until the call that takes the value returns.
 */
class Encodable {
public:
    struct Bytes {
        std::string_view view;
    };
    struct JsonDocument {
        std::string_view text;
    };
    struct Object {
        const void* object;
        void (*write)(const void* object, std::string& out);
    };
    using Variant = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string_view,
                                 Bytes, const nlohmann::json*, JsonDocument, Object>;

    // Implicit on purpose: set("k", "text"), set("k", 42).
    // NOLINTBEGIN(google-explicit-constructor)
    Encodable(std::nullptr_t) noexcept : value_(nullptr) {}
    Encodable(std::same_as<bool> auto value) noexcept : value_(value) {}
    Encodable(std::signed_integral auto value) noexcept : value_(static_cast<std::int64_t>(value)) {}
    Encodable(std::unsigned_integral auto value) noexcept requires(!std::same_as<decltype(value), bool>)
        : value_(static_cast<std::uint64_t>(value)) {}
    Encodable(std::floating_point auto value) noexcept : value_(static_cast<double>(value)) {}
    Encodable(const char* text) noexcept : value_(std::string_view{text}) {}
    Encodable(std::string_view text) noexcept : value_(text) {}
    Encodable(const std::string& text) noexcept : value_(std::string_view{text}) {}
    Encodable(const ByteRange auto& bytes) noexcept
        : value_(Bytes{{reinterpret_cast<const char*>(std::ranges::data(bytes)), std::ranges::size(bytes)}}) {
    }
    Encodable(const nlohmann::json& document) noexcept : value_(&document) {}
    template <class T>
    requires(HasJsonText<T> && !ByteRange<T> && !std::is_convertible_v<const T&, std::string_view>)
        Encodable(const T& object)
    noexcept : value_(Object{&object, &write_object<T>}) {}
    // NOLINTEND(google-explicit-constructor)

    /// Any bytes that come as a string.
    static Encodable bytes(std::string_view bytes) noexcept { return Encodable{Variant{Bytes{bytes}}}; }
    /// A JSON document that is text already; that it is valid is the caller's word.
    static Encodable json_text(std::string_view document) noexcept {
        return Encodable{Variant{JsonDocument{document}}};
    }

    const Variant& value() const noexcept { return value_; }

private:
    explicit Encodable(const Variant& value) noexcept : value_(value) {}

    template <class T>
    static void write_object(const void* object, std::string& out) {
        JsonText<T>::write(*static_cast<const T*>(object), out);
    }

    Variant value_;
};

/// What can be stored: see Encodable. A pointer, a container or a struct without to_json() cannot.
template <class T>
concept Storable = std::is_convertible_v<const T&, Encodable>;

/**
 * Turns keys and values into what is stored, and back: for compression, encryption, another serialisation.
 *
 * Derive from it, or let make_transcoder() wrap an object that has some of its functions. What is not overridden does
 * what a connection without a transcoder does.
 *
 * When:     encode_* run inside the call of the operation, decode_* on the connection's executor before the callback.
 *           Operations with no_format, and connections with data_passthrough, decode nothing. Of counters only the keys
 *           are translated: their values are the server's own.
 * Errors:   whatever is thrown becomes a ValueFormatError with it as inner cause, from the call or at the errback. So
 *           does an empty key.
 * Lifetime: shared by the connection and by operations in flight.
 * Spec:     couchbase.transcoder.Transcoder.
 */
class Transcoder {
public:
    /// The stored form of a value: its bytes and flags.
    struct Stored {
        std::string bytes;
        std::uint32_t flags = 0;
    };

    Transcoder() = default;
    Transcoder(const Transcoder&) = delete;
    Transcoder& operator=(const Transcoder&) = delete;
    virtual ~Transcoder() = default;

    virtual std::string encode_key(std::string_view key) const;
    virtual std::string decode_key(std::string_view stored) const;
    /// By default the built-in formats. `format` is the operation's, or the connection's default.
    virtual Stored encode_value(const Encodable& value, Format format) const;
    /// Gives the value in a form that the accessors of ValueResult read: flags of one of the formats, and such bytes.
    virtual Stored decode_value(std::string_view bytes, std::uint32_t flags) const;
};

/// An object that can serve as a transcoder: it turns a value and a format into a Stored, and stored bytes back.
template <class T>
concept TranscodesValues = requires(const T& object, const Encodable& value, Format format,
                                    std::string_view bytes, std::uint32_t flags) {
    { object.encode_value(value, format) } -> std::same_as<Transcoder::Stored>;
    { object.decode_value(bytes, flags) } -> std::same_as<Transcoder::Stored>;
};
/// An object that can also translate keys.
template <class T>
concept TranscodesKeys = requires(const T& object, std::string_view key) {
    { object.encode_key(key) } -> std::convertible_to<std::string>;
    { object.decode_key(key) } -> std::convertible_to<std::string>;
};

namespace detail {

template <class T>
class WrappedTranscoder final : public Transcoder {
public:
    explicit WrappedTranscoder(T object) : object_(std::move(object)) {}

    std::string encode_key(std::string_view key) const override {
        if constexpr (TranscodesKeys<T>) return object_.encode_key(key);
        return Transcoder::encode_key(key);
    }
    std::string decode_key(std::string_view stored) const override {
        if constexpr (TranscodesKeys<T>) return object_.decode_key(stored);
        return Transcoder::decode_key(stored);
    }
    Stored encode_value(const Encodable& value, Format format) const override {
        return object_.encode_value(value, format);
    }
    Stored decode_value(std::string_view bytes, std::uint32_t flags) const override {
        return object_.decode_value(bytes, flags);
    }

private:
    T object_;
};

}  // namespace detail

/// Makes a transcoder of any object that transcodes values, and perhaps keys.
template <TranscodesValues T>
std::shared_ptr<const Transcoder> make_transcoder(T object) {
    return std::make_shared<const detail::WrappedTranscoder<T>>(std::move(object));
}

}  // namespace txcouchbase
