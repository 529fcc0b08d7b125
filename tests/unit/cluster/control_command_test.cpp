// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/control/control_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace txcouchbase::cluster {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

template <class Command>
Command read(std::string_view json) {
    auto command = read_control(json);
    if (const auto* words = std::get_if<std::string>(&command)) ADD_FAILURE() << *words;
    return std::get<Command>(std::get<ControlCommand>(std::move(command)));
}

std::string refusal(std::string_view json) {
    const auto command = read_control(json);
    const auto* words = std::get_if<std::string>(&command);
    return words == nullptr ? "accepted" : *words;
}

TEST(ControlCommand, EachIsReadWithItsMembers) {
    read<control::AddNode>(R"({"do": "add_node"})");
    read<control::TellState>(R"({"do": "state"})");
    EXPECT_EQ(read<control::RemoveNode>(R"({"do": "remove_node", "node": 3})").node, 3U);
    EXPECT_THAT(read<control::StartRebalance>(R"({"do": "rebalance", "eject": [1, 2]})").ejected,
                ElementsAre(1, 2));
    EXPECT_TRUE(read<control::StartRebalance>(R"({"do": "rebalance"})").ejected.empty());
    EXPECT_EQ(read<control::FailOver>(R"({"do": "fail_over", "node": 0})").node, 0U);
    EXPECT_EQ(read<control::DeleteBucket>(R"({"do": "delete_bucket", "name": "b"})").name, "b");
    EXPECT_EQ(read<control::EmptyBucket>(R"({"do": "flush_bucket", "name": "b"})").name, "b");
    EXPECT_EQ(read<control::RemoveUser>(R"({"do": "remove_user", "name": "u"})").name, "u");
    EXPECT_EQ(read<control::Freeze>(R"({"do": "freeze", "node": 4294967295})").node, 4'294'967'295U);
    EXPECT_EQ(read<control::Thaw>(R"({"do": "thaw", "node": 1})").node, 1U);
    EXPECT_EQ(read<control::Kill>(R"({"do": "kill", "node": 1})").node, 1U);
    EXPECT_EQ(read<control::Restart>(R"({"do": "restart", "node": 1})").node, 1U);
    EXPECT_EQ(read<control::Reset>(R"({"do": "reset", "node": 1})").node, 1U);
    EXPECT_EQ(read<control::LoadSample>(R"({"do": "load_sample", "bucket": "b"})").bucket, "b");
    EXPECT_EQ(read<control::Wait>(R"({"do": "wait", "ms": 20})").duration, 20ms);
}

TEST(ControlCommand, AnAlternateAddressHasThePortsThatItNames) {
    const auto set = read<control::SetAlternateAddress>(
        R"({"do": "alternate_address", "node": 1, "network": "external", "hostname": "h", "kv": 11999})");
    EXPECT_EQ(set.node, 1U);
    EXPECT_EQ(set.network, "external");
    EXPECT_EQ(set.address.hostname, "h");
    EXPECT_EQ(set.address.ports[Service::kv], 11'999);
    EXPECT_EQ(set.address.ports[Service::rest], 0);
    EXPECT_THAT(refusal(R"({"do": "alternate_address", "node": 1, "network": "external"})"),
                HasSubstr("hostname"));
}

TEST(ControlCommand, ABucketHasTheUsualSettingsUnlessItSaysOthers) {
    const auto usual = read<control::CreateBucket>(R"({"do": "create_bucket", "name": "b"})").options;
    EXPECT_EQ(usual.vbuckets, 64);
    EXPECT_EQ(usual.replicas, 1);
    EXPECT_EQ(usual.type, BucketType::couchbase);
    const auto other =
        read<control::CreateBucket>(R"({"do": "create_bucket", "name": "b", "type": "memcached",
        "vbuckets": 1024, "replicas": 3, "ram_quota_mb": 100, "is_flush_enabled": false})")
            .options;
    EXPECT_EQ(other.type, BucketType::memcached);
    EXPECT_EQ(other.vbuckets, 1'024);
    EXPECT_EQ(other.replicas, 3);
    EXPECT_EQ(other.ram_quota_mb, 100U);
    EXPECT_FALSE(other.is_flush_enabled);
}

TEST(ControlCommand, RolesAreAListOrTextWithCommas) {
    for (const char* roles :
         {R"(["data_reader[a]", "data_writer[b]"])", R"("data_reader[a],data_writer[b]")"}) {
        const auto user =
            read<control::PutUser>(
                std::string(R"({"do": "put_user", "name": "u", "password": "p", "roles": )") + roles + "}")
                .user;
        EXPECT_EQ(user.password->view(), "p");
        EXPECT_TRUE(user.rights("a").may_read);
        EXPECT_FALSE(user.rights("a").may_write);
        EXPECT_TRUE(user.rights("b").may_write);
    }
    EXPECT_EQ(refusal(R"({"do": "put_user", "name": "u"})"), R"("put_user" needs "roles")");
    EXPECT_THAT(refusal(R"({"do": "put_user", "name": "u", "roles": ["king"]})"), HasSubstr("king"));
    EXPECT_EQ(refusal(R"({"do": "put_user", "name": "u", "roles": [1]})"),
              R"("roles" must be an array of strings)");
}

TEST(ControlCommand, ALinkIsWholeUnlessItsFaultsAreNamed) {
    const LinkFaults none = read<control::SetLink>(R"({"do": "link", "node": 0})").faults;
    EXPECT_EQ(none.delay, 0ns);
    EXPECT_FALSE(none.is_dropping);
    const LinkFaults all = read<control::SetLink>(
                               R"({"do": "link", "node": 0, "delay_ms": 5, "max_piece": 7, "drop": true,
                                   "half_open": true})")
                               .faults;
    EXPECT_EQ(all.delay, 5ms);
    EXPECT_EQ(all.max_piece, 7U);
    EXPECT_TRUE(all.is_dropping);
    EXPECT_TRUE(all.is_half_open);
}

TEST(ControlCommand, SettingsThatAreNotNamedStay) {
    const auto change = read<control::ChangeSettings>(R"({"do": "settings", "replication_lag_ms": 50})");
    EXPECT_EQ(change.replication_lag, 50ms);
    EXPECT_FALSE(change.persistence_delay);
}

TEST(ControlCommand, WhatNodesRunIsCheckedAndPassedOn) {
    const char* const json = R"({"do": "inject", "node": 2, "opcode": "GET", "status": 134, "count": 3})";
    const auto command = read<control::ForNodes>(json);
    EXPECT_EQ(command.node, 2U);
    EXPECT_EQ(command.json, json);
    EXPECT_FALSE(read<control::ForNodes>(R"({"do": "clear_faults"})").node);
    EXPECT_EQ(refusal(R"({"do": "inject", "opcode": "GETT"})"), R"(there is no opcode "GETT")");
    EXPECT_EQ(refusal(R"({"do": "clock", "offset_ms": "tomorrow"})"),
              R"("offset_ms" must be a whole number from -3155760000000 to 3155760000000)");
}

TEST(ControlCommand, RefusalsNameWhatIsWrong) {
    EXPECT_EQ(refusal("{"), "the command is no JSON");
    EXPECT_EQ(refusal("[]"), R"(a command is an object with "do")");
    EXPECT_EQ(refusal(R"({"node": 1})"), R"(a command is an object with "do")");
    EXPECT_EQ(refusal(R"({"do": 1})"), R"("do" must be a string)");
    EXPECT_EQ(refusal(R"({"do": "dance"})"), R"(there is no command "dance")");
    EXPECT_EQ(refusal(R"({"do": "state", "loud": true})"), R"(unknown member "loud" of "state")");
    EXPECT_EQ(refusal(R"({"do": "state", "node": 1})"), R"(unknown member "node" of "state")");
    EXPECT_EQ(refusal(R"({"do": "kill"})"), R"("node" must be a whole number from 0 to 4294967295)");
    EXPECT_EQ(refusal(R"({"do": "kill", "node": -1})"),
              R"("node" must be a whole number from 0 to 4294967295)");
    EXPECT_EQ(refusal(R"({"do": "kill", "node": 1.5})"),
              R"("node" must be a whole number from 0 to 4294967295)");
    EXPECT_EQ(refusal(R"({"do": "create_bucket"})"), R"("create_bucket" needs a "name")");
    EXPECT_EQ(refusal(R"({"do": "create_bucket", "name": "b", "type": "disk"})"),
              R"("type" must be couchbase or memcached)");
    EXPECT_EQ(refusal(R"({"do": "create_bucket", "name": "b", "vbuckets": 1025})"),
              R"("vbuckets" must be a whole number from 1 to 1024)");
    EXPECT_EQ(refusal(R"({"do": "link", "node": 0, "drop": 1})"), R"("drop" must be true or false)");
    EXPECT_EQ(refusal(R"({"do": "rebalance", "eject": [-1]})"), R"("eject" must be an array of numbers)");
    EXPECT_EQ(refusal(R"({"do": "wait", "ms": 86400001})"),
              R"("ms" must be a whole number from 0 to 86400000)");
}

}  // namespace
}  // namespace txcouchbase::cluster
