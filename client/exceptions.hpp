// The exception classes of the original, each catchable by detail, by category and by base.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>
#include <txcouchbase/error.hpp>

namespace txcouchbase {

/**
 * The base of everything the library throws for a failure of its own (misuse of an object is std::logic_error).
 *
 *     catch (const NotFoundError&)        the detail
 *     catch (const CouchbaseDataError&)   its category
 *     catch (const CouchbaseError&)       anything
 *
 * Spec: couchbase.exceptions of the original.
 */
class CouchbaseError : public std::exception {
public:
    CouchbaseError() : CouchbaseError(Error{errc::error}) {}
    explicit CouchbaseError(Error error) : error_(std::move(error)), what_(error_.message()) {}

    const char* what() const noexcept override { return what_.c_str(); }
    const Error& error() const noexcept { return error_; }
    errc rc() const noexcept { return error_.rc(); }
    const std::string& key() const noexcept { return error_.detail().key; }

private:
    Error error_;
    std::string what_;
};

// The categories.
class CouchbaseInputError : public virtual CouchbaseError {};
class CouchbaseNetworkError : public virtual CouchbaseError {};
class CouchbaseFatalError : public virtual CouchbaseError {};
class CouchbaseTransientError : public virtual CouchbaseError {};
class CouchbaseDataError : public virtual CouchbaseError {};
class CouchbaseInternalError : public virtual CouchbaseError {};

namespace detail {
/// A class with its categories: only the most derived one initialises the virtual base.
template <class... Categories>
class Detail : public virtual CouchbaseError, public Categories... {
protected:
    Detail() = default;
};
}  // namespace detail

class AuthError : public detail::Detail<CouchbaseFatalError, CouchbaseInputError> {
public:
    explicit AuthError(Error error) : CouchbaseError(std::move(error)) {}
};
class DeltaBadvalError : public detail::Detail<CouchbaseInputError, CouchbaseDataError> {
public:
    explicit DeltaBadvalError(Error error) : CouchbaseError(std::move(error)) {}
};
class TooBigError : public detail::Detail<CouchbaseInputError, CouchbaseDataError> {
public:
    explicit TooBigError(Error error) : CouchbaseError(std::move(error)) {}
};
class BusyError : public detail::Detail<CouchbaseTransientError> {
public:
    explicit BusyError(Error error) : CouchbaseError(std::move(error)) {}
};
class InternalError : public detail::Detail<CouchbaseInternalError> {
public:
    explicit InternalError(Error error) : CouchbaseError(std::move(error)) {}
};
class InvalidError : public detail::Detail<CouchbaseInputError> {
public:
    explicit InvalidError(Error error) : CouchbaseError(std::move(error)) {}
};
class NoMemoryError : public detail::Detail<CouchbaseTransientError> {
public:
    explicit NoMemoryError(Error error) : CouchbaseError(std::move(error)) {}
};
class TemporaryFailError : public detail::Detail<CouchbaseTransientError> {
public:
    explicit TemporaryFailError(Error error) : CouchbaseError(std::move(error)) {}
};
class KeyExistsError : public detail::Detail<CouchbaseDataError> {
public:
    explicit KeyExistsError(Error error) : CouchbaseError(std::move(error)) {}
};
class NotFoundError : public detail::Detail<CouchbaseDataError> {
public:
    explicit NotFoundError(Error error) : CouchbaseError(std::move(error)) {}
};
class NotStoredError : public detail::Detail<CouchbaseDataError> {
public:
    explicit NotStoredError(Error error) : CouchbaseError(std::move(error)) {}
};
class NotSupportedError : public detail::Detail<> {
public:
    explicit NotSupportedError(Error error) : CouchbaseError(std::move(error)) {}
};
class NetworkError : public detail::Detail<CouchbaseNetworkError> {
public:
    explicit NetworkError(Error error) : CouchbaseError(std::move(error)) {}
};
class NotMyVbucketError : public detail::Detail<CouchbaseNetworkError, CouchbaseTransientError> {
public:
    explicit NotMyVbucketError(Error error) : CouchbaseError(std::move(error)) {}
};
class UnknownHostError : public detail::Detail<CouchbaseNetworkError, CouchbaseInputError> {
public:
    explicit UnknownHostError(Error error) : CouchbaseError(std::move(error)) {}
};
class ProtocolError : public detail::Detail<CouchbaseNetworkError> {
public:
    explicit ProtocolError(Error error) : CouchbaseError(std::move(error)) {}
};
class TimeoutError : public detail::Detail<CouchbaseNetworkError, CouchbaseTransientError> {
public:
    explicit TimeoutError(Error error) : CouchbaseError(std::move(error)) {}
};
class ConnectError : public detail::Detail<CouchbaseNetworkError> {
public:
    explicit ConnectError(Error error) : CouchbaseError(std::move(error)) {}
};
class BucketNotFoundError : public detail::Detail<CouchbaseInputError, CouchbaseFatalError> {
public:
    explicit BucketNotFoundError(Error error) : CouchbaseError(std::move(error)) {}
};
class ClientTemporaryFailError : public detail::Detail<CouchbaseTransientError> {
public:
    explicit ClientTemporaryFailError(Error error) : CouchbaseError(std::move(error)) {}
};
class ArgumentError : public detail::Detail<CouchbaseInputError> {
public:
    explicit ArgumentError(Error error) : CouchbaseError(std::move(error)) {}
};
class ValueFormatError : public detail::Detail<CouchbaseDataError> {
public:
    explicit ValueFormatError(Error error) : CouchbaseError(std::move(error)) {}
};
class ObjectDestroyedError : public detail::Detail<> {
public:
    explicit ObjectDestroyedError(Error error) : CouchbaseError(std::move(error)) {}
};
class OperationCancelledError : public detail::Detail<> {
public:
    explicit OperationCancelledError(Error error) : CouchbaseError(std::move(error)) {}
};

/// The exception for an error, of the class that the table of errors names for its code.
std::exception_ptr make_exception(const Error& error);
/// Throws it.
[[noreturn]] void throw_exception(const Error& error);

}  // namespace txcouchbase
