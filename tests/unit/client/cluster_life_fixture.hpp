// A cluster's life without a cluster: a host that writes down what it is told, maps, and time that a test sets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "client/cluster_life.hpp"

namespace txcouchbase::test {

using namespace std::chrono_literals;

class WritingHost final : public ClusterHost {
public:
    /// What happened since the last time it was taken.
    std::vector<std::string> take() { return std::exchange(lines_, {}); }

    std::set<std::uint8_t> up;       ///< nodes that can be asked
    std::vector<std::string> names;  ///< of what was dialled
    Error failure;                   ///< the last one

private:
    std::uint8_t dial(const Candidate& host, bool is_member) override {
        std::string line = (is_member ? "member " : "seed ") + net::node_name(host.address);
        if (!host.tls_name.empty()) line += " as " + host.tls_name;
        if (host.is_from_map && !is_member) line += " (kept)";
        lines_.push_back(line);
        names.push_back(net::node_name(host.address));
        return next_++;
    }
    void find_seeds(const std::string& service) override { lines_.push_back("dns " + service); }
    void drop(std::uint8_t node, const Error&) override { lines_.push_back("drop " + std::to_string(node)); }
    void stream_maps(const Candidate& host) override {
        lines_.push_back("stream " + net::node_name(host.address));
    }
    bool is_up(std::uint8_t node) const override { return up.contains(node); }
    bool ask_for_map(std::uint8_t node, std::optional<protocol::ConfigVersion> known) override {
        lines_.push_back("ask " + std::to_string(node) +
                         (known ? " beyond " + std::to_string(known->revision) : ""));
        return true;
    }
    void use_map(std::shared_ptr<const protocol::ClusterMap> map, std::vector<std::uint8_t> nodes) override {
        std::string line = "map " + std::to_string(map->version.revision) + ':';
        for (const std::uint8_t node : nodes) line += ' ' + std::to_string(node);
        lines_.push_back(line);
    }
    void keep_map(std::string_view, const net::Address& from) override {
        lines_.push_back("keep from " + net::node_name(from));
    }
    void on_cluster_open() override { lines_.emplace_back("open"); }
    void on_cluster_failed(const Error& error) override {
        failure = error;
        lines_.push_back("failed: " + error.code().message());
    }
    void on_map_refused(const std::string& node, const std::string&) override {
        lines_.push_back("refused " + node);
    }

    std::vector<std::string> lines_;
    std::uint8_t next_ = 0;
};

class ClusterLifeTest : public testing::Test {
protected:
    /// Of bucket "b", one vBucket each on these hosts; the first one says it.
    static std::string map_of(std::vector<std::string> hosts, int revision, const std::string& uuid = "u") {
        nlohmann::json map{{"rev", revision}, {"revEpoch", 1}, {"name", "b"}, {"uuid", uuid}};
        map["nodeLocator"] = "vbucket";
        nlohmann::json& table = map["vBucketServerMap"];
        table = {{"hashAlgorithm", "CRC"}, {"numReplicas", 0}};
        for (std::size_t i = 0; i < hosts.size(); ++i) {
            map["nodesExt"].push_back(
                {{"hostname", hosts[i]}, {"services", {{"kv", 11210}, {"mgmt", 8091}}}});
            table["serverList"].push_back(hosts[i] + ":11210");
        }
        map["nodesExt"][0]["thisNode"] = true;
        for (std::size_t v = 0; v < 4; ++v) table["vBucketMap"].push_back({v % hosts.size()});
        return map.dump();
    }

    ClusterLife& begin(Seeds seeds, KeptNodes kept = {}) {
        seeds.bucket = "b";
        life_.emplace(host, seeds, ClusterTimes{}, std::move(kept));
        life_->start(now);
        return *life_;
    }
    static Seeds seeds(std::vector<std::string> hosts) {
        Seeds out{.is_cluster = true};
        for (std::string& name : hosts) out.hosts.push_back({std::move(name), 11210});
        return out;
    }
    /// As the host of that name would.
    void fail(std::uint8_t node, errc rc) {
        life_->on_connect_failed(node, Error{rc, {.node = host.names[node], .cause = "c"}}, now);
        life_->run(now);
    }
    /// The seed is up and has this map; empty: none.
    void come_up(std::uint8_t node, std::string map, bool knows_versions = false) {
        net::SessionFacts facts{.config = std::move(map)};
        if (knows_versions) facts.features.insert(protocol::Feature::get_cluster_config_with_known_version);
        host.up.insert(node);
        life_->on_up(node, std::move(facts));
        life_->run(now);
    }
    void tell(std::uint8_t node, const std::string& map) {
        life_->on_map_text(node, map);
        life_->run(now);
    }
    void pass(net::Duration time) {
        now += time;
        life_->run(now);
    }

    WritingHost host;
    net::TimePoint now{1h};
    std::optional<ClusterLife> life_;
};

}  // namespace txcouchbase::test
