// Every opcode of the protocol by its name in the specification (PROTOCOL 2).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace txcouchbase::protocol {

/// What a client asks. `remove` is DELETE, which is a keyword. memcached.org's GATK and GATKQ share their numbers with
/// kv_engine's IOCTL_GET and IOCTL_SET (has_two_meanings).
enum class Opcode : std::uint8_t {
    // classic memcached commands (2.1)
    get = 0x00,
    set = 0x01,
    add = 0x02,
    replace = 0x03,
    remove = 0x04,
    increment = 0x05,
    decrement = 0x06,
    quit = 0x07,
    flush = 0x08,
    getq = 0x09,
    noop = 0x0a,
    version = 0x0b,
    getk = 0x0c,
    getkq = 0x0d,
    append = 0x0e,
    prepend = 0x0f,
    stat = 0x10,
    setq = 0x11,
    addq = 0x12,
    replaceq = 0x13,
    removeq = 0x14,
    incrementq = 0x15,
    decrementq = 0x16,
    quitq = 0x17,
    flushq = 0x18,
    appendq = 0x19,
    prependq = 0x1a,
    verbosity = 0x1b,
    touch = 0x1c,
    gat = 0x1d,
    gatq = 0x1e,
    memcached_gatk = 0x23,
    memcached_gatkq = 0x24,
    // session (2.2)
    hello = 0x1f,
    sasl_list_mechs = 0x20,
    sasl_auth = 0x21,
    sasl_step = 0x22,
    select_bucket = 0x89,
    list_buckets = 0x87,
    get_cluster_config = 0xb5,
    get_error_map = 0xfe,
    // documents (2.4)
    get_locked = 0x94,
    unlock_key = 0x95,
    get_replica = 0x83,
    getex = 0x49,
    getex_replica = 0x4a,
    evict_key = 0x93,
    get_meta = 0xa0,
    getq_meta = 0xa1,
    set_with_meta = 0xa2,
    setq_with_meta = 0xa3,
    add_with_meta = 0xa4,
    addq_with_meta = 0xa5,
    del_with_meta = 0xa8,
    delq_with_meta = 0xa9,
    mutate_with_meta = 0x4b,
    get_random_key = 0xb6,
    get_keys = 0xb8,
    observe = 0x92,
    observe_seqno = 0x91,
    get_failover_log = 0x96,
    get_all_vb_seqnos = 0x48,
    seqno_persistence = 0xb7,
    get_vbucket = 0x3e,
    // collections (2.5)
    collections_get_manifest = 0xba,
    collections_get_id = 0xbb,
    collections_get_scope_id = 0xbc,
    // sub-document (2.6)
    subdoc_get = 0xc5,
    subdoc_exists = 0xc6,
    subdoc_dict_add = 0xc7,
    subdoc_dict_upsert = 0xc8,
    subdoc_delete = 0xc9,
    subdoc_replace = 0xca,
    subdoc_array_push_last = 0xcb,
    subdoc_array_push_first = 0xcc,
    subdoc_array_insert = 0xcd,
    subdoc_array_add_unique = 0xce,
    subdoc_counter = 0xcf,
    subdoc_multi_lookup = 0xd0,
    subdoc_multi_mutation = 0xd1,
    subdoc_get_count = 0xd2,
    subdoc_replace_body_with_xattr = 0xd3,
    // range scan (2.7)
    range_scan_create = 0xda,
    range_scan_continue = 0xdb,
    range_scan_cancel = 0xdc,
};

/// What a server asks on its own account (magic 0x82, PROTOCOL 2.8).
enum class ServerOpcode : std::uint8_t {
    clustermap_change_notification = 0x01,
    authenticate = 0x02,
    active_external_users = 0x03,
    get_authorization = 0x04,
};

/// Whether the number means one thing to memcached.org and another to kv_engine, so that a frame alone cannot be called
/// by either name. Whoever issues a command knows its server: name() has the one that we issue.
constexpr bool has_two_meanings(Opcode opcode) noexcept {
    return opcode == Opcode::memcached_gatk || opcode == Opcode::memcached_gatkq;
}

/// The name in the specification, "SUBDOC_DICT_ADD"; "UNKNOWN" for a number that has none.
std::string_view name(Opcode opcode) noexcept;
std::string_view name(ServerOpcode opcode) noexcept;

}  // namespace txcouchbase::protocol
