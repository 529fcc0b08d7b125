// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;
using Values = std::map<std::string, std::string>;

constexpr std::uint64_t wrong_cas = 0xdead'beef;  // a fresh memcached counts from 1

/// How an operation on a missing key ended.
enum class End : std::uint8_t { result, error, something_else };

End end_of_missing(const OperationResult& result) {
    return result.rc() == errc::not_found && !result.success() ? End::result : End::something_else;
}
End end_of_missing(const MultiResult& all) {
    if (all.all_ok() || all.size() != 1 || all.error("missing")) return End::something_else;
    return end_of_missing(all["missing"]);
}

/// What honours which quiet: API of the original, exactly.
struct Honours {
    bool the_calls = false;
    bool the_connections = false;
};
constexpr Honours both{true, true};
constexpr Honours only_the_connections{false, true};
constexpr Honours nothing{};

template <class Face>
class Quiet : public OneFace<Face> {
protected:
    template <class Operation>
    End end(Operation operation) {
        const auto end = this->end_of(std::move(operation));
        if (end) return end_of_missing(*end);
        return failed_with<NotFoundError>(end) || failed_with<NotStoredError>(end) ? End::error
                                                                                   : End::something_else;
    }

    /// Tries an operation, make(cb, quiet), with every quiet of the connection and of the call.
    template <class Make>
    void expect(const char* operation, Honours honours, Make make) {
        SCOPED_TRACE(operation);
        using Choice = std::optional<bool>;
        const std::vector<Choice> choices =
            honours.the_calls ? std::vector<Choice>{{}, false, true} : std::vector<Choice>{{}};
        for (const bool connections : {false, true}) {
            this->cb.set_quiet(connections);
            for (const Choice& calls : choices) {
                const bool is_quiet = calls.value_or(honours.the_connections && connections);
                EXPECT_EQ(end(make(this->cb, calls)), is_quiet ? End::result : End::error)
                    << "the connection's quiet: " << connections;
            }
        }
    }
};
TYPED_TEST_SUITE(Quiet, Faces, FaceNames);

TYPED_TEST(Quiet, RetrievalAndRemovalHonourBothAndTouchTheConnectionsAlone) {
    using Choice = std::optional<bool>;
    this->expect("get", both, [](auto& c, Choice quiet) { return c.get("missing", {.quiet = quiet}); });
    this->expect("get with a ttl", both,
                 [](auto& c, Choice quiet) { return c.get("missing", {.ttl = 5s, .quiet = quiet}); });
    this->expect("get_multi", both,
                 [](auto& c, Choice quiet) { return c.get_multi(Keys{"missing"}, {.quiet = quiet}); });
    this->expect("remove", both, [](auto& c, Choice quiet) { return c.remove("missing", {.quiet = quiet}); });
    this->expect("remove_multi", both,
                 [](auto& c, Choice quiet) { return c.remove_multi(Keys{"missing"}, {.quiet = quiet}); });
    this->expect("touch", only_the_connections, [](auto& c, Choice) { return c.touch("missing", 5s); });
    this->expect("touch_multi", only_the_connections,
                 [](auto& c, Choice) { return c.touch_multi(Keys{"missing"}, 5s); });
}

TYPED_TEST(Quiet, StoresAndCountersHonourNone) {
    using Choice = std::optional<bool>;
    const Values values{{"missing", "v"}};
    this->expect("replace", nothing, [](auto& c, Choice) { return c.replace("missing", "v"); });
    this->expect("replace_multi", nothing, [&](auto& c, Choice) { return c.replace_multi(values); });
    this->expect("append", nothing, [](auto& c, Choice) { return c.append("missing", "v"); });
    this->expect("append_multi", nothing, [&](auto& c, Choice) { return c.append_multi(values); });
    this->expect("prepend", nothing, [](auto& c, Choice) { return c.prepend("missing", "v"); });
    this->expect("prepend_multi", nothing, [&](auto& c, Choice) { return c.prepend_multi(values); });
    this->expect("incr", nothing, [](auto& c, Choice) { return c.incr("missing"); });
    this->expect("incr_multi", nothing, [](auto& c, Choice) { return c.incr_multi(Keys{"missing"}); });
    this->expect("decr", nothing, [](auto& c, Choice) { return c.decr("missing"); });
    this->expect("decr_multi", nothing, [](auto& c, Choice) { return c.decr_multi(Keys{"missing"}); });
    this->expect("arithmetic", nothing, [](auto& c, Choice) { return c.arithmetic("missing"); });
}

TYPED_TEST(Quiet, NothingButAMissingKeyIsEverSuppressed) {
    auto& face = this->cb;
    face.set_quiet(true);
    this->put("k", "text");
    EXPECT_TRUE(
        failed_with<KeyExistsError>(this->end_of(face.remove("k", {.cas = wrong_cas, .quiet = true}))));
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(
        face.remove_multi(std::map<std::string, std::uint64_t>{{"k", wrong_cas}}, {.quiet = true}))));
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(face.add("k", "v"))));
    EXPECT_TRUE(failed_with<DeltaBadvalError>(this->end_of(face.incr("k"))));
    this->server.stop();
    EXPECT_TRUE(failed_with<TimeoutError>(this->end_of(face.get("k", {.quiet = true, .timeout = 30ms}))));
    this->server.resume();
}

TYPED_TEST(Quiet, OfAMultiOperationASuppressedMissDoesNotHideAnotherFailure) {
    this->put("k", "v");
    const std::map<std::string, std::uint64_t> keys{{"k", wrong_cas}, {"missing", wrong_cas}};
    const auto end = this->end_of(this->cb.remove_multi(keys, {.quiet = true}));
    ASSERT_TRUE(failed_with<KeyExistsError>(end));
    const MultiResult all = end.failure().template get_if<KeyExistsError>()->all_results();
    EXPECT_EQ(all["missing"].rc(), errc::not_found);
    EXPECT_FALSE(all.error("missing"));
    EXPECT_EQ(all.error("k").rc(), errc::key_exists);
}

}  // namespace
}  // namespace txcouchbase::test
