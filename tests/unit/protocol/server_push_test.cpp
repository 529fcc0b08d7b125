// Pushes of cluster maps, built and read back.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/server_push.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/built_frame.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(ServerPush, EveryFormReadsBackAsItWasBuilt) {
    for (const std::optional<ConfigVersion> version :
         {std::optional<ConfigVersion>{}, std::optional{ConfigVersion{-1, 29}},
          std::optional{ConfigVersion{1, 28}}}) {
        const BuiltFrame frame = built(request::config_push(
            {.version = version, .bucket = "b", .config = "{}", .datatype = Datatype::json}));
        EXPECT_EQ(frame.frame().magic(), Magic::server_request);
        const auto push = read_config_push(frame.frame());
        ASSERT_TRUE(push);
        EXPECT_EQ(push->version, version);
        EXPECT_EQ(push->bucket, "b");
        EXPECT_EQ(push->config, "{}");
        EXPECT_EQ(push->datatype, Datatype::json);
    }
}

TEST(ServerPush, ANewerMapHasTheGreaterEpochThenTheGreaterRevision) {
    EXPECT_GT((ConfigVersion{2, 1}), (ConfigVersion{1, 9}));
    EXPECT_GT((ConfigVersion{1, 9}), (ConfigVersion{1, 8}));
    EXPECT_GT((ConfigVersion{1, 1}), (ConfigVersion{-1, 99}));
}

}  // namespace
}  // namespace txcouchbase::protocol
