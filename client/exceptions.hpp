// The exception classes of the original, each catchable by detail, by category and by base; and explain().
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <string>
#include <txcouchbase/detail/log_text.hpp>
#include <txcouchbase/error.hpp>
#include <utility>

namespace txcouchbase {

class MultiResult;
class ValueResult;

/**
 * The base of everything the library throws for a failure of its own (misuse of an object is std::logic_error).
 *
 *     catch (const NotFoundError&)        the detail
 *     catch (const CouchbaseDataError&)   its category
 *     catch (const CouchbaseError&)       anything
 *
 * Shape: what() is one sentence: key, code, message, and the rest of what is known, absent parts left out.
 * Cost:  explain() and explain_json() are made when they are called.
 * Spec:  couchbase.exceptions of the original. Its DlopenFailedError, DlsymFailedError, ObjectThreadError and
 *        PipelineError are not here: there are no plug-ins, locking modes or pipelines that could fail.
 */
class CouchbaseError : public std::exception, public detail::Discreet {
public:
    CouchbaseError() : CouchbaseError(Error{errc::error}) {}
    explicit CouchbaseError(Error error);

    const char* what() const noexcept override { return what_.c_str(); }
    const Error& error() const noexcept { return error_; }
    errc rc() const noexcept { return error_.rc(); }
    const std::string& key() const noexcept { return error_.detail().key; }
    std::string message() const { return error_.message(); }
    /// What a transcoder or a to_json() threw; null where nothing did.
    const std::exception_ptr& inner_cause() const noexcept { return error_.detail().inner_cause; }

    /// ErrorKind values, or'ed: those of the code.
    int categories() const noexcept { return info(rc()).kinds; }
    bool is_input() const noexcept { return is(ErrorKind::input); }
    bool is_network() const noexcept { return is(ErrorKind::network); }
    bool is_fatal() const noexcept { return is(ErrorKind::fatal); }
    bool is_transient() const noexcept { return is(ErrorKind::transient); }
    bool is_data() const noexcept { return is(ErrorKind::data); }
    bool is_internal() const noexcept { return is(ErrorKind::internal); }

    /// The message without key, server's words and inner cause, which a log must not have unasked.
    std::string log_text() const override;

    std::string explain() const;
    std::string explain_json() const;

    /// The results of the whole operation, successes and failures; of a single one, that one. Empty when the call was
    /// refused: a bad argument, a full queue. Needs multi.hpp.
    MultiResult all_results() const;
    /// The result that failed; nothing when the call was refused, and of a value that cannot be decoded.
    /// Needs results.hpp.
    std::optional<ValueResult> result() const;

private:
    bool is(ErrorKind kind) const noexcept { return (categories() & static_cast<int>(kind)) != 0; }

    Error error_;
    std::string what_;
};

/// What goes wrong inside the client or the server itself.
class InternalSDKError : public virtual CouchbaseError {};

// The categories.
class CouchbaseInputError : public virtual CouchbaseError {};
class CouchbaseNetworkError : public virtual CouchbaseError {};
class CouchbaseFatalError : public virtual CouchbaseError {};
class CouchbaseTransientError : public virtual CouchbaseError {};
class CouchbaseDataError : public virtual CouchbaseError {};
class CouchbaseInternalError : public virtual InternalSDKError {};

namespace detail {
/// A class with its categories. They are virtual bases, so that a code that belongs to more of them can add the others
/// (make_exception); only the most derived class initialises CouchbaseError.
template <class... Categories>
class Detail : public virtual CouchbaseError, public virtual Categories... {
protected:
    Detail() = default;
};
}  // namespace detail

/// Codes of the original's library that have no class of their own; the categories are the code's.
class LibcouchbaseError : public detail::Detail<> {
public:
    explicit LibcouchbaseError(Error error) : CouchbaseError(std::move(error)) {}
};
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
class RangeError : public detail::Detail<CouchbaseInputError, CouchbaseDataError> {
public:
    explicit RangeError(Error error) : CouchbaseError(std::move(error)) {}
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
class NetworkError : public detail::Detail<CouchbaseNetworkError> {
public:
    explicit NetworkError(Error error) : CouchbaseError(std::move(error)) {}
};
class NotMyVbucketError : public detail::Detail<CouchbaseNetworkError, CouchbaseTransientError> {
public:
    explicit NotMyVbucketError(Error error) : CouchbaseError(std::move(error)) {}
};
class NotStoredError : public detail::Detail<CouchbaseDataError> {
public:
    explicit NotStoredError(Error error) : CouchbaseError(std::move(error)) {}
};
class NotSupportedError : public detail::Detail<> {
public:
    explicit NotSupportedError(Error error) : CouchbaseError(std::move(error)) {}
};
class UnknownCommandError : public detail::Detail<> {
public:
    explicit UnknownCommandError(Error error) : CouchbaseError(std::move(error)) {}
};
class UnknownHostError : public detail::Detail<CouchbaseNetworkError, CouchbaseInputError> {
public:
    explicit UnknownHostError(Error error) : CouchbaseError(std::move(error)) {}
};
class ProtocolError : public detail::Detail<CouchbaseNetworkError> {
public:
    explicit ProtocolError(Error error) : CouchbaseError(std::move(error)) {}
};
/// No answer came in time. What is thrown is one of the two that follow.
class TimeoutError : public detail::Detail<CouchbaseNetworkError, CouchbaseTransientError> {
public:
    explicit TimeoutError(Error error) : CouchbaseError(std::move(error)) {}
};
/// The request had been sent: the server may have executed it.
class AmbiguousTimeoutError : public TimeoutError {
public:
    explicit AmbiguousTimeoutError(const Error& error) : CouchbaseError(error), TimeoutError(error) {}
};
/// The request was never sent: the server cannot have executed it.
class UnambiguousTimeoutError : public TimeoutError {
public:
    explicit UnambiguousTimeoutError(const Error& error) : CouchbaseError(error), TimeoutError(error) {}
};
class ConnectError : public detail::Detail<CouchbaseNetworkError> {
public:
    explicit ConnectError(Error error) : CouchbaseError(std::move(error)) {}
};
class BucketNotFoundError : public detail::Detail<CouchbaseInputError, CouchbaseFatalError> {
public:
    explicit BucketNotFoundError(Error error) : CouchbaseError(std::move(error)) {}
};
class ClientNoMemoryError : public detail::Detail<CouchbaseFatalError> {
public:
    explicit ClientNoMemoryError(Error error) : CouchbaseError(std::move(error)) {}
};
class ClientTemporaryFailError : public detail::Detail<CouchbaseTransientError> {
public:
    explicit ClientTemporaryFailError(Error error) : CouchbaseError(std::move(error)) {}
};
class BadHandleError : public detail::Detail<CouchbaseInputError> {
public:
    explicit BadHandleError(Error error) : CouchbaseError(std::move(error)) {}
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

/// An HTTP answer that is no success: of a view, a design document or a management request.
class HTTPError : public detail::Detail<> {
public:
    explicit HTTPError(Error error) : CouchbaseError(std::move(error)) {}
    /// Lives as long as this.
    const HttpReply& reply() const;
};
/// A view that was answered with errors beside its rows.
class ViewEngineError : public detail::Detail<> {
public:
    explicit ViewEngineError(Error error) : CouchbaseError(std::move(error)) {}
    /// Lives as long as this.
    const ViewErrors& errors() const;
};
class AlreadyQueriedError : public detail::Detail<> {
public:
    explicit AlreadyQueriedError(Error error) : CouchbaseError(std::move(error)) {}
};

/// The exception for an error, of the class that the table of errors names for its code, and of all its categories.
std::exception_ptr make_exception(const Error& error);
/// Throws it.
[[noreturn]] void throw_exception(const Error& error);

/**
 * All that is known about an error, for people: what happened, to which operation, whether the server may have executed
 * it, and the operation's timeline.
 *
 * Shape: lines, each ending in "\n". The key is shown, foreign words are escaped.
 */
std::string explain(const Error& error);

/**
 * As explain(), for programs: one JSON object in one line.
 *
 * Shape: the members are always the same, null where nothing is known; ASCII, bytes that are not UTF-8 become U+FFFD.
 * Units: members that end in "_us" are microseconds, "at_us" and the like since the call.
 */
std::string explain_json(const Error& error);

}  // namespace txcouchbase
