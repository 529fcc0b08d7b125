// SPDX-License-Identifier: Apache-2.0
#include "cli/error_class_name.hpp"

namespace txcouchbase::cli {

std::string_view name(ErrorClass error_class) noexcept {
    switch (error_class) {
        case ErrorClass::couchbase_error: return "CouchbaseError";
        case ErrorClass::libcouchbase: return "LibcouchbaseError";
        case ErrorClass::auth: return "AuthError";
        case ErrorClass::delta_badval: return "DeltaBadvalError";
        case ErrorClass::too_big: return "TooBigError";
        case ErrorClass::busy: return "BusyError";
        case ErrorClass::internal: return "InternalError";
        case ErrorClass::invalid: return "InvalidError";
        case ErrorClass::no_memory: return "NoMemoryError";
        case ErrorClass::range: return "RangeError";
        case ErrorClass::temporary_fail: return "TemporaryFailError";
        case ErrorClass::key_exists: return "KeyExistsError";
        case ErrorClass::not_found: return "NotFoundError";
        case ErrorClass::network: return "NetworkError";
        case ErrorClass::not_my_vbucket: return "NotMyVbucketError";
        case ErrorClass::not_stored: return "NotStoredError";
        case ErrorClass::not_supported: return "NotSupportedError";
        case ErrorClass::unknown_command: return "UnknownCommandError";
        case ErrorClass::unknown_host: return "UnknownHostError";
        case ErrorClass::protocol: return "ProtocolError";
        case ErrorClass::timeout: return "TimeoutError";
        case ErrorClass::connect: return "ConnectError";
        case ErrorClass::bucket_not_found: return "BucketNotFoundError";
        case ErrorClass::client_no_memory: return "ClientNoMemoryError";
        case ErrorClass::client_temporary_fail: return "ClientTemporaryFailError";
        case ErrorClass::bad_handle: return "BadHandleError";
        case ErrorClass::argument: return "ArgumentError";
        case ErrorClass::value_format: return "ValueFormatError";
        case ErrorClass::object_destroyed: return "ObjectDestroyedError";
        case ErrorClass::cancelled: return "OperationCancelledError";
        case ErrorClass::http: return "HTTPError";
        case ErrorClass::view_engine: return "ViewEngineError";
        case ErrorClass::already_queried: return "AlreadyQueriedError";
    }
    return "CouchbaseError";
}

}  // namespace txcouchbase::cli
