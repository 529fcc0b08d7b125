// The error codes, their one table, and the Error value that every room reports.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/error_code.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace txcouchbase {

/// What went wrong, in the client's words. Numbers below 0x100 are the original's return codes (`rc`).
enum class errc : int {
    success = 0,
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
    invalid_host_format = 0x1f,
    empty_key = 0x35,
    // Codes of ours.
    queue_full = 0x100,  ///< a cap on operations or bytes in flight is reached
    connection_closed,   ///< the operation was issued after close(), or close() ended it
    object_destroyed,    ///< the connection or its event loop went away first
    cancelled,           ///< the caller cancelled
    argument,            ///< an argument that no server would accept
    value_format,        ///< a value that cannot be encoded or decoded as asked
    connection_lost,     ///< the peer closed or reset while the operation was unanswered
    silent_peer,         ///< unanswered operations and not one byte for `silence_timeout`
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
}  // namespace protocol

/// The class that is thrown for a code (the names of the original).
enum class ErrorClass : std::uint8_t {
    couchbase_error,
    auth,
    delta_badval,
    too_big,
    busy,
    internal,
    invalid,
    no_memory,
    temporary_fail,
    key_exists,
    not_found,
    network,
    not_my_vbucket,
    not_stored,
    not_supported,
    unknown_host,
    protocol,
    timeout,
    connect,
    bucket_not_found,
    client_temporary_fail,
    argument,
    value_format,
    object_destroyed,
    cancelled,
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

/// What is known beside the code. Only failures carry one, so it may allocate.
struct ErrorDetail {
    std::string operation = {};  ///< "GET"
    std::string key = {};
    std::string node = {};         ///< "127.0.0.1:11211"
    std::string cause = {};        ///< why, in a few words: "connection refused"
    std::string server_text = {};  ///< the server's own words: quoted, never trusted
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

    /// One sentence: the code's message, then operation, key, node, cause and server text as far as known. Control
    /// bytes in foreign words are shown as "?".
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
