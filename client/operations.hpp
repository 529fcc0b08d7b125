// What operations take: values, formats and option structs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <txcouchbase/log.hpp>
#include <variant>

namespace txcouchbase {

/// How a value is stored. Readers find out from the flags that are stored with it.
enum class Format : std::uint8_t {
    json,       ///< anything; text becomes a JSON string. The default, as in the original.
    utf8,       ///< text as it is
    bytes,      ///< any bytes as they are
    automatic,  ///< text as utf8, bytes as bytes, everything else as json
};

/**
 * A value on its way to the server: text, bytes, a number, a boolean, nothing, or a JSON document.
 *
 * Lifetime: text, bytes and a document are borrowed until the call that takes the value returns.
 */
class Encodable {
public:
    struct Bytes {
        std::string_view view;
    };
    using Variant = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string_view,
                                 Bytes, const nlohmann::json*>;

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
    Encodable(std::span<const std::byte> bytes) noexcept
        : value_(Bytes{{reinterpret_cast<const char*>(bytes.data()), bytes.size()}}) {}
    Encodable(const nlohmann::json& document) noexcept : value_(&document) {}
    // NOLINTEND(google-explicit-constructor)

    const Variant& value() const noexcept { return value_; }

private:
    Variant value_;
};

/// Zero means the connection's own timeout; a negative one is an ArgumentError.
using OperationTimeout = std::chrono::milliseconds;

/// What becomes of an operation that the server refuses for now (it is busy, or short of memory).
enum class Retry : std::uint8_t {
    transient,  ///< sent again, ever more slowly, until its timeout; then it fails with the last refusal
    none,       ///< fails at once
};

struct GetOptions {
    std::chrono::seconds ttl{0};  ///< not 0: also sets the time to live (GAT)
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
};

struct StoreOptions {
    std::uint64_t cas = 0;              ///< not 0: store only if the value still has this CAS
    std::chrono::seconds ttl{0};        ///< 0: never expires
    std::optional<Format> format = {};  ///< nothing: the connection's default_format
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
};

struct AppendOptions {
    std::uint64_t cas = 0;         ///< not 0: only if the value still has this CAS
    Format format = Format::utf8;  ///< utf8 or bytes; the stored value keeps its own
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
};

struct RemoveOptions {
    std::uint64_t cas = 0;  ///< not 0: remove only if the value still has this CAS
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
};

struct CounterOptions {
    std::uint64_t delta = 1;
    std::optional<std::uint64_t> initial =
        {};                       ///< the value of a counter that does not exist; nothing: NotFoundError
    std::chrono::seconds ttl{0};  ///< of a counter that is created
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
};

/// Of operations that need nothing else: touch, noop, version, stats.
struct RequestOptions {
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
};

/// What becomes of operations beyond the caps of ConnectionOptions.
enum class Overload : std::uint8_t {
    fail,  ///< the call is refused: ClientTemporaryFailError (queue_full)
    /// They wait, first in, first out for each node, until there is room or their deadline passes; their time runs.
    /// As many as the caps allow may wait beside those in flight; beyond that the call is refused.
    wait,
};

/// What a connection is made with. Every member has a sensible default. Timeouts and limits are positive.
struct ConnectionOptions {
    OperationTimeout timeout{2500};                   ///< of one operation, counted while connected
    std::chrono::milliseconds connect_timeout{2500};  ///< resolving, connecting and the handshake together
    std::chrono::milliseconds silence_timeout{5000};  ///< unanswered operations and not a byte: dial again
    Format default_format = Format::json;
    /// The connection copies both, and wipes its copies when it is closed or gone. These here are the caller's to wipe.
    std::string username = {};
    std::string password = {};
    /// Whether the password may travel in clear (SASL PLAIN without TLS). Without it such a login is refused.
    bool allow_plain = false;
    std::size_t max_operations = 65'536;                ///< per node, queued and unanswered ones together
    std::size_t max_request_bytes = 128 * 1024 * 1024;  ///< per node, of the same
    std::size_t max_total_operations = 262'144;         ///< of all nodes together
    std::size_t max_total_request_bytes = 512 * 1024 * 1024;  ///< of all nodes together
    Overload overload = Overload::fail;                       ///< what happens beyond these four
    LogHook log = {};
    LogLevel log_level = LogLevel::info;  ///< the least that `log` hears of
};

}  // namespace txcouchbase
