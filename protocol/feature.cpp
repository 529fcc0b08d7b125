// SPDX-License-Identifier: Apache-2.0
#include "protocol/feature.hpp"

namespace txcouchbase::protocol {

std::string_view name(Feature feature) noexcept {
    switch (feature) {
        case Feature::datatype: return "Datatype";
        case Feature::tls: return "TLS";
        case Feature::tcp_nodelay: return "TCP_NODELAY";
        case Feature::mutation_seqno: return "MUTATION_SEQNO";
        case Feature::tcp_delay: return "TCP_DELAY";
        case Feature::xattr: return "XATTR";
        case Feature::xerror: return "XERROR";
        case Feature::select_bucket: return "SELECT_BUCKET";
        case Feature::old_collections: return "OLD_COLLECTIONS";
        case Feature::snappy: return "SNAPPY";
        case Feature::json: return "JSON";
        case Feature::duplex: return "DUPLEX";
        case Feature::clustermap_change_notification: return "CLUSTERMAP_CHANGE_NOTIFICATION";
        case Feature::unordered_execution: return "UNORDERED_EXECUTION";
        case Feature::tracing: return "TRACING";
        case Feature::alt_request: return "ALT_REQUEST";
        case Feature::sync_replication: return "SYNC_REPLICATION";
        case Feature::collections: return "COLLECTIONS";
        case Feature::snappy_everywhere: return "SNAPPY_EVERYWHERE";
        case Feature::preserve_ttl: return "PRESERVE_TTL";
        case Feature::vattr: return "VATTR";
        case Feature::pitr: return "PiTR";
        case Feature::subdoc_create_as_deleted: return "SUBDOC_CREATE_AS_DELETED";
        case Feature::subdoc_document_macro: return "SUBDOC_DOCUMENT_MACRO";
        case Feature::subdoc_replace_body_with_xattr: return "SUBDOC_REPLACE_BODY_WITH_XATTR";
        case Feature::report_unit_usage: return "REPORT_UNIT_USAGE";
        case Feature::non_blocking_throttling: return "NON_BLOCKING_THROTTLING";
        case Feature::subdoc_replica_read: return "SUBDOC_REPLICA_READ";
        case Feature::get_cluster_config_with_known_version: return "GET_CLUSTER_CONFIG_WITH_KNOWN_VERSION";
        case Feature::dedupe_not_my_vbucket_clustermap: return "DEDUPE_NOT_MY_VBUCKET_CLUSTERMAP";
        case Feature::clustermap_change_notification_brief: return "CLUSTERMAP_CHANGE_NOTIFICATION_BRIEF";
        case Feature::subdoc_multiple_xattr_keys: return "SUBDOC_MULTIPLE_XATTR_KEYS";
        case Feature::subdoc_binary_xattr: return "SUBDOC_BINARY_XATTR";
        case Feature::range_scan_include_xattr: return "RANGE_SCAN_INCLUDE_XATTR";
        case Feature::subdoc_replica_read_on_deleted: return "SUBDOC_REPLICA_READ_ON_DELETED";
        case Feature::get_random_key_include_xattr: return "GET_RANDOM_KEY_INCLUDE_XATTR";
        case Feature::mutate_with_meta: return "MUTATE_WITH_META";
        case Feature::dcp_skip_deletes: return "DCP_SKIP_DELETES";
    }
    return "UNKNOWN";
}

std::optional<FeatureRequirement> requirement(Feature feature) noexcept {
    using enum FeatureRequirement::WhenMissing;
    switch (feature) {
        case Feature::sync_replication:
        case Feature::preserve_ttl: return FeatureRequirement{Feature::alt_request, not_granted};
        case Feature::snappy_everywhere: return FeatureRequirement{Feature::snappy, not_granted};
        case Feature::vattr:
        case Feature::subdoc_document_macro:
        case Feature::range_scan_include_xattr: return FeatureRequirement{Feature::xattr, hello_refused};
        case Feature::clustermap_change_notification:
        case Feature::clustermap_change_notification_brief:
            return FeatureRequirement{Feature::duplex, hello_refused};
        default: return std::nullopt;
    }
}

}  // namespace txcouchbase::protocol
