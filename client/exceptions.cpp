// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/exceptions.hpp>

#include <array>
#include <cstdio>
#include <tuple>
#include <type_traits>

#include "protocol/error_table.hpp"
#include "protocol/error_words.hpp"

namespace txcouchbase {
namespace {

// In the order of ErrorClass.
using Classes =
    std::tuple<CouchbaseError, LibcouchbaseError, AuthError, DeltaBadvalError, TooBigError, BusyError,
               InternalError, InvalidError, NoMemoryError, RangeError, TemporaryFailError, KeyExistsError,
               NotFoundError, NetworkError, NotMyVbucketError, NotStoredError, NotSupportedError,
               UnknownCommandError, UnknownHostError, ProtocolError, TimeoutError, ConnectError,
               BucketNotFoundError, ClientNoMemoryError, ClientTemporaryFailError, BadHandleError,
               ArgumentError, ValueFormatError, ObjectDestroyedError, OperationCancelledError, HTTPError,
               ViewEngineError, AlreadyQueriedError>;
static_assert(std::tuple_size_v<Classes> == static_cast<std::size_t>(ErrorClass::already_queried) + 1);

// In the order of ErrorKind's bits.
using Categories = std::tuple<CouchbaseInputError, CouchbaseNetworkError, CouchbaseFatalError,
                              CouchbaseTransientError, CouchbaseDataError, CouchbaseInternalError>;
using Bits = std::make_index_sequence<std::tuple_size_v<Categories>>;

template <class Class, std::size_t... bit>
constexpr int kinds_of(std::index_sequence<bit...> /*bits*/) {
    return ((std::is_base_of_v<std::tuple_element_t<bit, Categories>, Class> ? 1 << bit : 0) | ...);
}

template <std::size_t bit>
class Without {};
template <int kinds, std::size_t bit>
using CategoryIf =
    std::conditional_t<(kinds >> bit & 1) != 0, std::tuple_element_t<bit, Categories>, Without<bit>>;

/// A class and the categories that one of its codes has beyond its own, as the original generates them at run time.
template <class Class, int kinds, class AllBits = Bits>
class Generated;
template <class Class, int kinds, std::size_t... bit>
class Generated<Class, kinds, std::index_sequence<bit...>> final : public Class,
                                                                   public virtual CategoryIf<kinds, bit>... {
public:
    explicit Generated(const Error& error) : CouchbaseError(error), Class(error) {}
    const std::type_info* known_as() const noexcept override { return &typeid(Class); }
};

template <class E>
std::exception_ptr make(const Error& error) {
    return std::make_exception_ptr(E{error});
}

using Maker = std::exception_ptr (*)(const Error&);

template <std::size_t row>
constexpr Maker maker_of_row() {
    constexpr const ErrorInfo& entry = error_table[row];
    using Class = std::tuple_element_t<static_cast<std::size_t>(entry.error_class), Classes>;
    constexpr int own = kinds_of<Class>(Bits{});
    static_assert((own & ~entry.kinds) == 0, "the class has a category that its code has not");
    // The class itself where it says all: its name is what users read, and a Failure tells it without a throw.
    if constexpr (own == entry.kinds)
        return make<Class>;
    else
        return make<Generated<Class, entry.kinds>>;
}

template <std::size_t... row>
constexpr std::array<Maker, sizeof...(row)> makers_of(std::index_sequence<row...> /*rows*/) {
    return {maker_of_row<row>()...};
}

constexpr auto makers = makers_of(std::make_index_sequence<error_table.size()>{});

std::string hexadecimal(errc code) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%02x", static_cast<unsigned>(code));
    return text.data();
}

// In the original's order: key, code, message, then the rest.
std::string sentence(const Error& error) {
    ErrorDetail rest = error.detail();
    const std::string key = std::exchange(rest.key, {});
    const ErrorInfo& row = info(error.rc());
    return (key.empty() ? "" : "key " + quoted(key) + ", ") + hexadecimal(row.code) + " " +
           std::string{row.name} + ", " + Error{error.code(), std::move(rest)}.message();
}

}  // namespace

CouchbaseError::CouchbaseError(Error error) : error_(std::move(error)), what_(sentence(error_)) {}

std::string CouchbaseError::log_text() const {
    ErrorDetail detail = error_.detail();
    detail.key.clear();
    detail.server_text.clear();
    detail.inner_cause = nullptr;
    return Error{error_.code(), std::move(detail)}.message();
}

std::string CouchbaseError::explain() const {
    return txcouchbase::explain(error_);
}

std::string CouchbaseError::explain_json() const {
    return txcouchbase::explain_json(error_);
}

std::exception_ptr make_exception(const Error& error) {
    const ErrorInfo& row = info(error.rc());
    if (row.error_class == ErrorClass::timeout)
        return error.is_ambiguous() ? make<AmbiguousTimeoutError>(error)
                                    : make<UnambiguousTimeoutError>(error);
    return makers[static_cast<std::size_t>(&row - error_table.data())](error);
}

void throw_exception(const Error& error) {
    std::rethrow_exception(make_exception(error));
}

const HttpReply& HTTPError::reply() const {
    static const HttpReply none;
    const auto* const attached = dynamic_cast<const HttpReply*>(error().detail().attachment.get());
    return attached != nullptr ? *attached : none;
}

const ViewErrors& ViewEngineError::errors() const {
    static const ViewErrors none;
    const auto* const attached = dynamic_cast<const ViewErrors*>(error().detail().attachment.get());
    return attached != nullptr ? *attached : none;
}

}  // namespace txcouchbase
