// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/fixture.hpp"
#include "tests/conformance/views.hpp"

namespace txcouchbase::test {
namespace {

using Values = std::map<std::string, std::string>;

// The operations of the Deferred face as its users write them: issued before the connection is up.
class DeferredOperations : public ConformanceTest {};

TEST_F(DeferredOperations, ASetBeforeConnectSucceedsThoughTheConnectionIsDroppedRightAway) {
    std::optional<Connection> cb{std::in_place, io, server.url()};
    Ending end{cb->set("k", "v")};
    cb.reset();
    const Outcome<OperationResult> set = end.await(io);
    ASSERT_TRUE(succeeded(set));
    EXPECT_EQ(set->key(), "k");
    EXPECT_EQ(stored_bytes("k"), "\"v\"");
}

TEST_F(DeferredOperations, AGetRightBehindASetSeesItsValue) {
    Connection cb{io, server.url()};
    Ending set{cb.set("k", "v")};
    const Outcome<ValueResult> got = end_of(cb.get("k"));
    ASSERT_TRUE(succeeded(got));
    EXPECT_EQ(got->text(), "v");
    EXPECT_TRUE(succeeded(set.take()));
}

TEST_F(DeferredOperations, SetMultiGivesOneResultForEachKey) {
    const Values values{{"a", "1"}, {"b", "2"}, {"c", "3"}};
    const MultiResult set = ok(Connection{io, server.url()}.set_multi(values));
    EXPECT_TRUE(set.all_ok());
    ASSERT_EQ(set.size(), 3U);
    for (const auto& [key, value] : values) EXPECT_TRUE(set.contains(key));
}

TEST_F(DeferredOperations, ASingleErrorArrivesAtTheErrback) {
    Connection cb{io, server.url()};
    Ending removed{cb.remove("k", {.quiet = true})};
    EXPECT_TRUE(failed_with<NotFoundError>(end_of(cb.get("k", {.quiet = false}))));
    EXPECT_TRUE(succeeded(removed.take()));
}

TEST_F(DeferredOperations, TheErrorOfAMultiOperationHasAllResultsAndTheOneThatFailed) {
    const Values values{{"a", "1"}, {"b", "2"}, {"c", "3"}};
    Connection cb{io, server.url()};
    Ending set{cb.set_multi(values)};
    Ending removed{cb.remove("b")};
    const auto end = end_of(cb.get_multi(keys_of(values)));
    ASSERT_TRUE(failed_with<NotFoundError>(end));
    const auto* const error = end.failure().get_if<NotFoundError>();
    const MultiResult all = error->all_results();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all["a"].text() + all["c"].text(), "13");
    EXPECT_FALSE(all["b"].success());
    EXPECT_EQ(error->key(), "b");
    EXPECT_EQ(error->result()->key(), "b");
    EXPECT_EQ(info(error->result()->rc()).error_class, ErrorClass::not_found);
    EXPECT_TRUE(succeeded(set.take()) && succeeded(removed.take()));
}

}  // namespace
}  // namespace txcouchbase::test
