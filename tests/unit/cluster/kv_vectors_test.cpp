// Every request of the public vectors gets an answer that makes sense, whoever sends it.
// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/unit/cluster/kv_peer.hpp"

namespace txcouchbase::cluster {
namespace {

struct Vector {
    std::string name;
    std::string bytes;
};

std::vector<Vector> requests() {
    std::ifstream in{TXCB_VECTORS_DIR "/vectors.json"};
    std::vector<Vector> list;
    const nlohmann::json all = nlohmann::json::parse(in);
    for (const auto& v : all.at("vectors")) {
        if (v.at("direction") != "c2s") continue;
        const std::string hex = v.at("hex");
        std::string bytes;
        for (std::size_t i = 0; i < hex.size(); i += 2)
            bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
        list.push_back({v.at("name"), std::move(bytes)});
    }
    return list;
}

bool is_without_answer(Opcode opcode) {
    static const std::set<Opcode> quiet{
        Opcode::getq,       Opcode::getkq,      Opcode::setq,   Opcode::quitq,   Opcode::removeq,
        Opcode::gatq,       Opcode::incrementq, Opcode::addq,   Opcode::appendq, Opcode::prependq,
        Opcode::decrementq, Opcode::getq_meta,  Opcode::flushq, Opcode::replaceq};
    return quiet.contains(opcode);
}

/// What this node does not do yet: sub-document, collections, extended attributes, scans, the server's own affairs.
bool is_unknown(Opcode opcode) {
    const auto code = static_cast<unsigned>(opcode);
    return (code >= 0xc5 && code <= 0xdc) || (code >= 0xba && code <= 0xbc) ||
           (code >= 0xa2 && code <= 0xa9) || opcode == Opcode::verbosity || opcode == Opcode::getex ||
           opcode == Opcode::getex_replica || opcode == Opcode::evict_key ||
           opcode == Opcode::seqno_persistence || opcode == Opcode::memcached_gatk;
}

class KvVectors : public testing::Test {
protected:
    /// The only vBucket is here, whatever a vector names.
    SimulatedCluster cluster{1, {.type = BucketType::memcached, .replicas = 0}};
};

TEST_F(KvVectors, AreAnsweredOnceInTheirOwnName) {
    for (const Vector& vector : requests()) {
        SCOPED_TRACE(vector.name);
        KvPeer peer{cluster};
        peer.log_in();
        const Frame asked{vector.bytes};
        const std::vector<KvReply> replies = peer.say(vector.bytes);
        if (asked.magic() == protocol::Magic::server_response) {
            EXPECT_TRUE(replies.empty()) << "it is an answer itself";
            continue;
        }
        if (replies.empty()) {
            EXPECT_TRUE(is_without_answer(asked.opcode()));
            continue;
        }
        EXPECT_TRUE(replies.size() == 1 || asked.opcode() == Opcode::stat);
        for (const KvReply& reply : replies) {
            EXPECT_EQ(reply.frame().opcode(), asked.opcode());
            EXPECT_EQ(reply.frame().opaque(), asked.opaque());
        }
        const Status status = replies.back().status();
        EXPECT_EQ(status == Status::unknown_command, is_unknown(asked.opcode())) << protocol::name(status);
        const bool is_quitting = asked.opcode() == Opcode::quit;
        EXPECT_EQ(peer.is_closed(), is_quitting);
    }
}

// Nothing that a stranger asks is done, and none of it says what exists.
TEST_F(KvVectors, OfStrangersAreRefusedButForTheHandshake) {
    const std::set<Opcode> handshake{Opcode::hello, Opcode::sasl_list_mechs, Opcode::sasl_auth,
                                     Opcode::sasl_step, Opcode::get_error_map};
    for (const Vector& vector : requests()) {
        SCOPED_TRACE(vector.name);
        KvPeer stranger{cluster};
        const Feature xerror[] = {Feature::xerror};
        stranger.ask(request::hello("stranger", xerror));
        const Frame asked{vector.bytes};
        if (asked.magic() == protocol::Magic::server_response) continue;
        const std::vector<KvReply> replies = stranger.say(vector.bytes);
        ASSERT_EQ(replies.size(), 1U);
        EXPECT_EQ(replies[0].status() != Status::eaccess, handshake.contains(asked.opcode()))
            << protocol::name(replies[0].status());
        EXPECT_FALSE(stranger.is_closed());
    }
}

}  // namespace
}  // namespace txcouchbase::cluster
