// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/arguments.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <vector>

namespace txcouchbase::cluster::tool {
namespace {

using Words = std::vector<std::string_view>;

template <class Wanted>
Wanted read(const Words& words) {
    auto out = read_arguments(words);
    if (const auto* bad = std::get_if<BadArguments>(&out)) ADD_FAILURE() << bad->words;
    return std::get<Wanted>(std::move(out));
}

std::string complaint(const Words& words) {
    const auto out = read_arguments(words);
    const auto* bad = std::get_if<BadArguments>(&out);
    return bad == nullptr ? "accepted" : bad->words;
}

nlohmann::json command(Words words) {
    words.insert(words.begin(), {"ctl", "--at", "http://127.0.0.1:1/control"});
    return nlohmann::json::parse(read<ControlArguments>(words).json);
}

TEST(Arguments, NoneStartTheUsualCluster) {
    const auto usual = read<ServeArguments>({});
    EXPECT_EQ(usual.options.nodes, 1U);
    ASSERT_EQ(usual.options.buckets.size(), 1U);
    EXPECT_EQ(usual.options.buckets[0].name, "default");
    EXPECT_EQ(usual.options.user, "Administrator");
    EXPECT_FALSE(usual.has_process_per_node);
}

TEST(Arguments, AllOfThemAreTaken) {
    const auto all = read<ServeArguments>(
        {"--nodes", "3", "--user=me:a:b", "--tls", "--ca-file", "f", "--process-per-node",
         "--replication-lag", "5", "--persistence-delay=7", "--sample", "beer-sample", "--scenario", "s"});
    EXPECT_EQ(all.options.nodes, 3U);
    EXPECT_EQ(all.options.user, "me");
    EXPECT_EQ(all.options.password, "a:b");
    EXPECT_TRUE(all.options.has_tls);
    EXPECT_EQ(all.ca_file, "f");
    EXPECT_TRUE(all.has_process_per_node);
    EXPECT_EQ(all.options.replication_lag, std::chrono::milliseconds(5));
    EXPECT_EQ(all.options.persistence_delay, std::chrono::milliseconds(7));
    EXPECT_EQ(all.sample, "beer-sample");
    EXPECT_EQ(all.scenario, "s");
}

TEST(Arguments, BucketsSayWhatIsTheirsAndReplicasTheRest) {
    const auto buckets = read<ServeArguments>({"--bucket", "a:replicas=0,vbuckets=16,ram=100", "--replicas",
                                               "2", "--bucket", "b", "--bucket", "m:type=memcached"})
                             .options.buckets;
    ASSERT_EQ(buckets.size(), 3U);
    EXPECT_EQ(buckets[0].replicas, 0);
    EXPECT_EQ(buckets[0].vbuckets, 16);
    EXPECT_EQ(buckets[0].ram_quota_mb, 100U);
    EXPECT_EQ(buckets[1].replicas, 2);
    EXPECT_EQ(buckets[2].type, BucketType::memcached);
    EXPECT_EQ(read<ServeArguments>({"--replicas", "0"}).options.buckets[0].replicas, 0);
}

TEST(Arguments, TheWrongOneIsNamed) {
    EXPECT_EQ(complaint({"--nodes"}), "--nodes needs a value");
    EXPECT_EQ(complaint({"--nodes", "65"}), "--nodes is a number from 1 to 64");
    EXPECT_EQ(complaint({"--nodes", "3x"}), "--nodes is a number from 1 to 64");
    EXPECT_EQ(complaint({"--replicas", "4"}), "--replicas is a number from 0 to 3");
    EXPECT_EQ(complaint({"--node", "3"}), "there is no option '--node'");
    EXPECT_EQ(complaint({"--tls=yes"}), "--tls takes no value");
    EXPECT_EQ(complaint({"three"}), "nobody knows what 'three' means");
    EXPECT_EQ(complaint({"--bucket", ":replicas=1"}), "--bucket needs a name");
    EXPECT_EQ(complaint({"--bucket", "b:replicas=9"}), "--bucket: replicas is a number from 0 to 3");
    EXPECT_EQ(complaint({"--bucket", "b:size=9"}), "--bucket: there is no setting 'size=9'");
    EXPECT_EQ(complaint({"--bucket", "b:type=disk"}), "--bucket: there is no setting 'type=disk'");
    EXPECT_EQ(complaint({"--user", "me"}), "--user is NAME:PASSWORD");
    EXPECT_EQ(complaint({"--user", ":p"}), "--user is NAME:PASSWORD");
    EXPECT_EQ(complaint({"--sample", "travel"}), "--sample: the only sample is beer-sample");
    EXPECT_EQ(complaint({"--ca-file", "f"}), "--ca-file needs --tls");
    EXPECT_EQ(complaint({"ctl", "state"}), "--at URL is missing");
    EXPECT_EQ(complaint({"ctl", "--at", "ftp://x", "state"}),
              "--at is the control URL, http://127.0.0.1:PORT/control");
    EXPECT_EQ(complaint({"ctl", "--at", "http://x:1"}), "a verb is missing");
    EXPECT_EQ(complaint({"ctl", "--at", "http://x:1", "kill", "1"}), "'1' is no name=value");
}

TEST(Arguments, ACommandIsPutTogetherFromItsMembers) {
    EXPECT_EQ(command({"kill", "node=1"}), (nlohmann::json{{"do", "kill"}, {"node", 1}}));
    EXPECT_EQ(command({"link", "node=0", "drop=true", "delay_ms=5"}),
              (nlohmann::json{{"do", "link"}, {"node", 0}, {"drop", true}, {"delay_ms", 5}}));
    EXPECT_EQ(command({"rebalance", "eject=[1,2]"}),
              (nlohmann::json{{"do", "rebalance"}, {"eject", {1, 2}}}));
    EXPECT_EQ(command({"inject", "opcode=GET", "status=134"}),
              (nlohmann::json{{"do", "inject"}, {"opcode", "GET"}, {"status", 134}}));
    // A password is text, whatever it looks like.
    EXPECT_EQ(
        command({"put_user", "name=1", "password=true=1", "roles=admin"}),
        (nlohmann::json{{"do", "put_user"}, {"name", "1"}, {"password", "true=1"}, {"roles", "admin"}}));
    EXPECT_EQ(command({R"({"do": "state"})"}), (nlohmann::json{{"do", "state"}}));
}

TEST(Arguments, HelpIsHelpWhereverItStands) {
    for (const Words& words :
         {Words{"--help"}, Words{"-h"}, Words{"ctl", "--help"}, Words{"--nodes", "--help"}})
        EXPECT_TRUE(std::holds_alternative<HelpWanted>(read_arguments(words)));
}

}  // namespace
}  // namespace txcouchbase::cluster::tool
