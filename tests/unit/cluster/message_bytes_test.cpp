// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/message_bytes.hpp"

#include <gtest/gtest.h>

#include "tests/cluster/state_json.hpp"

namespace txcouchbase::cluster {
namespace {

const VbucketName name{"uuid-of-bucket", 1023};
const std::vector<MutationToken> history = {{0xfedcba987654, 50}, {0x123456789abc, 0}};

std::shared_ptr<const protocol::Secret> secret(std::string_view bytes) {
    return std::make_shared<protocol::Secret>(std::initializer_list<protocol::ByteView>{bytes});
}

ClusterState full_state() {
    ClusterState state;
    state.uuid = "c";
    state.serial = 77;
    state.version = {1, 12};
    state.nodes = {{.id = 0, .uuid = "n0"}, {.id = 3, .uuid = "n3", .hostname = "::1", .is_member = false}};
    state.nodes[0].ports[Service::views_tls] = 18092;
    state.nodes[1].incarnation = 4;
    state.nodes[1].alternate_addresses["external"].hostname = "203.0.113.7";
    state.nodes[1].alternate_addresses["external"].ports[Service::kv] = 31210;
    state.buckets = {{.name = "b",
                      .uuid = "bu",
                      .vbuckets = 2,
                      .replicas = 1,
                      .ram_quota_mb = 100,
                      .is_flush_enabled = false,
                      .version = {1, 9},
                      .servers = {3, 0},
                      .map = {{0, 1}, {nobody, nobody}},
                      .forward_map = {{1, 0}, {0, nobody}},
                      .moves = {{1, 3}}},
                     {.name = "m", .uuid = "mu", .type = BucketType::memcached, .servers = {0}}};
    state.users = {{.name = "us=er,1",
                    .password = secret(std::string_view("p\0\xff", 3)),
                    .is_admin = true,
                    .buckets = {{"*", {.may_read = true, .may_write = false}}}}};
    state.settings = {.scram_iterations = 4'000,
                      .replication_lag = std::chrono::milliseconds(5),
                      .persistence_delay = std::chrono::milliseconds(7),
                      .max_value = 1'000};
    return state;
}

DocumentPtr document(std::uint64_t seqno) {
    return make_document({.key = std::string_view("k\0y", 3),
                          .value = "\xff value",
                          .flags = 0xdeadbeef,
                          .expiry = 1'700'000'000,
                          .datatype = protocol::Datatype::json,
                          .is_deleted = seqno == 2,
                          .cas = ~std::uint64_t{0} - 1,
                          .seqno = seqno,
                          .revision = 7});
}

/// One of each alternative, every member with something in it.
std::vector<Message> one_of_each() {
    return {NewState{std::make_shared<const ClusterState>(full_state())},
            HandOver{name, 7},
            FlushBucket{"u"},
            NodeControl{R"({"do":"clock"})"},
            StreamRequest{name, history[0], true, 99},
            StreamRollback{name},
            StreamChanges{name, history, 40, {document(1), document(2)}, 1'000},
            TakeOver{name, history, 5},
            CaughtUp{name, 6},
            TookOver{name, 7},
            ManagementRequest{1, "POST", "/pools/default/buckets?x", "name=b"},
            ManagementReply{1, 202, "text/plain", "body"}};
}

Message read_good(const std::string& bytes) {
    auto read = read_message(bytes);
    const auto* wrong = std::get_if<std::string>(&read);
    EXPECT_EQ(wrong, nullptr) << *wrong;
    return wrong == nullptr ? std::get<Message>(std::move(read)) : Message{};
}

TEST(MessageBytes, EveryMessageComesBackAsItWas) {
    const std::vector<Message> messages = one_of_each();
    ASSERT_EQ(messages.size(), std::variant_size_v<Message>);
    for (std::size_t i = 0; i != messages.size(); ++i) {
        ASSERT_EQ(messages[i].index(), i) << "one of each";
        const std::string bytes = to_bytes(messages[i]);
        const Message again = read_good(bytes);
        EXPECT_EQ(again.index(), i);
        EXPECT_EQ(to_bytes(again), bytes);
    }
}

TEST(MessageBytes, MembersAreWhereTheyWere) {
    const auto changes = std::get<StreamChanges>(read_good(to_bytes(one_of_each()[6])));
    EXPECT_EQ(changes.name, name);
    EXPECT_EQ(changes.after, 40U);
    EXPECT_EQ(changes.high_seqno, 1'000U);
    ASSERT_EQ(changes.failover_log.size(), 2U);
    EXPECT_EQ(changes.failover_log[0].vbucket_uuid, 0xfedcba987654U);
    EXPECT_EQ(changes.failover_log[0].seqno, 50U);
    ASSERT_EQ(changes.documents.size(), 2U);
    const Document& second = *changes.documents[1];
    EXPECT_EQ(second.key(), std::string_view("k\0y", 3));
    EXPECT_EQ(second.value(), "\xff value");
    EXPECT_EQ(second.flags(), 0xdeadbeefU);
    EXPECT_EQ(second.expiry(), 1'700'000'000U);
    EXPECT_EQ(second.datatype(), protocol::Datatype::json);
    EXPECT_TRUE(second.is_deleted());
    EXPECT_EQ(second.cas(), ~std::uint64_t{0} - 1);
    EXPECT_EQ(second.seqno(), 2U);
    EXPECT_EQ(second.revision(), 7U);
}

TEST(MessageBytes, EveryShorterPieceIsRefusedWithAReason) {
    for (const Message& message : one_of_each()) {
        const std::string bytes = to_bytes(message);
        for (std::size_t size = 0; size != bytes.size(); ++size) {
            const auto read = read_message(ByteView(bytes).substr(0, size));
            ASSERT_TRUE(std::holds_alternative<std::string>(read)) << message.index() << " at " << size;
            EXPECT_FALSE(std::get<std::string>(read).empty());
        }
        EXPECT_TRUE(std::holds_alternative<std::string>(read_message(bytes + 'x')));
    }
}

TEST(MessageBytes, DamagedBytesAreReadOrRefusedAndNothingElse) {
    for (const Message& message : one_of_each()) {
        const std::string good = to_bytes(message);
        for (std::size_t at = 0; at != good.size(); ++at)
            for (const char mask : {'\x01', '\x80', '\xff'}) {
                std::string bytes = good;
                bytes[at] = static_cast<char>(bytes[at] ^ mask);
                const auto read = read_message(bytes);
                if (const auto* same = std::get_if<Message>(&read)) to_bytes(*same);
            }
    }
}

TEST(MessageBytes, AListThatClaimsFourBillionEntriesTakesNoMemory) {
    std::string bytes = to_bytes(TakeOver{name, {}});
    bytes.replace(bytes.size() - 12, 4, "\xff\xff\xff\xff");
    EXPECT_TRUE(std::holds_alternative<std::string>(read_message(bytes)));
}

TEST(MessageBytes, AnUnknownMessageIsRefused) {
    EXPECT_EQ(std::get<std::string>(read_message("\x7f")),
              "a message that is none: there is no such message");
}

TEST(StateJson, KeepsEverything) {
    const ClusterState state = full_state();
    const auto read = read_state(to_json_text(state));
    ASSERT_TRUE(std::holds_alternative<ClusterState>(read)) << std::get<std::string>(read);
    const ClusterState& again = std::get<ClusterState>(read);
    EXPECT_EQ(to_json_text(again), to_json_text(state));
    EXPECT_EQ(again.users[0].password->view(), state.users[0].password->view());
    EXPECT_EQ(again.settings.persistence_delay, state.settings.persistence_delay);
    EXPECT_EQ(again.buckets[0].moves[0].to, 3U);
    EXPECT_EQ(again.nodes[0].ports[Service::views_tls], 18092);
}

TEST(StateJson, MapsThatNameNoServerAreRefused) {
    for (const VbucketMap& map :
         {VbucketMap{{0, 2}, {0, 1}}, VbucketMap{{-2, 1}, {0, 1}}, VbucketMap{{}, {0}}, VbucketMap{{0, 1}}}) {
        ClusterState state = full_state();
        state.buckets[0].map = map;
        EXPECT_TRUE(std::holds_alternative<std::string>(read_state(to_json_text(state))));
    }
}

}  // namespace
}  // namespace txcouchbase::cluster
