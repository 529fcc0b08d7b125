// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/exceptions.hpp>

namespace txcouchbase {
namespace {

template <class E>
std::exception_ptr make(const Error& error) {
    return std::make_exception_ptr(E{error});
}

}  // namespace

std::exception_ptr make_exception(const Error& error) {
    switch (info(error.rc()).error_class) {
        case ErrorClass::couchbase_error: return make<CouchbaseError>(error);
        case ErrorClass::auth: return make<AuthError>(error);
        case ErrorClass::delta_badval: return make<DeltaBadvalError>(error);
        case ErrorClass::too_big: return make<TooBigError>(error);
        case ErrorClass::busy: return make<BusyError>(error);
        case ErrorClass::internal: return make<InternalError>(error);
        case ErrorClass::invalid: return make<InvalidError>(error);
        case ErrorClass::no_memory: return make<NoMemoryError>(error);
        case ErrorClass::temporary_fail: return make<TemporaryFailError>(error);
        case ErrorClass::key_exists: return make<KeyExistsError>(error);
        case ErrorClass::not_found: return make<NotFoundError>(error);
        case ErrorClass::network: return make<NetworkError>(error);
        case ErrorClass::not_my_vbucket: return make<NotMyVbucketError>(error);
        case ErrorClass::not_stored: return make<NotStoredError>(error);
        case ErrorClass::not_supported: return make<NotSupportedError>(error);
        case ErrorClass::unknown_host: return make<UnknownHostError>(error);
        case ErrorClass::protocol: return make<ProtocolError>(error);
        case ErrorClass::timeout: return make<TimeoutError>(error);
        case ErrorClass::connect: return make<ConnectError>(error);
        case ErrorClass::bucket_not_found: return make<BucketNotFoundError>(error);
        case ErrorClass::client_temporary_fail: return make<ClientTemporaryFailError>(error);
        case ErrorClass::argument: return make<ArgumentError>(error);
        case ErrorClass::value_format: return make<ValueFormatError>(error);
        case ErrorClass::object_destroyed: return make<ObjectDestroyedError>(error);
        case ErrorClass::cancelled: return make<OperationCancelledError>(error);
    }
    return make<CouchbaseError>(error);
}

void throw_exception(const Error& error) {
    std::rethrow_exception(make_exception(error));
}

}  // namespace txcouchbase
