// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/node/node_control.hpp"

#include <gtest/gtest.h>

namespace txcouchbase::cluster {
namespace {

template <class Command>
Command good(std::string_view json) {
    auto read = read_node_control(json);
    if (const auto* words = std::get_if<std::string>(&read)) {
        ADD_FAILURE() << *words;
        return {};
    }
    return std::get<Command>(std::get<NodeCommand>(std::move(read)));
}

std::string refusal(std::string_view json) {
    const auto read = read_node_control(json);
    const auto* words = std::get_if<std::string>(&read);
    return words == nullptr ? "" : *words;
}

TEST(NodeControl, AFaultNamesWhatItMatches) {
    const auto fault = good<Fault>(
        R"({"do":"inject","node":1,"opcode":"GET","status":"ETMPFAIL","bucket":"b","key_prefix":"k","count":3})");
    EXPECT_EQ(fault.kind, FaultKind::status);
    EXPECT_EQ(fault.opcode, protocol::Opcode::get);
    EXPECT_EQ(fault.status, protocol::Status::etmpfail);
    EXPECT_EQ(fault.bucket, "b");
    EXPECT_EQ(fault.key_prefix, "k");
    EXPECT_EQ(fault.count, 3U);
}

TEST(NodeControl, OpcodesAndStatusesMayBeNumbers) {
    const auto fault = good<Fault>(R"({"do":"inject","kind":"drop_reply","opcode":1,"status":65000})");
    EXPECT_EQ(fault.kind, FaultKind::drop_reply);
    EXPECT_EQ(fault.opcode, protocol::Opcode::set);
    EXPECT_EQ(static_cast<unsigned>(fault.status), 65000U);
    EXPECT_EQ(fault.count, 1U);
}

TEST(NodeControl, AFaultWithoutOpcodeMatchesEveryCommand) {
    EXPECT_FALSE(good<Fault>(R"({"do":"inject"})").opcode.has_value());
}

TEST(NodeControl, MapsAndClocks) {
    const auto map = good<MapControl>(R"({"do":"map","bucket":"b","mode":"garbage","text":"{oops"})");
    EXPECT_EQ(map.bucket, "b");
    EXPECT_EQ(map.mode, MapControl::Mode::garbage);
    EXPECT_EQ(map.text, "{oops");
    EXPECT_EQ(good<ClockControl>(R"({"do":"clock","offset_ms":-5})").offset, std::chrono::milliseconds(-5));
    good<ClearFaults>(R"({"do":"clear_faults"})");
}

TEST(NodeControl, RefusalsNameWhatIsWrong) {
    EXPECT_EQ(refusal("{"), "the command is no JSON");
    EXPECT_EQ(refusal("[]"), "a command is an object with \"do\"");
    EXPECT_EQ(refusal(R"({"do":"dance"})"), "a node knows no command \"dance\"");
    EXPECT_EQ(refusal(R"({"do":"inject","opcod":"GET"})"), "unknown member \"opcod\" of \"inject\"");
    EXPECT_EQ(refusal(R"({"do":"inject","opcode":"GOT"})"), "there is no opcode \"GOT\"");
    EXPECT_EQ(refusal(R"({"do":"inject","opcode":256})"), "\"opcode\" must be a whole number from 0 to 255");
    EXPECT_EQ(refusal(R"({"do":"inject","status":"UNKNOWN"})"), "there is no status \"UNKNOWN\"");
    EXPECT_EQ(refusal(R"({"do":"inject","kind":"x"})"), "there is no kind of fault \"x\"");
    EXPECT_EQ(refusal(R"({"do":"inject","count":0})"),
              "\"count\" must be a whole number from 1 to 1000000000");
    EXPECT_EQ(refusal(R"({"do":"inject","bucket":7})"), "\"bucket\" must be a string");
    EXPECT_EQ(refusal(R"({"do":"map","bucket":"b"})"), "\"mode\" must be freeze, repeat, garbage or release");
    EXPECT_EQ(refusal(R"({"do":"map","mode":"freeze"})"), "\"map\" needs a \"bucket\"");
    EXPECT_NE(refusal(R"({"do":"clock"})").find("offset_ms"), std::string::npos);
    EXPECT_NE(refusal(R"({"do":"clock","offset_ms":1e300})").find("offset_ms"), std::string::npos);
}

}  // namespace
}  // namespace txcouchbase::cluster
