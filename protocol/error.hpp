// The error codes, their one table, and the Error value that every room reports.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace txcouchbase {

/// What went wrong, in the client's words. Numbers below 0x100 are the original's return codes (`rc`); of those, 0x0e
/// and 0x0f (a plug-in cannot be loaded) are left out: this client loads none.
enum class errc : int {
    success = 0,
    auth_continue = 0x01,
    auth_error = 0x02,
    delta_badval = 0x03,
    too_big = 0x04,
    busy = 0x05,
    internal = 0x06,
    invalid = 0x07,
    no_memory = 0x08,
    range = 0x09,
    error = 0x0a,
    temporary_fail = 0x0b,
    key_exists = 0x0c,
    not_found = 0x0d,
    network_error = 0x10,
    not_my_vbucket = 0x11,
    not_stored = 0x12,
    not_supported = 0x13,
    unknown_command = 0x14,
    unknown_host = 0x15,
    protocol_error = 0x16,
    timed_out = 0x17,
    connect_error = 0x18,
    bucket_not_found = 0x19,
    client_no_memory = 0x1a,
    client_temporary_fail = 0x1b,
    bad_handle = 0x1c,
    invalid_host_format = 0x1f,
    invalid_char = 0x20,
    durability_too_many = 0x21,
    duplicate_commands = 0x22,
    no_matching_server = 0x23,
    invalid_username = 0x26,
    too_many_redirects = 0x29,
    map_changed = 0x2a,
    connection_refused = 0x2c,
    socket_shut_down = 0x2d,
    connection_reset = 0x2e,
    no_local_port = 0x2f,
    too_many_descriptors = 0x30,
    network_unreachable = 0x31,
    empty_key = 0x35,
    options_conflict = 0x3a,
    // Codes of ours.
    queue_full = 0x100,  ///< a cap on operations or bytes in flight is reached
    connection_closed,   ///< the operation was issued after close(), or close() ended it
    object_destroyed,    ///< the connection or its event loop went away first
    cancelled,           ///< the caller cancelled
    argument,            ///< an argument that no server would accept
    value_format,        ///< a value that cannot be encoded or decoded as asked
    connection_lost,     ///< the peer closed or reset while the operation was unanswered
    silent_peer,         ///< unanswered operations and not one byte for `silence_timeout`
    http,                ///< an HTTP answer that is no success
    view_engine,         ///< a view's answer that names errors
    already_queried,     ///< a view object that was used before
};

/// The original's categories. One code may belong to several; they are error_conditions, so that
/// `error.code() == ErrorKind::transient` asks.
enum class ErrorKind : int { input = 1, network = 2, fatal = 4, transient = 8, data = 16, internal = 32 };

boost::system::error_code make_error_code(errc code) noexcept;
boost::system::error_condition make_error_condition(ErrorKind kind) noexcept;

namespace protocol {
enum class Status : std::uint16_t;
/// A status that the server answered, as a code of its own category; `rc()` gives its errc.
boost::system::error_code make_error_code(Status status) noexcept;

enum class Opcode : std::uint8_t;
/// As above, for callers that know what was asked. To lock and unlock a key, LOCKED is the server's "not now"
/// (temporary_fail); to whoever would change the key it is key_exists, as it was before servers said LOCKED at all.
boost::system::error_code make_error_code(Status status, Opcode asked) noexcept;
}  // namespace protocol

/// The class that is thrown for a code (the names of the original). Where the original generates a class for a code at
/// run time, it is `libcouchbase` here; in either case the categories are those of the code.
enum class ErrorClass : std::uint8_t {
    couchbase_error,
    libcouchbase,
    auth,
    delta_badval,
    too_big,
    busy,
    internal,
    invalid,
    no_memory,
    range,
    temporary_fail,
    key_exists,
    not_found,
    network,
    not_my_vbucket,
    not_stored,
    not_supported,
    unknown_command,
    unknown_host,
    protocol,
    timeout,
    connect,
    bucket_not_found,
    client_no_memory,
    client_temporary_fail,
    bad_handle,
    argument,
    value_format,
    object_destroyed,
    cancelled,
    http,
    view_engine,
    already_queried,
};

/// One row of the table: everything that is known about a code.
struct ErrorInfo {
    errc code;
    std::string_view name;  ///< "KEY_ENOENT", the original's name
    int kinds;              ///< ErrorKind values, or'ed
    ErrorClass error_class;
    std::string_view message;  ///< what happened and what to do
};

/// The row of a code; the row of errc::error for a number that is not in the table. Never fails.
const ErrorInfo& info(errc code) noexcept;

/// The errc behind any code of ours: itself, or what the status of a server means (PROTOCOL 3.1).
errc rc(const boost::system::error_code& code) noexcept;

/**
 * What an operation went through, for explain(). Made when it fails, from what was kept anyway.
 *
 * Units: every Offset counts from the call, so that no clock is needed to read it.
 */
struct Timeline {
    using Offset = std::chrono::microseconds;
    struct Retry {
        Offset at;
        std::string reason;  ///< "ETMPFAIL", "the connection was lost"
    };

    Offset timeout{};  ///< zero: none
    Offset ended{};
    std::optional<Offset> queued_until = {};  ///< when it was handed to a node; nothing: it never was
    /// The last write of the request happened between these two, as far as they are known; neither: there was none.
    std::optional<Offset> written_after = {};
    std::optional<Offset> written_before = {};
    std::vector<Retry> retries = {};  ///< in their order
    std::optional<std::uint16_t> vbucket = {};
    std::optional<std::uint64_t> map_revision = {};  ///< of the cluster map that chose the node
    std::string socket = {};                         ///< of the node, in words: "connected", "connecting"
    std::size_t in_flight = 0;                       ///< operations of the node, this one included
};

/// What a room further up hangs on an error that it passes on.
struct ErrorAttachment {
    ErrorAttachment() = default;
    ErrorAttachment(const ErrorAttachment&) = delete;
    ErrorAttachment& operator=(const ErrorAttachment&) = delete;
    virtual ~ErrorAttachment() = default;
};

/// Hung on errc::http: the answer itself.
struct HttpReply final : ErrorAttachment {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> headers = {};  ///< in their order, names as they came
    std::string body = {};                                          ///< at most 64 KiB of it
};

/// Hung on errc::view_engine: what went wrong, and on which node.
struct ViewErrors final : ErrorAttachment {
    struct Entry {
        std::string from;  ///< "http://10.0.0.2:8092/_view_merge/", "local"
        std::string reason;
    };
    std::vector<Entry> entries = {};
};

/// What is known beside the code. Only failures carry one, so it may allocate.
struct ErrorDetail {
    std::string operation = {};  ///< "GET"
    std::string key = {};
    std::string node = {};         ///< "127.0.0.1:11211"
    std::string cause = {};        ///< why, in a few words: "connection refused"
    std::string server_text = {};  ///< what the server said last, be it in a refusal: quoted, never trusted
    std::exception_ptr inner_cause = {};  ///< what a transcoder or a to_json() threw
    bool was_written = false;             ///< at least a byte of the request had been sent when this ended
    std::shared_ptr<const Timeline> timeline = {};
    std::shared_ptr<const ErrorAttachment> attachment = {};
};

/**
 * A failure, or none: the code and what is known about it. Cheap to copy (two words and a shared detail).
 *
 * Lifetime: owns everything it shows. May be read from any thread.
 */
class Error {
public:
    Error() noexcept = default;
    explicit Error(boost::system::error_code code) noexcept : code_(code) {}
    Error(boost::system::error_code code, ErrorDetail detail)
        : code_(code), detail_(std::make_shared<const ErrorDetail>(std::move(detail))) {}

    explicit operator bool() const noexcept { return code_.failed(); }
    const boost::system::error_code& code() const noexcept { return code_; }
    errc rc() const noexcept { return txcouchbase::rc(code_); }
    const ErrorDetail& detail() const noexcept;

    /// Whether the server answered, be it with a refusal or with what could not be decoded or was too large to take.
    bool is_answered() const noexcept;
    /// Whether the server may have executed the operation all the same: written, and ended without an answer.
    bool is_ambiguous() const noexcept;

    /// One sentence: the code's message, then operation, key, node, cause, server text and inner cause as far as known.
    /// Control bytes in foreign words are escaped.
    std::string message() const;

private:
    boost::system::error_code code_;
    std::shared_ptr<const ErrorDetail> detail_;
};

}  // namespace txcouchbase

template <>
struct boost::system::is_error_code_enum<txcouchbase::errc> : std::true_type {};
template <>
struct boost::system::is_error_condition_enum<txcouchbase::ErrorKind> : std::true_type {};
template <>
struct boost::system::is_error_code_enum<txcouchbase::protocol::Status> : std::true_type {};
