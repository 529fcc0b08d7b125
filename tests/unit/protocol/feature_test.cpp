// SPDX-License-Identifier: Apache-2.0
#include "protocol/feature.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(Feature, TheNamesOfTheHelloVectorAreOurs) {
    for (const auto& v : frame_vectors()) {
        const auto fields = v.decoded.value("fields", nlohmann::json::object());
        if (!fields.contains("feature_names")) continue;
        for (std::size_t i = 0; i < fields["features"].size(); ++i)
            EXPECT_EQ(name(fields["features"][i].get<Feature>()),
                      fields["feature_names"][i].get<std::string>());
    }
}

TEST(Feature, EveryCodeUpToTheHighestHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (std::uint16_t code = 0x01; code <= 0x26; ++code) names.insert(name(static_cast<Feature>(code)));
    EXPECT_EQ(names.size(), 0x26U);
    EXPECT_FALSE(names.contains("UNKNOWN"));
    for (const int code : {0x00, 0x27, 0x40, 0xffff})
        EXPECT_EQ(name(static_cast<Feature>(code)), "UNKNOWN") << code;
}

TEST(Feature, SomeStandOnOthers) {
    using enum FeatureRequirement::WhenMissing;
    const auto expect = [](Feature feature, Feature needed, FeatureRequirement::WhenMissing when_missing) {
        const auto found = requirement(feature);
        ASSERT_TRUE(found) << name(feature);
        EXPECT_EQ(found->needed, needed) << name(feature);
        EXPECT_EQ(found->when_missing, when_missing) << name(feature);
    };
    expect(Feature::clustermap_change_notification, Feature::duplex, hello_refused);
    expect(Feature::clustermap_change_notification_brief, Feature::duplex, hello_refused);
    expect(Feature::sync_replication, Feature::alt_request, not_granted);
    expect(Feature::preserve_ttl, Feature::alt_request, not_granted);
    expect(Feature::snappy_everywhere, Feature::snappy, not_granted);
    expect(Feature::vattr, Feature::xattr, hello_refused);
    expect(Feature::subdoc_document_macro, Feature::xattr, hello_refused);
    expect(Feature::range_scan_include_xattr, Feature::xattr, hello_refused);

    int requirements = 0;
    for (std::uint16_t code = 0; code < 64; ++code)
        requirements += requirement(static_cast<Feature>(code)).has_value();
    EXPECT_EQ(requirements, 8);
}

TEST(FeatureSet, HoldsWhatWasPutInAndNothingElse) {
    FeatureSet set{Feature::snappy, Feature::json};
    set.insert(Feature::dcp_skip_deletes);
    set.erase(Feature::snappy);
    EXPECT_TRUE(set.contains(Feature::json));
    EXPECT_TRUE(set.contains(Feature::dcp_skip_deletes));
    EXPECT_FALSE(set.contains(Feature::snappy));
    EXPECT_EQ(set, (FeatureSet{Feature::dcp_skip_deletes, Feature::json, Feature::json}));
}

TEST(FeatureSet, ACodeWithoutMeaningIsNotKept) {
    FeatureSet set;
    for (const int code : {64, 65, 0x140, 0xffff}) {
        set.insert(static_cast<Feature>(code));
        EXPECT_FALSE(set.contains(static_cast<Feature>(code))) << code;
    }
    EXPECT_EQ(set, FeatureSet{});
}

}  // namespace
}  // namespace txcouchbase::protocol
