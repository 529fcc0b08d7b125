// Failure, the error side of a Deferred: an exception that is carried instead of thrown; and Outcome, value or Failure.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <variant>
#include <vector>

#include <txcouchbase/detail/exception_match.hpp>
#include <txcouchbase/detail/log_text.hpp>
#include <txcouchbase/detail/source_location.hpp>

namespace txcouchbase {

template <class T>
class Outcome;

/**
 * An exception that travels along a chain of handlers.
 *
 *     d.add_errback([](const Failure& failure) {
 *         failure.trap<NotFoundError>();   // anything else goes on as it came
 *         return std::string("none");
 *     });
 *
 * Shape:    never empty; two Failures are equal when they carry the same exception object.
 * Lifetime: copies share the exception; pointers from get_if() live as long as one of them.
 * Cost:     a copy is one atomic increment; check(), get_if() and trap() rethrow and catch the exception once, unless
 *           the first type asked for is exactly its type.
 */
class Failure {
public:
    /// Wraps an exception object, so that `return Failure(NotFoundError(...))` needs no throw.
    template <class E>
    requires std::derived_from<std::remove_cvref_t<E>, std::exception>
    // NOLINTNEXTLINE(google-explicit-constructor): an exception is a Failure, errback(NotFoundError(...)) reads well
    Failure(E&& error, detail::SourceLocation at = detail::SourceLocation::current())
        : exception_(std::make_exception_ptr(std::forward<E>(error))),
          type_(&typeid(std::remove_cvref_t<E>)),
          at_(at) {}

    /// Errors: a null pointer throws NoCurrentExceptionError.
    explicit Failure(std::exception_ptr exception);

    /// The exception being handled, that is, inside a catch block.
    /// Errors: none is being handled: throws NoCurrentExceptionError.
    static Failure current();

    const std::exception_ptr& exception() const noexcept { return exception_; }
    const std::type_info& type() const noexcept { return *type_; }

    [[noreturn]] void rethrow() const { std::rethrow_exception(exception_); }

    /// The first of the types that the exception is, or derives from; tests true when there is one.
    template <class... E>
    detail::ExceptionMatch check() const noexcept {
        return detail::match_exception<E...>(exception_, *type_);
    }

    /// As check(), but rethrows the exception when none of the types matches. Returns the index of the one that does.
    template <class... E>
    std::size_t trap() const {
        const detail::ExceptionMatch match = check<E...>();
        if (!match) rethrow();
        return match.index;
    }

    /// The exception as an E, or null.
    template <class E>
    E* get_if() const noexcept {
        return detail::exception_as<E>(exception_);
    }

    /// What the exception says of itself; a fixed text for one that is no std::exception.
    std::string what() const;
    /// The exception's type as C++ spells it.
    std::string type_name() const;
    /// "TypeName: what", and where the Failure was made when it was made from an exception object.
    std::string describe() const;
    /// The same without what a log must not have unasked: the keys of operations, the words of servers.
    std::string log_text() const;

    friend bool operator==(const Failure& left, const Failure& right) noexcept {
        return left.exception_ == right.exception_;
    }

private:
    template <class T>
    friend class Outcome;

    std::string with_type_and_place(const std::string& words) const;

    /// No Failure: how an Outcome<void> says that all is well.
    Failure() noexcept = default;
    Failure(std::exception_ptr exception, const std::type_info& type) noexcept
        : exception_(std::move(exception)), type_(&type) {}

    std::exception_ptr exception_;
    const std::type_info* type_ = nullptr;
    detail::SourceLocation at_;
};

/**
 * A value or a Failure: what add_both() takes, and what a handler returns to choose the side by itself.
 *
 * Shape: T is void or movable; the empty moved-from state is that of T or of the Failure.
 */
template <class T>
class Outcome {
public:
    using value_type = T;

    template <class U = T>
    requires(std::convertible_to<U&&, T> && !std::same_as<std::remove_cvref_t<U>, Failure> &&
             !std::same_as<std::remove_cvref_t<U>, Outcome>)
        // NOLINTNEXTLINE(google-explicit-constructor): a handler returns its value as it is
        Outcome(U&& value)
        : state_(std::in_place_index<0>, std::forward<U>(value)) {}
    // NOLINTNEXTLINE(google-explicit-constructor): and its Failure as it is
    Outcome(Failure failure) noexcept : state_(std::in_place_index<1>, std::move(failure)) {}

    bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// The value; throws the Failure's exception when there is none.
    T& value() & { return check(), *std::get_if<0>(&state_); }
    const T& value() const& { return check(), *std::get_if<0>(&state_); }
    T&& value() && { return check(), std::move(*std::get_if<0>(&state_)); }

    /// Without the check: only when has_value().
    T& operator*() & noexcept { return *std::get_if<0>(&state_); }
    const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
    T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
    T* operator->() noexcept { return std::get_if<0>(&state_); }
    const T* operator->() const noexcept { return std::get_if<0>(&state_); }

    /// Only when !has_value().
    const Failure& failure() const noexcept { return *std::get_if<1>(&state_); }

private:
    void check() const {
        if (!has_value()) failure().rethrow();
    }

    std::variant<T, Failure> state_;
};

template <>
class Outcome<void> {
public:
    using value_type = void;

    Outcome() noexcept = default;
    // NOLINTNEXTLINE(google-explicit-constructor): as for any T
    Outcome(Failure failure) noexcept : failure_(std::move(failure)) {}

    bool has_value() const noexcept { return failure_.exception_ == nullptr; }
    explicit operator bool() const noexcept { return has_value(); }
    void value() const {
        if (!has_value()) failure_.rethrow();
    }
    const Failure& failure() const noexcept { return failure_; }

private:
    Failure
        failure_;  // a std::variant here makes g++ 12 warn, in the user's build, of a member that it never reads
};

/// Thrown to whoever fires a Deferred a second time. Its text names both places while debugging is on.
class AlreadyCalledError : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// Failure::current() or errback() without an exception being handled.
class NoCurrentExceptionError : public std::logic_error {
public:
    NoCurrentExceptionError();
};

/// The Deferred was cancelled.
class CancelledError : public std::exception {
public:
    const char* what() const noexcept override;
};

/// add_timeout() ran out: the Deferred's own clock, unlike any timeout of a network operation.
class DeferredTimeoutError : public std::runtime_error {
public:
    explicit DeferredTimeoutError(std::chrono::nanoseconds timeout);
    std::chrono::nanoseconds timeout() const noexcept { return timeout_; }

private:
    std::chrono::nanoseconds timeout_;
};

/// What gather() and deferred_list() fail with: which child failed first, and with what.
class FirstError : public std::exception, public detail::Discreet {
public:
    FirstError(std::size_t index, Failure sub_failure);
    std::size_t index() const noexcept { return index_; }
    const Failure& sub_failure() const noexcept { return sub_failure_; }
    /// "FirstError #3: " and the child's exception, all of what its Failure says.
    const char* what() const noexcept override { return text_.c_str(); }
    std::string log_text() const override;

    friend bool operator==(const FirstError& left, const FirstError& right) noexcept {
        return left.index_ == right.index_ && left.sub_failure_ == right.sub_failure_;
    }

private:
    std::size_t index_;
    Failure sub_failure_;
    std::string text_;
};

/// Every child of race() or first_success() failed; the Failures are in the children's order.
class FailureGroup : public std::exception {
public:
    explicit FailureGroup(std::vector<Failure> failures) : failures_(std::move(failures)) {}
    const std::vector<Failure>& failures() const noexcept { return failures_; }
    const char* what() const noexcept override;

private:
    std::vector<Failure> failures_;
};

/// Something went wrong where no handler can hear of it.
struct FailureReport {
    enum class Kind : unsigned char {
        unhandled,        ///< the last handler left a Failure, and nobody can add another
        canceller_threw,  ///< while a list, a race or a timer cancelled
        logged,           ///< log_error() was called
        dropped_unfired,  ///< with handlers or a coroutine waiting; only while debugging is on
    };

    Kind kind;
    const Failure* failure;   ///< null for dropped_unfired
    std::string_view origin;  ///< where the Deferred was made and fired, if debugging was on
};

/// A plain function, since reports may come while static objects are destroyed.
using FailureHook = void (*)(const FailureReport& report) noexcept;

/**
 * Replaces the hook that hears of unhandled failures; the default prints one line, its log_text(), to stderr.
 * Null restores it.
 *
 * When:   called where the last handle of the failed Deferred is dropped, on that thread.
 * Errors: none. The process has one hook; returns the one that was set before.
 */
FailureHook set_failure_hook(FailureHook hook) noexcept;

/// Gives a report to the hook.
void report_failure(const FailureReport& report) noexcept;

/// An errback that reports and passes the Failure on: `d.add_errback(log_error)`.
Failure log_error(const Failure& failure) noexcept;

}  // namespace txcouchbase
