// SPDX-License-Identifier: Apache-2.0
#include "cli/hash_verb.hpp"

#include "cli/environment.hpp"
#include "cli/field_format.hpp"
#include "cli/result_json.hpp"
#include "cli/verb.hpp"
#include "protocol/connection_string.hpp"
#include "protocol/ketama.hpp"
#include "protocol/vbucket_hash.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb = verb_on_keys("hash", R"(txcb hash [OPTION]... KEY...

Prints a line for every key: the key, its vBucket in a Couchbase bucket, its
CRC-32 and, where memcached servers are named, the one that keeps it. Asks no
server.

  --vbuckets N          how many vBuckets the bucket has (default 1024)
  -U, --connect STRING  memcached://HOST[:PORT][,HOST...], or $TXCB_CONNECT; the
                        spelling decides, so use that of your other clients
  --json                print objects, one a line; docs/txcb.md describes them

Exit code: 0 done; 64 wrong command line; 74 output failed.
)");

/// Nodes spelled as the library spells them, because the spelling is what is hashed.
std::string read_nodes(std::string_view text, std::vector<std::string>& nodes) {
    const auto parsed = protocol::parse_connection_string(text);
    if (const auto* error = std::get_if<protocol::ConnectionStringError>(&parsed))
        return std::string{protocol::sentence(error->defect)} + " (at byte " +
               std::to_string(error->position) + ")";
    const auto& seeds = std::get<protocol::ConnectionString>(parsed);
    if (seeds.scheme != protocol::Scheme::memcached)
        return "only memcached:// spreads keys over its hosts; a cluster has vBuckets";
    for (const protocol::SeedHost& host : seeds.hosts) {
        const bool is_ipv6 = host.name.find(':') != std::string::npos;
        nodes.push_back((is_ipv6 ? '[' + host.name + ']' : host.name) + ':' +
                        std::to_string(host.port.value_or(protocol::default_port(seeds.scheme))));
    }
    return {};
}

struct Place {
    std::string_view key;
    std::uint16_t vbucket;
    std::uint32_t crc32;
    std::optional<std::string> node;
};

void print(const Place& place, bool as_json, std::ostream& out) {
    if (as_json) {
        nlohmann::json object{{"vbucket", place.vbucket}, {"crc32", hex_number(place.crc32)}};
        put_text(object, "key", place.key);
        object["node"] = place.node ? nlohmann::json(*place.node) : nlohmann::json{};
        return print_line(out, object);
    }
    out << printable(place.key) << ' ' << place.vbucket << ' ' << hex_number(place.crc32);
    if (place.node) out << ' ' << *place.node;
    out << '\n';
}

}  // namespace

int run_hash(Arguments arguments, Console& console) {
    std::uint16_t vbuckets = 1024;
    std::string connect;
    bool as_json = false;
    std::vector<std::string_view> keys;
    constexpr std::uint64_t most_vbuckets = 32'768;  // 15 bits of the CRC count
    if (const auto code = read_arguments(
            verb, "", arguments,
            {number_option("--vbuckets", "a number from 1 to 32768", vbuckets, 1, most_vbuckets),
             text_option("--connect", "-U", connect), flag("--json", "", as_json)},
            keys, console))
        return *code;
    if (connect.empty()) connect = from_environment(connect_variable);
    std::vector<std::string> nodes;
    if (!connect.empty())
        if (const std::string complaint = read_nodes(connect, nodes); !complaint.empty())
            return refuse(verb.name, complaint, console);

    std::optional<protocol::KetamaRing> ring;
    if (!nodes.empty()) ring.emplace(nodes);
    for (const std::string_view key : keys) {
        Place place{key, protocol::vbucket_of(key, vbuckets), protocol::crc32(key), {}};
        if (ring) place.node = nodes[ring->server_of(key)];
        print(place, as_json, console.out);
    }
    return finish(verb.name, exit_ok, console);
}

}  // namespace txcouchbase::cli
