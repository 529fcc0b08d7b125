// What the development cluster costs, against the bars it promises: processor time per operation, memory, start.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <txcouchbase/cluster.hpp>
#include <vector>

#include "protocol/classic_requests.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/vbucket_hash.hpp"
#include "tests/integration/cluster/kv_client.hpp"

namespace {

using namespace txcouchbase;
using cluster::Cluster;
using test::KvClient;
using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

constexpr std::uint16_t vbuckets = 64;
constexpr double min_operations = 50'000;  // a second, of one core
constexpr double max_mebibytes = 400;
constexpr double max_start = 10;  // milliseconds

bool is_within(const char* what, double value, const char* unit, double bar, bool is_good) {
    std::printf("%-44s %10.1f %-6s (bar %g)%s\n", what, value, unit, bar, is_good ? "" : "  MISSED");
    std::fflush(stdout);
    return is_good;
}

std::set<std::string> threads() {
    std::set<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task"))
        out.insert(entry.path().filename().string());
    return out;
}

/// A cluster and the thread that it serves from, whose processor time can be told from everybody else's.
struct Watched {
    explicit Watched(const cluster::Options& options) : before(threads()), cluster(cluster::start(options)) {
        for (const std::string& thread : threads())
            if (!before.contains(thread)) schedstat = "/proc/self/task/" + thread + "/schedstat";
    }
    double processor_seconds() const {
        double nanoseconds = 0;
        std::ifstream(schedstat) >> nanoseconds;
        return nanoseconds / 1e9;
    }

    std::set<std::string> before;
    Cluster cluster;
    std::string schedstat = {};
};

KvClient connect(Cluster& cluster, std::uint16_t port, protocol::SaslMechanism mechanism) {
    KvClient client(port);
    if (client.log_in(cluster.user(), cluster.password(), mechanism) != protocol::Status::success ||
        client.select_bucket("default") != protocol::Status::success)
        throw std::runtime_error("no login");
    return client;
}

std::vector<std::uint16_t> kv_ports(Cluster& cluster) {
    const Json state = Json::parse(cluster.control(R"({"do": "state"})"));
    std::vector<std::uint16_t> out;
    for (const Json& node : state["nodes"]) out.push_back(node["ports"]["kv"].get<std::uint16_t>());
    return out;
}

/// Sends `count` requests and reads as many answers, which must be successes.
void exchange(KvClient& client, const std::string& requests, std::size_t count) {
    client.stream().write(requests);
    for (std::size_t i = 0; i != count; ++i) {
        const auto reply = client.receive();
        if (!reply || reply->status != protocol::Status::success)
            throw std::runtime_error("an operation failed");
    }
}

std::string key_of(std::size_t i) {
    char text[16];
    std::snprintf(text, sizeof text, "key-%07zu", i);
    return text;
}

void append(std::string& out, const protocol::Request& request, const std::string& key) {
    append_request(out, request, {.vbucket = protocol::vbucket_of(key, vbuckets)});
}

/// Operations per second of the cluster's own processor time: what one core of its own could do.
bool measure_operations(const char* what, bool is_set, std::size_t window) {
    Watched watched({});
    constexpr std::size_t connections = 8;
    constexpr std::size_t keys = 1'000;
    const std::size_t rounds = 60'000 / connections / window;
    const std::string value(100, 'x');
    const std::uint16_t port = kv_ports(watched.cluster)[0];
    std::vector<KvClient> clients;
    for (std::size_t i = 0; i != connections; ++i)
        clients.push_back(connect(watched.cluster, port, protocol::SaslMechanism::plain));
    for (std::size_t i = 0; i != keys; ++i) {
        std::string set;
        append(set, protocol::request::set(key_of(i), value), key_of(i));
        exchange(clients[0], set, 1);
    }
    const double before = watched.processor_seconds();
    std::size_t next = 0;
    for (std::size_t round = 0; round != rounds; ++round) {
        for (KvClient& client : clients) {
            std::string requests;
            for (std::size_t i = 0; i != window; ++i) {
                const std::string key = key_of(next++ % keys);
                append(requests, is_set ? protocol::request::set(key, value) : protocol::request::get(key),
                       key);
            }
            client.stream().write(requests);
        }
        for (KvClient& client : clients) exchange(client, {}, window);
    }
    const double spent = watched.processor_seconds() - before;
    const double rate = static_cast<double>(rounds * window * connections) / spent;
    return is_within(what, rate, "ops/s", min_operations, rate >= min_operations);
}

double resident_mebibytes() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmRSS:") {
            double kibibytes = 0;
            status >> kibibytes;
            return kibibytes / 1024;
        }
    throw std::runtime_error("no VmRSS");
}

/// Two nodes, one replica: each document is on both.
bool measure_memory() {
    constexpr std::size_t documents = 1'000'000;
    constexpr std::size_t batch = 1'000;
    Cluster cluster = cluster::start({.nodes = 2});
    const Json state = Json::parse(cluster.control(R"({"do": "state"})"));
    const Json& bucket = state["buckets"][0];
    std::vector<KvClient> clients;
    for (const std::uint16_t port : kv_ports(cluster))
        clients.push_back(connect(cluster, port, protocol::SaslMechanism::plain));
    const double before = resident_mebibytes();
    const std::string value(100, 'x');
    std::vector<std::string> requests(clients.size());
    std::vector<std::size_t> counts(clients.size());
    for (std::size_t i = 0; i != documents; ++i) {
        const std::string key = key_of(i);
        const auto node = bucket["map"][protocol::vbucket_of(key, vbuckets)][0].get<std::size_t>();
        append(requests[node], protocol::request::set(key, value), key);
        if (++counts[node] < batch && i + batch < documents) continue;
        exchange(clients[node], requests[node], std::exchange(counts[node], 0));
        requests[node].clear();
    }
    for (std::size_t node = 0; node != clients.size(); ++node)
        exchange(clients[node], requests[node], counts[node]);
    const double used = resident_mebibytes() - before;
    return is_within("1,000,000 documents of 100 bytes, 1 replica", used, "MiB", max_mebibytes,
                     used < max_mebibytes);
}

bool measure_start(const char* what, protocol::SaslMechanism mechanism) {
    std::vector<double> milliseconds;
    for (int i = 0; i != 11; ++i) {
        const auto begin = Clock::now();
        Cluster cluster = cluster::start({.nodes = 3, .buckets = {{.vbuckets = 1}}});
        // Of the one vBucket the first node has the active copy.
        KvClient client = connect(cluster, kv_ports(cluster)[0], mechanism);
        std::string set;
        append_request(set, protocol::request::set("k", "v"), {});
        exchange(client, set, 1);
        milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    }
    std::nth_element(milliseconds.begin(), milliseconds.begin() + 5, milliseconds.end());
    return is_within(what, milliseconds[5], "ms", max_start, milliseconds[5] < max_start);
}

/// Every bar is measured, whatever became of those before it.
bool all_met(std::initializer_list<bool> bars) {
    return std::find(bars.begin(), bars.end(), false) == bars.end();
}

bool measure(std::string_view what) {
    using protocol::SaslMechanism;
    if (what == "operations")
        return all_met({measure_operations("GET, 8 clients that wait for each answer", false, 1),
                        measure_operations("SET, 8 clients that wait for each answer", true, 1),
                        measure_operations("GET, 8 clients with 16 under way", false, 16),
                        measure_operations("SET, 8 clients with 16 under way", true, 16)});
    if (what == "memory") return measure_memory();
    if (what == "start")
        return all_met(
            {measure_start("3 nodes to the first SET, PLAIN", SaslMechanism::plain),
             measure_start("3 nodes to the first SET, SCRAM-SHA512", SaslMechanism::scram_sha512)});
    throw std::runtime_error("txcb-cluster-bench operations|memory|start");
}

}  // namespace

/// Exit code 1 when a bar was missed. Memory wants a process of its own.
int main(int argc, char** argv) try {
    return measure(argc == 2 ? argv[1] : "") ? 0 : 1;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 64;
}
