// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/exceptions.hpp>

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <stdexcept>
#include <typeindex>
#include <vector>

namespace txcouchbase {
namespace {

std::vector<errc> all_codes() {
    std::vector<errc> codes;
    for (int value = 1; value < 0x1000; ++value)
        if (const auto code = static_cast<errc>(value); info(code).code == code) codes.push_back(code);
    return codes;
}

/// Calls visit(exception) with the exception of a code, caught by its base.
template <class Visit>
void with_exception(errc code, Visit visit) {
    try {
        throw_exception(Error{code, {.operation = "GET", .key = "k", .node = "n:1", .cause = "because"}});
    } catch (const CouchbaseError& exception) {
        visit(exception);
    }
}

TEST(Exceptions, EveryCodeHasOneThatCarriesItsError) {
    EXPECT_GT(all_codes().size(), 30U);
    for (const errc code : all_codes()) {
        int caught = 0;
        with_exception(code, [&](const CouchbaseError& exception) {
            ++caught;
            EXPECT_EQ(exception.rc(), code);
            EXPECT_EQ(exception.key(), "k");
            EXPECT_EQ(exception.error().detail().node, "n:1");
            EXPECT_EQ(exception.message(), exception.error().message());
            EXPECT_NE(std::string{exception.what()}.find("because"), std::string::npos);
        });
        EXPECT_EQ(caught, 1) << info(code).name;
    }
}

/// Whether a catch clause for E catches the exception of an error.
template <class E>
bool catches(const Error& error) {
    try {
        throw_exception(error);
    } catch (const E&) {
        return true;
    } catch (...) {
        return false;
    }
}

using Catches = bool (*)(const Error&);

const std::map<ErrorClass, Catches> details{
    {ErrorClass::couchbase_error, catches<CouchbaseError>},
    {ErrorClass::libcouchbase, catches<LibcouchbaseError>},
    {ErrorClass::auth, catches<AuthError>},
    {ErrorClass::delta_badval, catches<DeltaBadvalError>},
    {ErrorClass::too_big, catches<TooBigError>},
    {ErrorClass::busy, catches<BusyError>},
    {ErrorClass::internal, catches<InternalError>},
    {ErrorClass::invalid, catches<InvalidError>},
    {ErrorClass::no_memory, catches<NoMemoryError>},
    {ErrorClass::range, catches<RangeError>},
    {ErrorClass::temporary_fail, catches<TemporaryFailError>},
    {ErrorClass::key_exists, catches<KeyExistsError>},
    {ErrorClass::not_found, catches<NotFoundError>},
    {ErrorClass::network, catches<NetworkError>},
    {ErrorClass::not_my_vbucket, catches<NotMyVbucketError>},
    {ErrorClass::not_stored, catches<NotStoredError>},
    {ErrorClass::not_supported, catches<NotSupportedError>},
    {ErrorClass::unknown_command, catches<UnknownCommandError>},
    {ErrorClass::unknown_host, catches<UnknownHostError>},
    {ErrorClass::protocol, catches<ProtocolError>},
    {ErrorClass::timeout, catches<TimeoutError>},
    {ErrorClass::connect, catches<ConnectError>},
    {ErrorClass::bucket_not_found, catches<BucketNotFoundError>},
    {ErrorClass::client_no_memory, catches<ClientNoMemoryError>},
    {ErrorClass::client_temporary_fail, catches<ClientTemporaryFailError>},
    {ErrorClass::bad_handle, catches<BadHandleError>},
    {ErrorClass::argument, catches<ArgumentError>},
    {ErrorClass::value_format, catches<ValueFormatError>},
    {ErrorClass::object_destroyed, catches<ObjectDestroyedError>},
    {ErrorClass::cancelled, catches<OperationCancelledError>},
    {ErrorClass::http, catches<HTTPError>},
    {ErrorClass::view_engine, catches<ViewEngineError>},
    {ErrorClass::already_queried, catches<AlreadyQueriedError>},
};

const std::map<ErrorKind, Catches> categories{
    {ErrorKind::input, catches<CouchbaseInputError>},
    {ErrorKind::network, catches<CouchbaseNetworkError>},
    {ErrorKind::fatal, catches<CouchbaseFatalError>},
    {ErrorKind::data, catches<CouchbaseDataError>},
    {ErrorKind::transient, catches<CouchbaseTransientError>},
    {ErrorKind::internal, catches<CouchbaseInternalError>},
};

TEST(Exceptions, EveryCodeIsCaughtByItsDetailByEachOfItsCategoriesAndByTheBase) {
    for (const errc code : all_codes()) {
        const Error error{code};
        const ErrorInfo& row = info(code);
        EXPECT_TRUE(details.at(row.error_class)(error)) << row.name;
        for (const auto& [kind, catches_category] : categories)
            EXPECT_EQ(catches_category(error), (row.kinds & static_cast<int>(kind)) != 0)
                << row.name << ", kind " << static_cast<int>(kind);
        EXPECT_TRUE(catches<CouchbaseError>(error)) << row.name;
        EXPECT_TRUE(catches<std::exception>(error)) << row.name;
    }
}

TEST(Exceptions, ACodeIsCaughtByNoOtherDetail) {
    for (const errc code : all_codes())
        for (const auto& [error_class, catches_detail] : details) {
            if (error_class == ErrorClass::couchbase_error) continue;  // the base
            EXPECT_EQ(catches_detail(Error{code}), error_class == info(code).error_class)
                << info(code).name << ", class " << static_cast<int>(error_class);
        }
}

TEST(Exceptions, EveryClassHasACode) {
    std::set<ErrorClass> used;
    for (const errc code : all_codes()) used.insert(info(code).error_class);
    EXPECT_EQ(used.size(), details.size());
    EXPECT_EQ(used.size(), static_cast<std::size_t>(ErrorClass::already_queried) + 1);
}

TEST(Exceptions, TheCategoriesAreAskedAlsoByName) {
    for (const errc code : all_codes())
        with_exception(code, [&](const CouchbaseError& exception) {
            const auto has = [&](ErrorKind kind) { return (info(code).kinds & static_cast<int>(kind)) != 0; };
            EXPECT_EQ(exception.categories(), info(code).kinds);
            EXPECT_EQ(exception.is_input(), has(ErrorKind::input)) << info(code).name;
            EXPECT_EQ(exception.is_network(), has(ErrorKind::network)) << info(code).name;
            EXPECT_EQ(exception.is_fatal(), has(ErrorKind::fatal)) << info(code).name;
            EXPECT_EQ(exception.is_transient(), has(ErrorKind::transient)) << info(code).name;
            EXPECT_EQ(exception.is_data(), has(ErrorKind::data)) << info(code).name;
            EXPECT_EQ(exception.is_internal(), has(ErrorKind::internal)) << info(code).name;
        });
}

TEST(Exceptions, AClassThatSaysAllIsThrownItselfSoThatItsNameIsRead) {
    const auto type_of = [](errc code) {
        const std::type_info* type = nullptr;
        with_exception(code, [&](const CouchbaseError& exception) { type = &typeid(exception); });
        return std::type_index{*type};
    };
    EXPECT_EQ(type_of(errc::not_found), typeid(NotFoundError));
    EXPECT_EQ(type_of(errc::range), typeid(RangeError));
    EXPECT_EQ(type_of(errc::error), typeid(CouchbaseError));
}

TEST(Exceptions, WhatFailsInsideIsAnInternalSdkErrorToo) {
    EXPECT_TRUE(catches<InternalSDKError>(Error{errc::internal}));
    EXPECT_FALSE(catches<InternalSDKError>(Error{errc::not_found}));
}

TEST(Exceptions, ATimeoutTellsWhetherTheRequestHadBeenSent) {
    const Error sent{errc::timed_out, {.was_written = true}};
    EXPECT_TRUE(catches<AmbiguousTimeoutError>(sent));
    EXPECT_FALSE(catches<UnambiguousTimeoutError>(sent));
    const Error unsent{errc::timed_out};
    EXPECT_TRUE(catches<UnambiguousTimeoutError>(unsent));
    EXPECT_FALSE(catches<AmbiguousTimeoutError>(unsent));
    for (const Error& error : {sent, unsent}) {
        EXPECT_EQ(error.rc(), errc::timed_out);
        EXPECT_TRUE(catches<TimeoutError>(error));
        EXPECT_TRUE(catches<CouchbaseNetworkError>(error));
        EXPECT_TRUE(catches<CouchbaseTransientError>(error));
        EXPECT_TRUE(catches<CouchbaseError>(error));
    }
}

TEST(Exceptions, WhatTheySayBeginsWithKeyAndCode) {
    const CouchbaseError full{Error{errc::busy,
                                    {.operation = "GET",
                                     .key = "k",
                                     .node = "n:1",
                                     .cause = "because",
                                     .server_text = "go away",
                                     .inner_cause = std::make_exception_ptr(std::runtime_error("boom"))}}};
    EXPECT_STREQ(full.what(),
                 "key \"k\", 0x05 EBUSY, the server is busy; try again later; operation GET; node n:1; "
                 "cause: because; the server says: \"go away\"; inner cause: boom");
    EXPECT_STREQ(CouchbaseError{Error{errc::empty_key}}.what(),
                 "0x35 EMPTY_KEY, a key must have 1 to 250 bytes");
    EXPECT_STREQ(CouchbaseError{}.what(),
                 "0x0a ERROR, the server answered with a status this client gives no meaning to");
}

TEST(Exceptions, TheInnerCauseCanBeRethrown) {
    const Error error{errc::value_format, {.inner_cause = std::make_exception_ptr(std::out_of_range("far"))}};
    const ValueFormatError exception{error};
    EXPECT_THROW(std::rethrow_exception(exception.inner_cause()), std::out_of_range);
    EXPECT_EQ(exception.message(), error.message());
    EXPECT_EQ(CouchbaseError{}.inner_cause(), nullptr);
}

TEST(Exceptions, ACopyKnowsWhatTheFirstKnew) {
    struct Results : ErrorAttachment {};
    const auto results = std::make_shared<const Results>();
    const NotFoundError first{Error{errc::not_found, {.key = "k", .attachment = results}}};
    const CouchbaseError copy{first};  // NOLINT(cppcoreguidelines-slicing): the base is what is asked about
    EXPECT_EQ(copy.rc(), errc::not_found);
    EXPECT_EQ(copy.key(), "k");
    EXPECT_EQ(copy.error().detail().attachment, results);
}

TEST(Exceptions, AClassIsCaughtByDetailByCategoryAndByBase) {
    const Error missing{errc::not_found};
    EXPECT_THROW(throw_exception(missing), NotFoundError);
    EXPECT_THROW(throw_exception(missing), CouchbaseDataError);
    EXPECT_THROW(throw_exception(missing), CouchbaseError);
    EXPECT_THROW(throw_exception(missing), std::exception);
    EXPECT_THROW(throw_exception(Error{errc::timed_out}), CouchbaseTransientError);
    EXPECT_THROW(throw_exception(Error{errc::timed_out}), CouchbaseNetworkError);
    EXPECT_THROW(throw_exception(Error{errc::queue_full}), ClientTemporaryFailError);
    EXPECT_THROW(throw_exception(Error{errc::connection_closed}), ClientTemporaryFailError);
}

TEST(Exceptions, AnErrorWithAServersStatusHasTheClassOfItsMeaning) {
    const auto status = [](int value) {
        return Error{make_error_code(static_cast<protocol::Status>(value))};
    };
    EXPECT_THROW(throw_exception(status(0x01)), NotFoundError);
    EXPECT_THROW(throw_exception(status(0x02)), KeyExistsError);
    EXPECT_THROW(throw_exception(status(0x03)), TooBigError);
    EXPECT_THROW(throw_exception(status(0x06)), DeltaBadvalError);
    EXPECT_THROW(throw_exception(status(0x20)), AuthError);
    EXPECT_THROW(throw_exception(status(0x7abc)), CouchbaseError);
}

TEST(Exceptions, TheTextForALogHasNoKeyNoWordsOfAServerAndNoInnerCause) {
    const CouchbaseError error{
        Error{errc::not_found,
              {.operation = "GET",
               .key = "the key",
               .node = "127.0.0.1:11211",
               .cause = "it was never there",
               .server_text = "the server's words",
               .inner_cause = std::make_exception_ptr(std::runtime_error{"the value"})}}};
    EXPECT_EQ(error.log_text(), Error{errc::not_found}.message() +
                                    "; operation GET; node 127.0.0.1:11211; cause: it was never there");
}

TEST(Exceptions, OfHttpAndViewsShowWhatTheServerSaid) {
    const auto reply = std::make_shared<HttpReply>();
    reply->status = 404;
    reply->body = "{\"error\":\"not_found\"}";
    const auto errors = std::make_shared<ViewErrors>();
    errors->entries.push_back({"local", "timeout"});
    EXPECT_EQ((HTTPError{Error{errc::http, {.attachment = reply}}}.reply().status), 404U);
    EXPECT_EQ(
        (ViewEngineError{Error{errc::view_engine, {.attachment = errors}}}.errors().entries.at(0).reason),
        "timeout");
    EXPECT_EQ(HTTPError{Error{errc::http}}.reply().status, 0U) << "an answer that was never had";
    EXPECT_TRUE(ViewEngineError{Error{errc::view_engine}}.errors().entries.empty());
}

}  // namespace
}  // namespace txcouchbase
