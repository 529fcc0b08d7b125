// What operations take: option structs, and what a connection is made with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <txcouchbase/detail/bootstrap_options.hpp>
#include <txcouchbase/detail/encodable.hpp>
#include <txcouchbase/detail/tls_options.hpp>
#include <txcouchbase/log.hpp>

namespace txcouchbase {

/// Text, or any bytes that come as text. Not nullptr and not 0, which std::string_view would take for text; no JSON,
/// which says only when it is asked whether it is text.
template <class T>
concept KeyText =
    std::convertible_to<T, std::string_view> && !std::same_as<std::remove_cvref_t<T>, std::nullptr_t> &&
    !std::same_as<std::remove_cvref_t<T>, nlohmann::json>;

/// A key. Lifetime: borrowed until the call that takes it returns.
class Key {
public:
    template <class T>
    requires KeyText<const T&>
    // NOLINTNEXTLINE(google-explicit-constructor): get("k")
    constexpr Key(const T& text) : text_(text) {}
    // NOLINTNEXTLINE(google-explicit-constructor): it is nothing but checked text
    constexpr operator std::string_view() const noexcept { return text_; }

private:
    std::string_view text_;
};

/**
 * How long a value lives: nothing (for ever), a duration from now, or a point in time.
 *
 * Shape:  a duration is rounded up to whole seconds, so that 200 ms do not become "for ever". Durations of 30 days and
 *         more, which a server would take for a date, are sent as the date that they mean.
 * Errors: ArgumentError from the operation: negative, not a number, beyond what 32 bits of seconds since 1970 can tell,
 *         or a point in time within the first 30 days of 1970. A point in the past is sent, and the value is gone.
 */
class Ttl {
public:
    enum class Kind : std::uint8_t { relative, absolute, out_of_range };

    constexpr Ttl() noexcept = default;
    // Implicit on purpose: {.ttl = 30s}.
    // NOLINTBEGIN(google-explicit-constructor)
    template <class Rep, class Period>
    constexpr Ttl(std::chrono::duration<Rep, Period> relative) noexcept
        : Ttl(std::chrono::duration<long double>(relative).count(), Kind::relative) {}
    constexpr Ttl(std::chrono::system_clock::time_point at) noexcept
        : Ttl(std::chrono::duration<long double>(at.time_since_epoch()).count(), Kind::absolute) {}
    // NOLINTEND(google-explicit-constructor)

    constexpr Kind kind() const noexcept { return kind_; }
    constexpr std::int64_t seconds() const noexcept { return seconds_; }
    /// Whether it asks for nothing: the value never expires.
    constexpr bool is_none() const noexcept { return seconds_ == 0 && kind_ == Kind::relative; }
    friend constexpr bool operator==(const Ttl&, const Ttl&) noexcept = default;

private:
    constexpr Ttl(long double seconds, Kind kind) noexcept {
        constexpr long double most = 1LL << 40;
        if (!(seconds > -most && seconds < most)) {  // this way round, because NaN is neither
            kind_ = Kind::out_of_range;
            return;
        }
        kind_ = kind;
        seconds_ = static_cast<std::int64_t>(seconds);
        if (static_cast<long double>(seconds_) < seconds) ++seconds_;
        if (seconds < 0 && seconds_ == 0) seconds_ = -1;  // part of a second ago is not "never"
    }

    std::int64_t seconds_ = 0;
    Kind kind_ = Kind::relative;
};

/// How far a counter moves: any integer, to either side.
class Delta {
public:
    // NOLINTNEXTLINE(google-explicit-constructor): {.delta = 5}
    constexpr Delta(std::integral auto value) noexcept requires(!std::same_as<decltype(value), bool>)
        : magnitude_(value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value)),
          is_negative_(value < 0) {}

    constexpr Delta operator-() const noexcept {
        Delta negated = *this;
        negated.is_negative_ = !is_negative_;
        return negated;
    }
    constexpr std::uint64_t magnitude() const noexcept { return magnitude_; }
    constexpr bool is_negative() const noexcept { return is_negative_; }
    friend constexpr bool operator==(const Delta&, const Delta&) noexcept = default;

private:
    std::uint64_t magnitude_;
    bool is_negative_;
};

/// Zero means the connection's own timeout; a negative one is an ArgumentError.
using OperationTimeout = std::chrono::milliseconds;

/// One for the operation, instead of the connection's. Nothing: the connection's.
using TranscoderPtr = std::shared_ptr<const Transcoder>;
/// What becomes of an operation that the server refuses for now (it is busy, or short of memory).
enum class Retry : std::uint8_t {
    transient,  ///< sent again, ever more slowly, until its timeout; then it fails with the last refusal
    none,       ///< fails at once
};

struct GetOptions {
    Ttl ttl = {};                    ///< something: also sets the time to live (GAT)
    std::optional<bool> quiet = {};  ///< whether a missing key is a result; nothing: the connection's quiet
    bool replica = false;            ///< from a replica; cannot be had together with a ttl
    bool no_format = false;          ///< the stored bytes as they are, whatever their format
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
    TranscoderPtr transcoder = {};
};

struct StoreOptions {
    std::uint64_t cas = 0;  ///< not 0: store only if the value still has this CAS
    Ttl ttl = {};
    std::optional<Format> format = {};  ///< nothing: the connection's default_format
    int persist_to = 0;                 ///< nodes that must have it on disk; negative: as many as there are
    int replicate_to = 0;               ///< replicas that must have it; negative: as many as there are
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
    TranscoderPtr transcoder = {};
};

struct AppendOptions {
    std::uint64_t cas = 0;         ///< not 0: only if the value still has this CAS
    Format format = Format::utf8;  ///< utf8 or bytes; the stored value keeps its own
    int persist_to = 0;
    int replicate_to = 0;
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
    TranscoderPtr transcoder = {};
};

struct RemoveOptions {
    std::uint64_t cas = 0;           ///< not 0: remove only if the value still has this CAS
    std::optional<bool> quiet = {};  ///< whether a missing key is a result; nothing: the connection's quiet
    int persist_to = 0;
    int replicate_to = 0;
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
    TranscoderPtr transcoder = {};
};

struct CounterOptions {
    Delta delta = 1;
    std::optional<std::uint64_t> initial = {};  ///< of a counter that does not exist; nothing: NotFoundError
    Ttl ttl = {};                               ///< of a counter that is created; needs an initial value
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
    TranscoderPtr transcoder = {};
};

/// Of operations that need nothing else: touch, lock, unlock, noop, versions, stats.
struct RequestOptions {
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
    TranscoderPtr transcoder = {};
};

/// What becomes of operations beyond the caps of ConnectionOptions.
enum class Overload : std::uint8_t {
    fail,  ///< the call is refused: ClientTemporaryFailError (queue_full); what could never fit is an ArgumentError
    /// They wait, first in, first out for each node, until there is room or their deadline passes; their time runs.
    /// As many as the caps allow may wait beside those in flight; beyond that the call is refused.
    wait,
};

struct ReplicaOptions {
    std::optional<unsigned> replica_index = {};  ///< nothing: the first replica that has an answer
    std::optional<bool> quiet = {};
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
    TranscoderPtr transcoder = {};
};

struct ObserveOptions {
    bool master_only = false;
    OperationTimeout timeout{0};
    Retry retry = Retry::transient;
    TranscoderPtr transcoder = {};
};

struct EndureOptions {
    std::uint64_t cas = 0;       ///< not 0: of this version of the value
    int persist_to = -1;         ///< nodes that must have it on disk; negative: as many as there are
    int replicate_to = -1;       ///< replicas that must have it; negative: as many as there are
    bool check_removed = false;  ///< waits for the value's end instead
    OperationTimeout timeout{5000};
    std::chrono::milliseconds interval{10};  ///< between two questions
    Retry retry = Retry::transient;
    TranscoderPtr transcoder = {};
};

/// What a connection is made with. Every member has a sensible default. Timeouts and limits are positive.
struct ConnectionOptions {
    OperationTimeout timeout{2500};                   ///< of one operation, counted while connected
    std::chrono::milliseconds connect_timeout{2500};  ///< resolving, connecting and the handshake together
    std::chrono::milliseconds silence_timeout{5000};  ///< unanswered operations and not a byte: dial again
    /// Of a cluster: how long its hosts are tried, all together, before connecting has failed.
    std::chrono::milliseconds bootstrap_timeout{10000};
    /// Of a cluster: how often one of its nodes is asked for the map, beside what nodes tell by themselves.
    std::chrono::milliseconds config_poll_interval{2500};
    bool quiet = false;  ///< whether a missing key is a result instead of an error
    Format default_format = Format::json;
    TranscoderPtr transcoder = {};
    /// Whether results show stored bytes as they are, as GetOptions::no_format does for one operation.
    bool data_passthrough = false;
    /// Whether stored flags are those of 1.x clients, for readers that know no others.
    bool legacy_flags = false;
    /// The connection copies both, and wipes its copies when it is closed or gone. These here are the caller's to wipe.
    std::string username = {};
    std::string password = {};
    /// Whether the password may travel in clear (SASL PLAIN without TLS, and HTTP). Without it such a login is refused.
    bool allow_plain = false;
    TlsOptions tls = {};                                ///< of couchbases://
    std::size_t max_operations = 65'536;                ///< per node, queued and unanswered ones together
    std::size_t max_request_bytes = 128 * 1024 * 1024;  ///< per node, of the same
    /// The largest reply, header included; at least 4096. One that is larger fails its operation with TooBigError.
    std::size_t max_frame = 31'457'280;
    LogHook log = {};
    LogLevel log_level = LogLevel::info;                      ///< the least that `log` hears of
    std::size_t max_total_operations = 262'144;               ///< of all nodes together
    std::size_t max_total_request_bytes = 512 * 1024 * 1024;  ///< of all nodes together
    Overload overload = Overload::fail;                       ///< what happens beyond these four
    /// Asks DNS for a cluster's hosts, where the connection string has one name without a port. Nothing: the
    /// nameservers of /etc/resolv.conf are asked.
    SrvResolver srv_resolver = {};
    /// Where the nodes of a cluster are reached from here, behind address translation say. Asked about every address
    /// of a map before it is dialled, not about the hosts of the connection string. Over TLS a node must have a
    /// certificate for the host that is dialled.
    AddressRewriter rewrite_address = {};
    /// A file in which the map of the cluster is kept, so that the next connection need not begin with the hosts of
    /// its connection string: nodes that the file names are tried first, for half a second. It is a hint and no more:
    /// operations go by the map that a node gives. A file that is missing, bad, not writable, or
    /// writable by other users, is told the log.
    std::string config_cache = {};
};

}  // namespace txcouchbase
