// What a Core does to find its cluster: DNS, addresses that are translated, and the file of kept nodes.
// SPDX-License-Identifier: Apache-2.0
#include "client/config_cache.hpp"
#include "client/core.hpp"

namespace txcouchbase {

using protocol::MapService;

KeptNodes Core::read_kept_nodes(const Seeds& seeds) {
    KeptNodes kept;
    if (options_.config_cache.empty()) return kept;
    const ConfigCache::Kept read = ConfigCache{options_.config_cache}.read(seeds.bucket, seeds.network);
    if (read.map == nullptr) {
        log(LogLevel::info, "cluster", {}, [&] { return "no nodes of the config cache: " + read.trouble; });
        return kept;
    }
    const MapService service = seeds.is_http ? MapService::management : MapService::kv;
    for (std::size_t i = 0; i < read.map->data_nodes; ++i) {
        const protocol::MapNode& node = read.map->nodes[i];
        if (const std::uint16_t port = node.ports.of(service, seeds.is_tls); port != 0)
            kept.addresses.push_back({node.hostname, port});
    }
    kept.bucket_uuid = read.map->bucket_uuid;
    return kept;
}

void Core::keep_map(std::string_view text, const net::Address& from) {
    if (options_.config_cache.empty()) return;
    const std::string trouble = ConfigCache{options_.config_cache}.write(text, from);
    if (!trouble.empty())
        log(LogLevel::warning, "cluster", {}, [&] { return "the map is not kept: " + trouble; });
}

net::Address Core::where_reached(const Candidate& host) noexcept {
    const net::Address& address = host.address;
    if (!host.is_from_map || !options_.rewrite_address) return address;
    try {
        const auto other = options_.rewrite_address(address.host, address.port);
        return other ? net::Address{other->host, other->port} : address;
    } catch (...) {
        report_unhandled(std::current_exception());
        return address;
    }
}

// The answer may come from within, when the cluster's life is not to be disturbed: it looks in the next turn.
void Core::find_seeds(const std::string& service) {
    log(LogLevel::debug, "cluster", {}, [&] { return "asking DNS for " + service; });
    if (is_over()) return;  // the log's hook closed the connection
    const unsigned attempt = ++*dns_attempt_;
    SrvAnswer answer = [this, attempt,
                        current = std::weak_ptr(dns_attempt_)](std::vector<HostAndPort> hosts) {
        const auto alive = current.lock();
        if (alive == nullptr || *alive != attempt) return;
        ++*alive;
        log(LogLevel::info, "cluster", {},
            [&] { return "DNS names " + std::to_string(hosts.size()) + " hosts"; });
        std::vector<net::Address> addresses;
        addresses.reserve(hosts.size());
        for (HostAndPort& host : hosts) addresses.push_back({std::move(host.host), host.port});
        cluster_->on_seeds_found(std::move(addresses));
        wake();
    };
    if (!options_.srv_resolver) {
        dns_.emplace(executor_, *this, service,
                     [answer = std::move(answer)](std::vector<net::Address> found) {
                         std::vector<HostAndPort> hosts;
                         hosts.reserve(found.size());
                         for (net::Address& host : found) hosts.push_back({std::move(host.host), host.port});
                         answer(std::move(hosts));
                     });
        return dns_->start();
    }
    try {
        options_.srv_resolver(service, std::move(answer));
    } catch (...) {
        report_unhandled(std::current_exception());  // the timeout goes on without it
    }
}

}  // namespace txcouchbase
