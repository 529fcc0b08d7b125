// SPDX-License-Identifier: Apache-2.0
#include "protocol/framing_extras.hpp"

#include <gtest/gtest.h>

#include "protocol/records.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

/// "id:hex id:hex ..." of a section, with "!" at the end when it overruns.
std::string walk(ByteView section) {
    std::string shown;
    for (ByteCursor in{section}; !in.at_end();) {
        FramingObject object;
        if (!parse(in, object)) return shown + "!";
        shown += std::to_string(object.id) + ":" + std::to_string(object.data.size()) + " ";
    }
    return shown;
}

TEST(FramingExtras, TheExamplesOfTheSpecificationReadAsTheySay) {
    const std::string seventeen(17, 'x');
    EXPECT_EQ(walk(unhex("1101")), "1:1 ");
    EXPECT_EQ(walk(unhex("130308ca")), "1:3 ");
    EXPECT_EQ(walk(unhex("50")), "5:0 ");
    EXPECT_EQ(walk(unhex("4f02") + seventeen), "4:17 ");
    EXPECT_EQ(walk(unhex("f205aabb")), "20:2 ");
    EXPECT_EQ(walk(unhex("ff0502") + seventeen), "20:17 ");
    EXPECT_EQ(walk(unhex("02004f")), "0:2 ");
    EXPECT_EQ(walk(unhex("f000")), "15:0 ");
    EXPECT_EQ(walk(unhex("0f00") + std::string(15, 'x')), "0:15 ");
    EXPECT_EQ(walk(""), "");
}

TEST(FramingExtras, EveryVectorIsReadAndWrittenBack) {
    for (const auto& v : frame_vectors()) {
        const auto& decoded = v.decoded;
        if (!decoded.contains("framing_extras")) continue;
        FramingExtras section;
        for (const auto& object : decoded["framing_extras"])
            ASSERT_TRUE(section.add(object["id"].get<std::uint16_t>(), unhex(object["data_hex"])));
        const std::string& bytes = v.bytes;
        const std::size_t size = decoded["framing_extras_len"].get<std::size_t>();
        ASSERT_EQ(section.view(), ByteView{bytes}.substr(24, size)) << v.name;
        std::size_t i = 0;
        for (const FramingObject& object : Records<FramingObject>{section.view()}) {
            EXPECT_EQ(object.id, decoded["framing_extras"][i]["id"].get<int>()) << v.name;
            EXPECT_EQ(object.data, unhex(decoded["framing_extras"][i++]["data_hex"])) << v.name;
        }
        EXPECT_EQ(i, decoded["framing_extras"].size());
    }
}

TEST(FramingExtras, ASectionCutAnywhereInsideAnObjectOverruns) {
    FramingExtras section;
    ASSERT_TRUE(section.add(1, "m"));
    ASSERT_TRUE(section.add(20, "seventeen letters"));
    const ByteView whole = section.view();
    ASSERT_EQ(whole.size(), 22U);
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const bool between_objects = size == 0 || size == 2 || size == whole.size();
        EXPECT_EQ(walk(whole.substr(0, size)).ends_with('!'), !between_objects) << size;
        const auto framing = read_response_framing(whole.substr(2).substr(0, size));
        EXPECT_EQ(framing.defect(), size == 0 || size >= 20 ? Defect::none : Defect::bad_framing) << size;
    }
}

TEST(FramingExtras, EveryIdAndLengthThatFitsReadsBack) {
    for (std::uint16_t id = 0; id <= 270; ++id)
        for (const std::size_t size : {0U, 1U, 14U, 15U, 16U, 252U}) {
            FramingExtras section;
            const std::string data(size, static_cast<char>(id));
            ASSERT_TRUE(section.add(id, data));
            ByteCursor in{section.view()};
            FramingObject object;
            ASSERT_TRUE(parse(in, object));
            EXPECT_EQ(object.id, id);
            EXPECT_EQ(object.data, data);
            EXPECT_TRUE(in.at_end());
        }
}

TEST(FramingExtras, WhatDoesNotFitChangesNothing) {
    FramingExtras section;
    EXPECT_FALSE(section.add(271, ""));
    EXPECT_FALSE(section.add(0, std::string(271, 'x')));
    EXPECT_FALSE(section.add(0, std::string(254, 'x')));
    EXPECT_TRUE(section.view().empty());
    ASSERT_TRUE(section.add(0, std::string(253, 'x')));
    EXPECT_EQ(section.view().size(), 255U);
    EXPECT_FALSE(section.add(RequestObject::barrier));
    EXPECT_EQ(section.view().size(), 255U);
}

TEST(RequestFraming, AllObjectsTogetherInAnyOrder) {
    FramingExtras section;
    ASSERT_TRUE(section.add(RequestObject::preserve_ttl));
    ASSERT_TRUE(section.add(RequestObject::impersonate_token, 0x1234));
    ASSERT_TRUE(section.add(RequestObject::impersonate_privilege, "Read"));
    ASSERT_TRUE(section.add(RequestObject::impersonate_user, "^joe"));
    ASSERT_TRUE(section.add(RequestObject::dcp_stream_id, 7));
    ASSERT_TRUE(section.add(Durability{DurabilityLevel::persist_to_majority, 2250}));
    ASSERT_TRUE(section.add(RequestObject::barrier));
    const auto framing = read_request_framing(section.view());
    ASSERT_TRUE(framing);
    EXPECT_TRUE(framing->barrier);
    EXPECT_TRUE(framing->preserve_ttl);
    EXPECT_EQ(framing->durability->level, DurabilityLevel::persist_to_majority);
    EXPECT_EQ(framing->durability->timeout_ms, 2250);
    EXPECT_EQ(framing->dcp_stream_id, 7);
    EXPECT_EQ(framing->impersonate_user, "^joe");
    EXPECT_EQ(framing->impersonate_privilege, "Read");
    EXPECT_EQ(framing->impersonate_token, 0x1234);
}

TEST(RequestFraming, AnEmptySectionAsksForNothing) {
    const auto framing = read_request_framing("");
    ASSERT_TRUE(framing);
    EXPECT_FALSE(framing->barrier || framing->preserve_ttl || framing->durability || framing->dcp_stream_id);
    EXPECT_TRUE(framing->impersonate_user.empty());
}

TEST(RequestFraming, TheLastOfAKindWins) {
    EXPECT_EQ(read_request_framing(unhex("11011102"))->durability->level,
              DurabilityLevel::majority_and_persist_on_active);
}

TEST(RequestFraming, EachRuleHasItsDefect) {
    const struct {
        const char* hex;
        Defect defect;
    } cases[] = {
        {"0100", Defect::bad_frame_len},        // barrier with data
        {"10", Defect::bad_frame_len},          // durability without a level
        {"120100", Defect::bad_frame_len},      // ... with half a timeout
        {"1401000100", Defect::bad_frame_len},  // ... with more than a timeout
        {"1100", Defect::bad_durability},       // level 0
        {"1104", Defect::bad_durability},       // level 4
        {"11ff", Defect::bad_durability},
        {"13010000", Defect::bad_durability},  // timeout 0
        {"1301ffff", Defect::bad_durability},  // timeout 65535
        {"13010001", Defect::none},
        {"1301fffe", Defect::none},
        {"2101", Defect::bad_frame_len},  // stream id of one byte
        {"23010203", Defect::bad_frame_len},
        {"30", Defect::unknown_frame_info},  // OpenTracing, retired
        {"40", Defect::bad_frame_len},       // nobody
        {"5100", Defect::bad_frame_len},     // preserve TTL with data
        {"60", Defect::bad_frame_len},       // no privilege
        {"7101", Defect::bad_frame_len},
        {"80", Defect::unknown_frame_info},
        {"f205aabb", Defect::unknown_frame_info},
        {"11", Defect::bad_framing},
        {"f0", Defect::bad_framing},
        {"0f", Defect::bad_framing},
        {"8011", Defect::unknown_frame_info},  // the overrun behind it is not reached
        {"1180", Defect::bad_durability},
        {"5011", Defect::bad_framing},
    };
    for (const auto& c : cases)
        EXPECT_EQ(name(read_request_framing(unhex(c.hex)).defect()), name(c.defect)) << c.hex;
}

TEST(ResponseFraming, UnknownObjectsAreSkippedAndTheRestIsRead) {
    FramingExtras section;
    ASSERT_TRUE(section.add(20, "zz"));
    ASSERT_TRUE(section.add(ResponseObject::server_duration, 100));
    ASSERT_TRUE(section.add(ResponseObject::read_units, 3));
    ASSERT_TRUE(section.add(270, "later servers"));
    ASSERT_TRUE(section.add(ResponseObject::write_units, 9));
    ASSERT_TRUE(section.add(ResponseObject::throttle_duration, 0xffff));
    const auto framing = read_response_framing(section.view());
    ASSERT_TRUE(framing);
    EXPECT_EQ(framing->server_duration, 100);
    EXPECT_EQ(framing->read_units, 3);
    EXPECT_EQ(framing->write_units, 9);
    EXPECT_EQ(framing->throttle_duration, 0xffff);
}

TEST(ResponseFraming, AKnownObjectOfAnotherLengthIsADefect) {
    for (const char* hex : {"00", "0100", "03000000", "10", "2101", "33010203"})
        EXPECT_EQ(read_response_framing(unhex(hex)).defect(), Defect::bad_frame_len) << hex;
}

TEST(FramingNames, AreThoseOfTheVectors) {
    for (const auto& v : frame_vectors()) {
        const auto& decoded = v.decoded;
        if (!decoded.contains("framing_extras")) continue;
        for (const auto& object : decoded["framing_extras"]) {
            const auto id = object["id"].get<std::uint16_t>();
            EXPECT_EQ(decoded.contains("status") ? name(static_cast<ResponseObject>(id))
                                                 : name(static_cast<RequestObject>(id)),
                      object["name"].get<std::string>());
            if (object.contains("level")) {
                EXPECT_EQ(name(read_durability(unhex(object["data_hex"]))->level),
                          object["level"].get<std::string>());
            }
        }
    }
    EXPECT_EQ(name(static_cast<DurabilityLevel>(4)), "unknown");
    EXPECT_EQ(name(static_cast<RequestObject>(8)), "unknown");
    EXPECT_EQ(name(static_cast<ResponseObject>(4)), "unknown");
}

}  // namespace
}  // namespace txcouchbase::protocol
