// SPDX-License-Identifier: Apache-2.0
#include "protocol/error.hpp"

#include <algorithm>
#include <array>

#include "protocol/status.hpp"

namespace txcouchbase {
namespace {

constexpr int input = static_cast<int>(ErrorKind::input);
constexpr int network = static_cast<int>(ErrorKind::network);
constexpr int fatal = static_cast<int>(ErrorKind::fatal);
constexpr int transient = static_cast<int>(ErrorKind::transient);
constexpr int data = static_cast<int>(ErrorKind::data);
constexpr int internal = static_cast<int>(ErrorKind::internal);

// Ordered by code (a test walks it).
constexpr std::array table{
    ErrorInfo{errc::success, "SUCCESS", 0, ErrorClass::couchbase_error, "success"},
    ErrorInfo{errc::auth_error, "AUTH_ERROR", fatal | input, ErrorClass::auth,
              "the server refused the credentials; check user name and password"},
    ErrorInfo{errc::delta_badval, "DELTA_BADVAL", input | data, ErrorClass::delta_badval,
              "the stored value is not a number, so it cannot be counted"},
    ErrorInfo{errc::too_big, "E2BIG", input | data, ErrorClass::too_big,
              "the value is larger than the server accepts; raise its limit or split the value"},
    ErrorInfo{errc::busy, "EBUSY", transient, ErrorClass::busy, "the server is busy; try again later"},
    ErrorInfo{errc::internal, "EINTERNAL", internal, ErrorClass::internal, "the server failed internally"},
    ErrorInfo{errc::invalid, "EINVAL", input, ErrorClass::invalid, "the server found the request malformed"},
    ErrorInfo{errc::no_memory, "ENOMEM", transient, ErrorClass::no_memory,
              "the server is out of memory; try again later"},
    ErrorInfo{errc::range, "ERANGE", input | data, ErrorClass::couchbase_error, "a value is out of range"},
    ErrorInfo{errc::error, "ERROR", 0, ErrorClass::couchbase_error,
              "the server answered with a status this client gives no meaning to"},
    ErrorInfo{errc::temporary_fail, "ETMPFAIL", transient, ErrorClass::temporary_fail,
              "the server cannot do it just now; try again later"},
    ErrorInfo{errc::key_exists, "KEY_EEXISTS", data, ErrorClass::key_exists,
              "the key exists already, or its CAS has changed; read it again"},
    ErrorInfo{errc::not_found, "KEY_ENOENT", data, ErrorClass::not_found, "the key does not exist"},
    ErrorInfo{errc::network_error, "NETWORK_ERROR", network, ErrorClass::network, "the network failed"},
    ErrorInfo{errc::not_my_vbucket, "NOT_MY_VBUCKET", network | transient, ErrorClass::not_my_vbucket,
              "the node does not own the key's vBucket"},
    ErrorInfo{errc::not_stored, "NOT_STORED", data, ErrorClass::not_stored,
              "nothing was stored: there is no value to append or prepend to"},
    ErrorInfo{errc::not_supported, "NOT_SUPPORTED", 0, ErrorClass::not_supported,
              "the server does not support the operation"},
    ErrorInfo{errc::unknown_command, "UNKNOWN_COMMAND", 0, ErrorClass::couchbase_error,
              "the server does not know the command"},
    ErrorInfo{errc::unknown_host, "UNKNOWN_HOST", network | input, ErrorClass::unknown_host,
              "the host name does not resolve; check its spelling and the resolver"},
    ErrorInfo{errc::protocol_error, "PROTOCOL_ERROR", network, ErrorClass::protocol,
              "the peer does not speak the memcached binary protocol, or broke it"},
    ErrorInfo{errc::timed_out, "ETIMEDOUT", network | transient, ErrorClass::timeout,
              "no answer came before the deadline"},
    ErrorInfo{errc::connect_error, "CONNECT_ERROR", network, ErrorClass::connect,
              "the connection could not be established"},
    ErrorInfo{errc::bucket_not_found, "BUCKET_ENOENT", input | fatal, ErrorClass::bucket_not_found,
              "the bucket does not exist or is not open to this user"},
    ErrorInfo{errc::client_no_memory, "CLIENT_ENOMEM", fatal, ErrorClass::couchbase_error,
              "the client is out of memory"},
    ErrorInfo{errc::client_temporary_fail, "CLIENT_ETMPFAIL", transient, ErrorClass::client_temporary_fail,
              "the client cannot do it just now; try again later"},
    ErrorInfo{errc::invalid_host_format, "INVALID_HOST_FORMAT", input, ErrorClass::invalid,
              "the host or connection string is malformed"},
    ErrorInfo{errc::empty_key, "EMPTY_KEY", input, ErrorClass::argument, "a key must have 1 to 250 bytes"},
    ErrorInfo{errc::queue_full, "QUEUE_FULL", transient, ErrorClass::client_temporary_fail,
              "too many operations or bytes are in flight; wait for some to complete, or raise the limits"},
    ErrorInfo{errc::connection_closed, "CONNECTION_CLOSED", transient, ErrorClass::client_temporary_fail,
              "the connection is closed"},
    ErrorInfo{errc::object_destroyed, "OBJECT_DESTROYED", 0, ErrorClass::object_destroyed,
              "the connection or its event loop was destroyed before the operation completed"},
    ErrorInfo{errc::cancelled, "CANCELLED", 0, ErrorClass::cancelled, "the operation was cancelled"},
    ErrorInfo{errc::argument, "ARGUMENT", input, ErrorClass::argument, "an argument is not acceptable"},
    ErrorInfo{errc::value_format, "VALUE_FORMAT", data, ErrorClass::value_format,
              "the value cannot be encoded or decoded in this format"},
    ErrorInfo{errc::connection_lost, "CONNECTION_LOST", network | transient, ErrorClass::network,
              "the connection was lost before an answer came; the operation may have been executed"},
    ErrorInfo{
        errc::silent_peer, "SILENT_PEER", network | transient, ErrorClass::network,
        "the server stopped answering, so its connection was closed; the operation may have been executed"},
};

errc from_status(protocol::Status status) noexcept {
    using protocol::Status;
    switch (status) {
        case Status::success: return errc::success;
        case Status::key_enoent: return errc::not_found;
        case Status::key_eexists: return errc::key_exists;
        case Status::locked: return errc::key_exists;
        case Status::e2big: return errc::too_big;
        case Status::einval: return errc::invalid;
        case Status::not_stored: return errc::not_stored;
        case Status::delta_badval: return errc::delta_badval;
        case Status::not_my_vbucket: return errc::not_my_vbucket;
        case Status::auth_error:
        case Status::auth_stale:
        case Status::eaccess: return errc::auth_error;
        case Status::erange: return errc::range;
        case Status::unknown_command: return errc::unknown_command;
        case Status::enomem: return errc::no_memory;
        case Status::not_supported: return errc::not_supported;
        case Status::einternal: return errc::internal;
        case Status::ebusy: return errc::busy;
        case Status::not_locked:
        case Status::etmpfail: return errc::temporary_fail;
        default: return errc::error;
    }
}

bool has_kind(errc code, const boost::system::error_condition& condition) noexcept {
    return condition == make_error_condition(static_cast<ErrorKind>(condition.value())) &&
           (info(code).kinds & condition.value()) != 0;
}

class KindCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "txcouchbase.kind"; }
    std::string message(int kind) const override { return "error kind " + std::to_string(kind); }
};

class ClientCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "txcouchbase"; }
    std::string message(int code) const override {
        return std::string{info(static_cast<errc>(code)).message};
    }
    bool equivalent(int code, const boost::system::error_condition& condition) const noexcept override {
        return has_kind(static_cast<errc>(code), condition) || error_category::equivalent(code, condition);
    }
};

class StatusCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "txcouchbase.status"; }
    std::string message(int status) const override {
        const auto value = static_cast<protocol::Status>(status);
        return std::string{info(from_status(value)).message} + " (server status " +
               std::string{protocol::name(value)} + ")";
    }
    bool equivalent(int status, const boost::system::error_condition& condition) const noexcept override {
        return has_kind(from_status(static_cast<protocol::Status>(status)), condition) ||
               error_category::equivalent(status, condition);
    }
};

const KindCategory kind_category;
const ClientCategory client_category;
const StatusCategory status_category;

}  // namespace

boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), client_category};
}

boost::system::error_condition make_error_condition(ErrorKind kind) noexcept {
    return {static_cast<int>(kind), kind_category};
}

boost::system::error_code protocol::make_error_code(Status status) noexcept {
    return {static_cast<int>(status), status_category};
}

const ErrorInfo& info(errc code) noexcept {
    const auto* row =
        std::lower_bound(table.begin(), table.end(), code,
                         [](const ErrorInfo& entry, errc wanted) { return entry.code < wanted; });
    if (row != table.end() && row->code == code) return *row;
    return info(errc::error);
}

errc rc(const boost::system::error_code& code) noexcept {
    if (!code.failed()) return errc::success;
    if (code.category() == client_category) return static_cast<errc>(code.value());
    if (code.category() == status_category) return from_status(static_cast<protocol::Status>(code.value()));
    return errc::network_error;
}

const ErrorDetail& Error::detail() const noexcept {
    static const ErrorDetail none;
    return detail_ ? *detail_ : none;
}

namespace {

// Keys and the server's words may hold anything, and messages end up in logs and on terminals.
std::string quoted(std::string_view words) {
    std::string text{words};
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return '"' + text + '"';
}

}  // namespace

std::string Error::message() const {
    std::string text = code_.message();
    const ErrorDetail& known = detail();
    if (!known.operation.empty()) text += "; operation " + known.operation;
    if (!known.key.empty()) text += "; key " + quoted(known.key);
    if (!known.node.empty()) text += "; node " + known.node;
    if (!known.cause.empty()) text += "; cause: " + known.cause;
    if (!known.server_text.empty()) text += "; the server says: " + quoted(known.server_text);
    return text;
}

}  // namespace txcouchbase
