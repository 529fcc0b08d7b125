// What the tests of conformance share: a server, the faces of a connection, and a look at what the server was asked.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "tests/integration/server_fixture.hpp"

namespace txcouchbase::test {

class ConformanceTest : public ServerTest {
protected:
    using ServerTest::ServerTest;

    /// The result of an operation of either face, which must succeed.
    template <template <class> class Returned, class R>
    R ok(Returned<R> operation, detail::SourceLocation at = detail::SourceLocation::current()) {
        auto end = end_of(std::move(operation));
        if (end) return std::move(*end);
        ADD_FAILURE_AT(at.file, static_cast<int>(at.line)) << end.failure().describe();
        return {};
    }

    /// Stores text as another client would.
    OperationResult put(std::string_view key, std::string_view text) {
        return ok(witness.set(key, text, {.format = Format::utf8}));
    }

    /// How often the server was asked about keys, by whomever.
    std::uint64_t requests_seen() {
        static constexpr std::array counted{"cmd_get",     "cmd_set",       "cmd_touch",
                                            "delete_hits", "delete_misses", "incr_hits",
                                            "incr_misses", "decr_hits",     "decr_misses"};
        const StatsResult stats = ok(witness.stats());
        std::uint64_t sum = 0;
        for (const char* const name : counted) sum += std::stoull(stats.at(name).at(server.node()));
        return sum;
    }

    /// Asks until the value is gone: memcached's clock ticks in seconds, and no event tells.
    bool is_gone_in_time(std::string_view key) {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < end) {
            if (failed_with<NotFoundError>(stored(key))) return true;
            run_for(io, std::chrono::milliseconds{20});
        }
        return false;
    }
};

/// One face of a connection, for tests that run on each.
template <class Face>
class OneFace : public ConformanceTest {
protected:
    using ConformanceTest::ConformanceTest;
    Face cb{io, server.url()};
};

struct FaceNames {
    template <class Face>
    static std::string GetName(int) {  // NOLINT(readability-identifier-naming): GoogleTest's name
        return std::is_same_v<Face, Connection> ? "Deferred" : "Raw";
    }
};
using Faces = testing::Types<TxAsyncConnection, Connection>;

/// Both faces of one connection, for arguments that are refused.
class BothFaces : public ConformanceTest {
protected:
    /// The raw face throws E from the call; the Deferred face never throws, and gives E to the errback. In either case
    /// nothing is sent, and the error says so.
    template <class E, class Issue>
    testing::AssertionResult is_refused_with(Issue issue) {
        const std::uint64_t seen = requests_seen();
        testing::AssertionResult refused = is_thrown<E>(issue);
        if (refused) refused = arrives<E>(issue);
        ok(cb.noop());  // whatever was sent before it has been executed
        if (refused && requests_seen() != seen) return testing::AssertionFailure() << "something was sent";
        return refused;
    }

    Connection cb{io, server.url()};
    TxAsyncConnection raw = cb.raw();

private:
    static testing::AssertionResult is_known_unsent(const Error& error) {
        if (!error.is_ambiguous() && !error.is_answered()) return testing::AssertionSuccess();
        return testing::AssertionFailure() << "nothing was sent, but: " << explain(error);
    }
    template <class E, class Issue>
    testing::AssertionResult is_thrown(Issue issue) {
        try {
            issue(raw);
        } catch (const E& refused) {
            return is_known_unsent(refused.error());
        } catch (const std::exception& other) {
            return testing::AssertionFailure() << "the raw face threw another exception: " << other.what();
        }
        return testing::AssertionFailure() << "the raw face did not throw";
    }
    template <class E, class Issue>
    testing::AssertionResult arrives(Issue issue) {
        try {
            const auto end = end_of(issue(cb));
            const testing::AssertionResult refused = failed_with<E>(end);
            return refused ? is_known_unsent(error_of(end)) : refused;
        } catch (const std::exception& thrown) {
            return testing::AssertionFailure() << "the Deferred face threw: " << thrown.what();
        }
    }
};

}  // namespace txcouchbase::test
