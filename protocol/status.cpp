// SPDX-License-Identifier: Apache-2.0
#include "protocol/status.hpp"

namespace txcouchbase::protocol {

std::string_view name(Status status) noexcept {
    switch (status) {
        case Status::success: return "SUCCESS";
        case Status::key_enoent: return "KEY_ENOENT";
        case Status::key_eexists: return "KEY_EEXISTS";
        case Status::e2big: return "E2BIG";
        case Status::einval: return "EINVAL";
        case Status::not_stored: return "NOT_STORED";
        case Status::delta_badval: return "DELTA_BADVAL";
        case Status::not_my_vbucket: return "NOT_MY_VBUCKET";
        case Status::no_bucket: return "NO_BUCKET";
        case Status::locked: return "LOCKED";
        case Status::dcp_stream_not_found: return "DCP_STREAM_NOT_FOUND";
        case Status::opaque_no_match: return "OPAQUE_NO_MATCH";
        case Status::ewould_throttle: return "EWOULD_THROTTLE";
        case Status::econfig_only: return "ECONFIG_ONLY";
        case Status::not_locked: return "NOT_LOCKED";
        case Status::cas_value_invalid: return "CAS_VALUE_INVALID";
        case Status::auth_stale: return "AUTH_STALE";
        case Status::auth_error: return "AUTH_ERROR";
        case Status::auth_continue: return "AUTH_CONTINUE";
        case Status::erange: return "ERANGE";
        case Status::rollback: return "ROLLBACK";
        case Status::eaccess: return "EACCESS";
        case Status::not_initialized: return "NOT_INITIALIZED";
        case Status::encryption_key_not_available: return "ENCRYPTION_KEY_NOT_AVAILABLE";
        case Status::checksum_mismatch: return "CHECKSUM_MISMATCH";
        case Status::expiry_overflow: return "EXPIRY_OVERFLOW";
        case Status::lock_expiry_overflow: return "LOCK_EXPIRY_OVERFLOW";
        case Status::rate_limited_network_ingress: return "RATE_LIMITED_NETWORK_INGRESS";
        case Status::rate_limited_network_egress: return "RATE_LIMITED_NETWORK_EGRESS";
        case Status::rate_limited_max_connections: return "RATE_LIMITED_MAX_CONNECTIONS";
        case Status::rate_limited_max_commands: return "RATE_LIMITED_MAX_COMMANDS";
        case Status::scope_size_limit_exceeded: return "SCOPE_SIZE_LIMIT_EXCEEDED";
        case Status::bucket_size_limit_exceeded: return "BUCKET_SIZE_LIMIT_EXCEEDED";
        case Status::bucket_resident_ratio_too_low: return "BUCKET_RESIDENT_RATIO_TOO_LOW";
        case Status::bucket_data_size_too_big: return "BUCKET_DATA_SIZE_TOO_BIG";
        case Status::bucket_disk_space_too_low: return "BUCKET_DISK_SPACE_TOO_LOW";
        case Status::bucket_paused: return "BUCKET_PAUSED";
        case Status::cancelled: return "CANCELLED";
        case Status::unknown_frame_info: return "UNKNOWN_FRAME_INFO";
        case Status::unknown_command: return "UNKNOWN_COMMAND";
        case Status::enomem: return "ENOMEM";
        case Status::not_supported: return "NOT_SUPPORTED";
        case Status::einternal: return "EINTERNAL";
        case Status::ebusy: return "EBUSY";
        case Status::etmpfail: return "ETMPFAIL";
        case Status::xattr_einval: return "XATTR_EINVAL";
        case Status::unknown_collection: return "UNKNOWN_COLLECTION";
        case Status::cannot_apply_collections_manifest: return "CANNOT_APPLY_COLLECTIONS_MANIFEST";
        case Status::unknown_scope: return "UNKNOWN_SCOPE";
        case Status::dcp_stream_id_invalid: return "DCP_STREAM_ID_INVALID";
        case Status::durability_invalid_level: return "DURABILITY_INVALID_LEVEL";
        case Status::durability_impossible: return "DURABILITY_IMPOSSIBLE";
        case Status::sync_write_in_progress: return "SYNC_WRITE_IN_PROGRESS";
        case Status::sync_write_ambiguous: return "SYNC_WRITE_AMBIGUOUS";
        case Status::sync_write_recommit_in_progress: return "SYNC_WRITE_RECOMMIT_IN_PROGRESS";
        case Status::range_scan_cancelled: return "RANGE_SCAN_CANCELLED";
        case Status::range_scan_more: return "RANGE_SCAN_MORE";
        case Status::range_scan_complete: return "RANGE_SCAN_COMPLETE";
        case Status::vbuuid_not_equal: return "VBUUID_NOT_EQUAL";
        case Status::subdoc_path_enoent: return "SUBDOC_PATH_ENOENT";
        case Status::subdoc_path_mismatch: return "SUBDOC_PATH_MISMATCH";
        case Status::subdoc_path_einval: return "SUBDOC_PATH_EINVAL";
        case Status::subdoc_path_e2big: return "SUBDOC_PATH_E2BIG";
        case Status::subdoc_doc_e2deep: return "SUBDOC_DOC_E2DEEP";
        case Status::subdoc_value_cantinsert: return "SUBDOC_VALUE_CANTINSERT";
        case Status::subdoc_doc_not_json: return "SUBDOC_DOC_NOT_JSON";
        case Status::subdoc_num_erange: return "SUBDOC_NUM_ERANGE";
        case Status::subdoc_delta_einval: return "SUBDOC_DELTA_EINVAL";
        case Status::subdoc_path_eexists: return "SUBDOC_PATH_EEXISTS";
        case Status::subdoc_value_etoodeep: return "SUBDOC_VALUE_ETOODEEP";
        case Status::subdoc_invalid_combo: return "SUBDOC_INVALID_COMBO";
        case Status::subdoc_multi_path_failure: return "SUBDOC_MULTI_PATH_FAILURE";
        case Status::subdoc_success_deleted: return "SUBDOC_SUCCESS_DELETED";
        case Status::subdoc_xattr_invalid_flag_combo: return "SUBDOC_XATTR_INVALID_FLAG_COMBO";
        case Status::subdoc_xattr_invalid_key_combo: return "SUBDOC_XATTR_INVALID_KEY_COMBO";
        case Status::subdoc_xattr_unknown_macro: return "SUBDOC_XATTR_UNKNOWN_MACRO";
        case Status::subdoc_xattr_unknown_vattr: return "SUBDOC_XATTR_UNKNOWN_VATTR";
        case Status::subdoc_xattr_cant_modify_vattr: return "SUBDOC_XATTR_CANT_MODIFY_VATTR";
        case Status::subdoc_multi_path_failure_deleted: return "SUBDOC_MULTI_PATH_FAILURE_DELETED";
        case Status::subdoc_invalid_xattr_order: return "SUBDOC_INVALID_XATTR_ORDER";
        case Status::subdoc_xattr_unknown_vattr_macro: return "SUBDOC_XATTR_UNKNOWN_VATTR_MACRO";
        case Status::subdoc_can_only_revive_deleted_documents:
            return "SUBDOC_CAN_ONLY_REVIVE_DELETED_DOCUMENTS";
        case Status::subdoc_deleted_document_cant_have_value:
            return "SUBDOC_DELETED_DOCUMENT_CANT_HAVE_VALUE";
        case Status::subdoc_field_not_binary_value: return "SUBDOC_FIELD_NOT_BINARY_VALUE";
    }
    return "UNKNOWN";
}

bool has_data_body(Status status) noexcept {
    switch (status) {
        case Status::success:
        case Status::auth_continue:
        case Status::rollback:
        case Status::range_scan_more:
        case Status::range_scan_complete:
        case Status::subdoc_multi_path_failure:
        case Status::subdoc_success_deleted:
        case Status::subdoc_multi_path_failure_deleted: return true;
        default: return false;
    }
}

}  // namespace txcouchbase::protocol
