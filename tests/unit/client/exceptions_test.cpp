// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/exceptions.hpp>

#include <gtest/gtest.h>

#include <map>
#include <set>
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

template <class Category>
bool is(const CouchbaseError& exception) {
    return dynamic_cast<const Category*>(&exception) != nullptr;
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
            EXPECT_EQ(exception.what(), exception.error().message());
            EXPECT_NE(std::string{exception.what()}.find("because"), std::string::npos);
        });
        EXPECT_EQ(caught, 1) << info(code).name;
    }
}

TEST(Exceptions, TheCategoriesOfAClassAreTheKindsOfItsCodes) {
    for (const errc code : all_codes()) {
        if (info(code).error_class == ErrorClass::couchbase_error)
            continue;  // one class for codes of several kinds
        with_exception(code, [&](const CouchbaseError& exception) {
            const auto has = [&](ErrorKind kind) { return (info(code).kinds & static_cast<int>(kind)) != 0; };
            // What loses a connection is transient, but the original has one class for all that the network does.
            const bool is_network_class = info(code).error_class == ErrorClass::network;
            EXPECT_EQ(is<CouchbaseInputError>(exception), has(ErrorKind::input)) << info(code).name;
            EXPECT_EQ(is<CouchbaseNetworkError>(exception), has(ErrorKind::network)) << info(code).name;
            EXPECT_EQ(is<CouchbaseFatalError>(exception), has(ErrorKind::fatal)) << info(code).name;
            EXPECT_EQ(is<CouchbaseTransientError>(exception), has(ErrorKind::transient) && !is_network_class)
                << info(code).name;
            EXPECT_EQ(is<CouchbaseDataError>(exception), has(ErrorKind::data)) << info(code).name;
            EXPECT_EQ(is<CouchbaseInternalError>(exception), has(ErrorKind::internal)) << info(code).name;
        });
    }
}

TEST(Exceptions, OneClassOfTheTableIsOneTypeAndNoTwoShareOne) {
    std::map<ErrorClass, std::type_index> types;
    for (const errc code : all_codes())
        with_exception(code, [&](const CouchbaseError& exception) {
            const auto [found, is_new] = types.emplace(info(code).error_class, typeid(exception));
            EXPECT_EQ(found->second, std::type_index{typeid(exception)}) << info(code).name;
        });
    std::set<std::type_index> distinct;
    for (const auto& [error_class, type] : types) EXPECT_TRUE(distinct.insert(type).second) << type.name();
    EXPECT_EQ(types.size(), static_cast<std::size_t>(ErrorClass::cancelled) + 1)
        << "a class that no code has";
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

}  // namespace
}  // namespace txcouchbase
