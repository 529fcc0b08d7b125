// What a HELLO switches on, by name and number, and a set of such features (PROTOCOL 2.3).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace txcouchbase::protocol {

enum class Feature : std::uint16_t {
    datatype = 0x01,  ///< retired
    tls = 0x02,       ///< retired
    tcp_nodelay = 0x03,
    mutation_seqno = 0x04,
    tcp_delay = 0x05,  ///< retired
    xattr = 0x06,
    xerror = 0x07,
    select_bucket = 0x08,
    old_collections = 0x09,  ///< retired
    snappy = 0x0a,
    json = 0x0b,
    duplex = 0x0c,
    clustermap_change_notification = 0x0d,
    unordered_execution = 0x0e,
    tracing = 0x0f,
    alt_request = 0x10,
    sync_replication = 0x11,
    collections = 0x12,
    snappy_everywhere = 0x13,
    preserve_ttl = 0x14,
    vattr = 0x15,
    pitr = 0x16,  ///< retired
    subdoc_create_as_deleted = 0x17,
    subdoc_document_macro = 0x18,
    subdoc_replace_body_with_xattr = 0x19,
    report_unit_usage = 0x1a,
    non_blocking_throttling = 0x1b,
    subdoc_replica_read = 0x1c,
    get_cluster_config_with_known_version = 0x1d,
    dedupe_not_my_vbucket_clustermap = 0x1e,
    clustermap_change_notification_brief = 0x1f,
    subdoc_multiple_xattr_keys = 0x20,
    subdoc_binary_xattr = 0x21,
    range_scan_include_xattr = 0x22,
    subdoc_replica_read_on_deleted = 0x23,
    get_random_key_include_xattr = 0x24,
    mutate_with_meta = 0x25,
    dcp_skip_deletes = 0x26,
};

/// The name in the specification, "MUTATION_SEQNO"; "UNKNOWN" for a number that has none.
std::string_view name(Feature feature) noexcept;

/// A feature that another one stands on, and what a server does about a HELLO that asks for one without the other.
struct FeatureRequirement {
    enum class WhenMissing : std::uint8_t { not_granted, hello_refused };

    Feature needed;
    WhenMissing when_missing;
};

std::optional<FeatureRequirement> requirement(Feature feature) noexcept;

/// Which features are on. A HELLO's list is a set: servers sort it, repeat nothing and ignore what they do not know.
class FeatureSet {
public:
    constexpr FeatureSet() = default;
    constexpr FeatureSet(std::initializer_list<Feature> features) {
        for (const Feature feature : features) insert(feature);
    }

    constexpr bool contains(Feature feature) const noexcept { return (bits_ & bit(feature)) != 0; }
    /// A number that nobody has given a meaning (64 and above) is not kept.
    constexpr void insert(Feature feature) noexcept { bits_ |= bit(feature); }
    constexpr void erase(Feature feature) noexcept { bits_ &= ~bit(feature); }
    constexpr bool operator==(const FeatureSet&) const noexcept = default;

private:
    static constexpr std::uint64_t bit(Feature feature) noexcept {
        const auto code = static_cast<std::uint16_t>(feature);
        return code < 64 ? std::uint64_t{1} << code : 0;
    }

    std::uint64_t bits_ = 0;
};

}  // namespace txcouchbase::protocol
