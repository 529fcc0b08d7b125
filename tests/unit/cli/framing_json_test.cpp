// SPDX-License-Identifier: Apache-2.0
#include "cli/framing_json.hpp"

#include <gtest/gtest.h>

#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::cli {
namespace {

using nlohmann::json;
using protocol::unhex;

/// What the section, given in hexadecimal, is shown as in a frame of this magic.
json shown(const std::string& magic, const std::string& section) {
    const std::string size{static_cast<char>(section.size() / 2)};
    const std::string bytes =
        unhex(magic + "00") + size + std::string(8, '\0') + size + std::string(12, '\0') + unhex(section);
    return framing_json(protocol::Frame{bytes});
}
json in_request(const std::string& section) {
    return shown("08", section);
}
json in_response(const std::string& section) {
    return shown("18", section);
}

TEST(FramingJson, EveryVectorIsShownObjectByObject) {
    for (const auto& v : protocol::frame_vectors()) {
        if (!v.decoded.contains("framing_extras")) continue;
        EXPECT_EQ(json(framing_json(protocol::Frame{v.bytes})), v.decoded["framing_extras"]) << v.name;
    }
}

TEST(FramingJson, TheSameIdMeansSomethingElseInAResponse) {
    EXPECT_EQ(in_request("10")[0]["name"], "durability");
    EXPECT_EQ(in_response("120003"),
              json::parse(R"([{"id":1,"name":"read_units","len":2,"data_hex":"0003","units":3}])"));
    EXPECT_EQ(in_response("32ffff")[0]["microseconds"], 120125042.101);
}

TEST(FramingJson, WhatCannotBeInterpretedIsShownAsBytes) {
    EXPECT_EQ(in_request("1104"), json::parse(R"([{"id":1,"name":"durability","len":1,"data_hex":"04"}])"));
    EXPECT_EQ(in_request("42fffe"),
              json::parse(R"([{"id":4,"name":"impersonate_user","len":2,"data_hex":"fffe"}])"));
    EXPECT_EQ(in_response("0107"),
              json::parse(R"([{"id":0,"name":"server_duration","len":1,"data_hex":"07"}])"));
    EXPECT_EQ(in_response("f0ff"), json::parse(R"([{"id":270,"name":"unknown","len":0,"data_hex":""}])"));
}

TEST(FramingJson, ItEndsBeforeTheObjectThatOverruns) {
    EXPECT_EQ(in_request("5013").size(), 1U);
    EXPECT_EQ(in_request("5013")[0]["name"], "preserve_ttl");
    EXPECT_EQ(in_request("ff"), json::array());
    EXPECT_EQ(in_request(""), json::array());
}

}  // namespace
}  // namespace txcouchbase::cli
