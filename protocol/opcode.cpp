// SPDX-License-Identifier: Apache-2.0
#include "protocol/opcode.hpp"

namespace txcouchbase::protocol {

std::string_view name(Opcode opcode) noexcept {
    switch (opcode) {
        case Opcode::get: return "GET";
        case Opcode::set: return "SET";
        case Opcode::add: return "ADD";
        case Opcode::replace: return "REPLACE";
        case Opcode::remove: return "DELETE";
        case Opcode::increment: return "INCREMENT";
        case Opcode::decrement: return "DECREMENT";
        case Opcode::quit: return "QUIT";
        case Opcode::flush: return "FLUSH";
        case Opcode::getq: return "GETQ";
        case Opcode::noop: return "NOOP";
        case Opcode::version: return "VERSION";
        case Opcode::getk: return "GETK";
        case Opcode::getkq: return "GETKQ";
        case Opcode::append: return "APPEND";
        case Opcode::prepend: return "PREPEND";
        case Opcode::stat: return "STAT";
        case Opcode::setq: return "SETQ";
        case Opcode::addq: return "ADDQ";
        case Opcode::replaceq: return "REPLACEQ";
        case Opcode::removeq: return "DELETEQ";
        case Opcode::incrementq: return "INCREMENTQ";
        case Opcode::decrementq: return "DECREMENTQ";
        case Opcode::quitq: return "QUITQ";
        case Opcode::flushq: return "FLUSHQ";
        case Opcode::appendq: return "APPENDQ";
        case Opcode::prependq: return "PREPENDQ";
        case Opcode::verbosity: return "VERBOSITY";
        case Opcode::touch: return "TOUCH";
        case Opcode::gat: return "GAT";
        case Opcode::gatq: return "GATQ";
        case Opcode::memcached_gatk: return "GATK";
        case Opcode::memcached_gatkq: return "GATKQ";
        case Opcode::hello: return "HELLO";
        case Opcode::sasl_list_mechs: return "SASL_LIST_MECHS";
        case Opcode::sasl_auth: return "SASL_AUTH";
        case Opcode::sasl_step: return "SASL_STEP";
        case Opcode::select_bucket: return "SELECT_BUCKET";
        case Opcode::list_buckets: return "LIST_BUCKETS";
        case Opcode::get_cluster_config: return "GET_CLUSTER_CONFIG";
        case Opcode::get_error_map: return "GET_ERROR_MAP";
        case Opcode::get_locked: return "GET_LOCKED";
        case Opcode::unlock_key: return "UNLOCK_KEY";
        case Opcode::get_replica: return "GET_REPLICA";
        case Opcode::getex: return "GETEX";
        case Opcode::getex_replica: return "GETEX_REPLICA";
        case Opcode::evict_key: return "EVICT_KEY";
        case Opcode::get_meta: return "GET_META";
        case Opcode::getq_meta: return "GETQ_META";
        case Opcode::set_with_meta: return "SET_WITH_META";
        case Opcode::setq_with_meta: return "SETQ_WITH_META";
        case Opcode::add_with_meta: return "ADD_WITH_META";
        case Opcode::addq_with_meta: return "ADDQ_WITH_META";
        case Opcode::del_with_meta: return "DEL_WITH_META";
        case Opcode::delq_with_meta: return "DELQ_WITH_META";
        case Opcode::mutate_with_meta: return "MUTATE_WITH_META";
        case Opcode::get_random_key: return "GET_RANDOM_KEY";
        case Opcode::get_keys: return "GET_KEYS";
        case Opcode::observe: return "OBSERVE";
        case Opcode::observe_seqno: return "OBSERVE_SEQNO";
        case Opcode::get_failover_log: return "GET_FAILOVER_LOG";
        case Opcode::get_all_vb_seqnos: return "GET_ALL_VB_SEQNOS";
        case Opcode::seqno_persistence: return "SEQNO_PERSISTENCE";
        case Opcode::get_vbucket: return "GET_VBUCKET";
        case Opcode::collections_get_manifest: return "COLLECTIONS_GET_MANIFEST";
        case Opcode::collections_get_id: return "COLLECTIONS_GET_ID";
        case Opcode::collections_get_scope_id: return "COLLECTIONS_GET_SCOPE_ID";
        case Opcode::subdoc_get: return "SUBDOC_GET";
        case Opcode::subdoc_exists: return "SUBDOC_EXISTS";
        case Opcode::subdoc_dict_add: return "SUBDOC_DICT_ADD";
        case Opcode::subdoc_dict_upsert: return "SUBDOC_DICT_UPSERT";
        case Opcode::subdoc_delete: return "SUBDOC_DELETE";
        case Opcode::subdoc_replace: return "SUBDOC_REPLACE";
        case Opcode::subdoc_array_push_last: return "SUBDOC_ARRAY_PUSH_LAST";
        case Opcode::subdoc_array_push_first: return "SUBDOC_ARRAY_PUSH_FIRST";
        case Opcode::subdoc_array_insert: return "SUBDOC_ARRAY_INSERT";
        case Opcode::subdoc_array_add_unique: return "SUBDOC_ARRAY_ADD_UNIQUE";
        case Opcode::subdoc_counter: return "SUBDOC_COUNTER";
        case Opcode::subdoc_multi_lookup: return "SUBDOC_MULTI_LOOKUP";
        case Opcode::subdoc_multi_mutation: return "SUBDOC_MULTI_MUTATION";
        case Opcode::subdoc_get_count: return "SUBDOC_GET_COUNT";
        case Opcode::subdoc_replace_body_with_xattr: return "SUBDOC_REPLACE_BODY_WITH_XATTR";
        case Opcode::range_scan_create: return "RANGE_SCAN_CREATE";
        case Opcode::range_scan_continue: return "RANGE_SCAN_CONTINUE";
        case Opcode::range_scan_cancel: return "RANGE_SCAN_CANCEL";
    }
    return "UNKNOWN";
}

std::string_view name(ServerOpcode opcode) noexcept {
    switch (opcode) {
        case ServerOpcode::clustermap_change_notification: return "CLUSTERMAP_CHANGE_NOTIFICATION";
        case ServerOpcode::authenticate: return "AUTHENTICATE";
        case ServerOpcode::active_external_users: return "ACTIVE_EXTERNAL_USERS";
        case ServerOpcode::get_authorization: return "GET_AUTHORIZATION";
    }
    return "UNKNOWN";
}

}  // namespace txcouchbase::protocol
