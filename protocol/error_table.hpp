// The one table of errors: for each code its name, its categories, the class that is thrown, and what to do.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "protocol/error.hpp"

namespace txcouchbase {

/// All rows, ordered by code. Names and categories are those of the original as far as it has them.
inline constexpr auto error_table = [] {
    constexpr int input = static_cast<int>(ErrorKind::input);
    constexpr int network = static_cast<int>(ErrorKind::network);
    constexpr int fatal = static_cast<int>(ErrorKind::fatal);
    constexpr int transient = static_cast<int>(ErrorKind::transient);
    constexpr int data = static_cast<int>(ErrorKind::data);
    constexpr int internal = static_cast<int>(ErrorKind::internal);
    return std::array{
        ErrorInfo{errc::success, "SUCCESS", 0, ErrorClass::couchbase_error, "success"},
        ErrorInfo{errc::auth_continue, "AUTH_CONTINUE", internal | fatal, ErrorClass::libcouchbase,
                  "the server went on with a login that was over"},
        ErrorInfo{errc::auth_error, "AUTH_ERROR", fatal | input, ErrorClass::auth,
                  "the server refused the credentials; check user name and password"},
        ErrorInfo{errc::delta_badval, "DELTA_BADVAL", input | data, ErrorClass::delta_badval,
                  "the stored value is not a number, so it cannot be counted"},
        ErrorInfo{errc::too_big, "E2BIG", input | data, ErrorClass::too_big,
                  "the value is larger than the server accepts; raise its limit or split the value"},
        ErrorInfo{errc::busy, "EBUSY", transient, ErrorClass::busy, "the server is busy; try again later"},
        ErrorInfo{errc::internal, "EINTERNAL", internal, ErrorClass::internal,
                  "the server failed internally"},
        ErrorInfo{errc::invalid, "EINVAL", input, ErrorClass::invalid,
                  "the server found the request malformed"},
        ErrorInfo{errc::no_memory, "ENOMEM", transient, ErrorClass::no_memory,
                  "the server is out of memory; try again later"},
        ErrorInfo{errc::range, "ERANGE", input | data, ErrorClass::range, "a value is out of range"},
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
        ErrorInfo{errc::unknown_command, "UNKNOWN_COMMAND", 0, ErrorClass::unknown_command,
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
        ErrorInfo{errc::client_no_memory, "CLIENT_ENOMEM", fatal, ErrorClass::client_no_memory,
                  "the client is out of memory"},
        ErrorInfo{errc::client_temporary_fail, "CLIENT_ETMPFAIL", transient,
                  ErrorClass::client_temporary_fail, "the client cannot do it just now; try again later"},
        ErrorInfo{errc::bad_handle, "EBADHANDLE", input, ErrorClass::bad_handle,
                  "the connection is of a kind that has no such operation"},
        ErrorInfo{errc::invalid_host_format, "INVALID_HOST_FORMAT", input, ErrorClass::invalid,
                  "the host or connection string is malformed"},
        ErrorInfo{errc::invalid_char, "INVALID_CHAR", input, ErrorClass::invalid,
                  "a character is not allowed where it stands; escape it"},
        ErrorInfo{errc::durability_too_many, "DURABILITY_ETOOMANY", input, ErrorClass::argument,
                  "more nodes were asked to hold the change than the bucket has"},
        ErrorInfo{errc::duplicate_commands, "DUPLICATE_COMMANDS", input, ErrorClass::argument,
                  "one call names the same key twice"},
        ErrorInfo{errc::no_matching_server, "NO_MATCHING_SERVER", transient, ErrorClass::libcouchbase,
                  "no node is responsible for the key just now; try again later"},
        ErrorInfo{errc::invalid_username, "INVALID_USERNAME", input | fatal, ErrorClass::libcouchbase,
                  "the user name is not one that this bucket can be opened with"},
        ErrorInfo{errc::too_many_redirects, "TOO_MANY_REDIRECTS", network, ErrorClass::libcouchbase,
                  "the server redirected the request too often"},
        ErrorInfo{errc::map_changed, "MAP_CHANGED", network | transient, ErrorClass::libcouchbase,
                  "the cluster changed while the operation was under way; try again"},
        ErrorInfo{errc::connection_refused, "ECONNREFUSED", network | transient, ErrorClass::libcouchbase,
                  "nothing listens at the node's address; check host and port"},
        ErrorInfo{errc::socket_shut_down, "ESOCKSHUTDOWN", network | transient, ErrorClass::libcouchbase,
                  "the peer closed the connection"},
        ErrorInfo{errc::connection_reset, "ECONNRESET", network | transient, ErrorClass::libcouchbase,
                  "the peer reset the connection"},
        ErrorInfo{errc::no_local_port, "CANTGETPORT", network | fatal, ErrorClass::libcouchbase,
                  "this machine has no port left for another connection; close some"},
        ErrorInfo{errc::too_many_descriptors, "FDLIMIT", network | fatal, ErrorClass::libcouchbase,
                  "this process may open no more descriptors; raise its limit"},
        ErrorInfo{errc::network_unreachable, "ENETUNREACH", network | transient, ErrorClass::libcouchbase,
                  "there is no route to the node's network"},
        ErrorInfo{errc::empty_key, "EMPTY_KEY", input, ErrorClass::argument,
                  "a key must have 1 to 250 bytes"},
        ErrorInfo{errc::options_conflict, "OPTIONS_CONFLICT", input, ErrorClass::libcouchbase,
                  "two options exclude each other"},
        ErrorInfo{
            errc::queue_full, "QUEUE_FULL", transient, ErrorClass::client_temporary_fail,
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
        ErrorInfo{errc::silent_peer, "SILENT_PEER", network | transient, ErrorClass::network,
                  "the server stopped answering, so its connection was closed; the operation may have been "
                  "executed"},
        ErrorInfo{errc::http, "HTTP_ERROR", 0, ErrorClass::http, "the server answered with an HTTP error"},
        ErrorInfo{errc::view_engine, "VIEW_ENGINE", 0, ErrorClass::view_engine,
                  "the answer of the view names errors; its rows may be incomplete"},
        ErrorInfo{errc::already_queried, "ALREADY_QUERIED", 0, ErrorClass::already_queried,
                  "a view can be queried once; make another one"},
    };
}();

}  // namespace txcouchbase
