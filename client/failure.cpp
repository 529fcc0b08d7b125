// SPDX-License-Identifier: Apache-2.0
#include "client/failure.hpp"

#include <cxxabi.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace txcouchbase {

std::string detail::readable_name(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, void (*)(void*)> name(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), std::free);
    return status == 0 ? name.get() : type.name();
}

namespace {

// The ABI knows the type of the exception being handled; the standard does not say. Null for a foreign exception.
const std::type_info& current_type() noexcept {
    const std::type_info* type = abi::__cxa_current_exception_type();
    return type != nullptr ? *type : typeid(void);
}

const std::type_info& type_of(const std::exception_ptr& exception) {
    if (exception == nullptr) throw NoCurrentExceptionError();
    try {
        std::rethrow_exception(exception);
    } catch (...) {
        return current_type();
    }
}

const char* name_of(FailureReport::Kind kind) noexcept {
    switch (kind) {
        case FailureReport::Kind::unhandled: return "unhandled failure in a Deferred";
        case FailureReport::Kind::canceller_threw: return "a canceller threw";
        case FailureReport::Kind::logged: return "failure";
        case FailureReport::Kind::dropped_unfired: return "a Deferred was dropped unfired";
    }
    return "report";
}

void print(const FailureReport& report) noexcept {
    try {
        const std::string what =
            report.failure != nullptr ? ": " + report.failure->log_text() : std::string();
        const std::string origin =
            report.origin.empty() ? std::string() : " (" + std::string(report.origin) + ")";
        std::fprintf(stderr, "txcouchbase: %s%s%s\n", name_of(report.kind), what.c_str(), origin.c_str());
    } catch (...) {
        std::fputs("txcouchbase: out of memory while reporting a failure\n", stderr);
    }
}

constinit std::atomic<FailureHook> hook{&print};

}  // namespace

Failure::Failure(std::exception_ptr exception)
    : exception_(std::move(exception)), type_(&type_of(exception_)) {}

Failure Failure::current() {
    std::exception_ptr exception = std::current_exception();
    if (exception == nullptr) throw NoCurrentExceptionError();
    const std::type_info& type = current_type();
    if (type == typeid(Failure)) {  // somebody threw a Failure: it is the messenger, not the message
        try {
            throw;
        } catch (const Failure& thrown) {
            return thrown;
        }
    }
    return {std::move(exception), type};
}

std::string Failure::what() const {
    try {
        rethrow();
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "(not a std::exception)";
    }
}

std::string Failure::type_name() const {
    try {
        rethrow();
    } catch (const detail::Discreet& exception) {
        if (const std::type_info* const known = exception.known_as()) return detail::readable_name(*known);
    } catch (...) {
    }
    return detail::readable_name(*type_);
}

std::string Failure::describe() const {
    return with_type_and_place(what());
}

std::string Failure::log_text() const {
    try {
        rethrow();
    } catch (const std::exception& error) {
        return with_type_and_place(detail::log_text(error));
    } catch (...) {
        return describe();
    }
}

std::string Failure::with_type_and_place(const std::string& words) const {
    std::string text = type_name() + ": " + words;
    if (at_.file != nullptr) text += std::string(" [") + at_.file + ":" + std::to_string(at_.line) + "]";
    return text;
}

NoCurrentExceptionError::NoCurrentExceptionError() : std::logic_error("no exception is being handled here") {}

const char* CancelledError::what() const noexcept {
    return "cancelled";
}

DeferredTimeoutError::DeferredTimeoutError(std::chrono::nanoseconds timeout)
    : std::runtime_error("Deferred timed out after " +
                         std::to_string(std::chrono::duration<double>(timeout).count()) + " seconds"),
      timeout_(timeout) {}

FirstError::FirstError(std::size_t index, Failure sub_failure)
    : index_(index),
      sub_failure_(std::move(sub_failure)),
      text_("FirstError #" + std::to_string(index) + ": " + sub_failure_.describe()) {}

std::string FirstError::log_text() const {
    return "FirstError #" + std::to_string(index_) + ": " + sub_failure_.log_text();
}

const char* FailureGroup::what() const noexcept {
    return "every Deferred of the group failed";
}

FailureHook set_failure_hook(FailureHook replacement) noexcept {
    return hook.exchange(replacement != nullptr ? replacement : &print);
}

void report_failure(const FailureReport& report) noexcept {
    hook.load()(report);
}

Failure log_error(const Failure& failure) noexcept {
    report_failure({FailureReport::Kind::logged, &failure, {}});
    return failure;
}

}  // namespace txcouchbase
