// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/kv/commands.hpp"

namespace txcouchbase::cluster {

const CommandInfo* find_command(Opcode opcode) noexcept {
    using enum Quiet;
    static constexpr CommandInfo get{run_get, no, "Read"};
    static constexpr CommandInfo getq{run_get, miss, "Read"};
    static constexpr CommandInfo getk{run_getk, no, "Read"};
    static constexpr CommandInfo getkq{run_getk, miss, "Read"};
    static constexpr CommandInfo set{run_set, no, {}, "Upsert"};
    static constexpr CommandInfo setq{run_set, success, {}, "Upsert"};
    static constexpr CommandInfo add{run_add, no, {}, "Upsert"};
    static constexpr CommandInfo addq{run_add, success, {}, "Upsert"};
    static constexpr CommandInfo replace{run_replace, no, {}, "Upsert"};
    static constexpr CommandInfo replaceq{run_replace, success, {}, "Upsert"};
    static constexpr CommandInfo remove{run_remove, no, {}, "Delete"};
    static constexpr CommandInfo removeq{run_remove, success, {}, "Delete"};
    static constexpr CommandInfo increment{run_increment, no, "Read", "Upsert"};
    static constexpr CommandInfo incrementq{run_increment, success, "Read", "Upsert"};
    static constexpr CommandInfo decrement{run_decrement, no, "Read", "Upsert"};
    static constexpr CommandInfo decrementq{run_decrement, success, "Read", "Upsert"};
    static constexpr CommandInfo append{run_append, no, {}, "Upsert"};
    static constexpr CommandInfo appendq{run_append, success, {}, "Upsert"};
    static constexpr CommandInfo prepend{run_prepend, no, {}, "Upsert"};
    static constexpr CommandInfo prependq{run_prepend, success, {}, "Upsert"};
    static constexpr CommandInfo touch{run_touch, no, {}, "Upsert"};
    static constexpr CommandInfo gat{run_get_and_touch, no, "Read", "Upsert"};
    static constexpr CommandInfo gatq{run_get_and_touch, miss, "Read", "Upsert"};
    static constexpr CommandInfo get_locked{run_get_locked, no, "Read"};
    static constexpr CommandInfo unlock{run_unlock, no, "Read"};
    static constexpr CommandInfo get_replica{run_get_replica, no, "Read"};
    static constexpr CommandInfo get_meta{run_get_meta, no, "MetaRead"};
    static constexpr CommandInfo getq_meta{run_get_meta, miss, "MetaRead"};
    static constexpr CommandInfo get_random_key{run_get_random_key, no, "Read"};
    static constexpr CommandInfo get_keys{run_get_keys, no, "Read"};
    static constexpr CommandInfo observe{run_observe, no, "MetaRead"};
    static constexpr CommandInfo observe_seqno{run_observe_seqno, no, "MetaRead"};
    static constexpr CommandInfo get_failover_log{run_get_failover_log, no, "Read"};
    static constexpr CommandInfo get_all_vb_seqnos{run_get_all_vb_seqnos, no, "MetaRead"};
    static constexpr CommandInfo get_vbucket{run_get_vbucket};
    static constexpr CommandInfo flush{run_flush};
    static constexpr CommandInfo flushq{run_flush, success};
    static constexpr CommandInfo noop{run_noop};
    static constexpr CommandInfo version{run_version};
    static constexpr CommandInfo quit{run_quit};
    static constexpr CommandInfo quitq{run_quit, success};
    static constexpr CommandInfo stat{run_stat};
    static constexpr CommandInfo hello{run_hello};
    static constexpr CommandInfo sasl_list_mechs{run_sasl_list_mechs};
    static constexpr CommandInfo sasl_auth{run_sasl_auth};
    static constexpr CommandInfo sasl_step{run_sasl_step};
    static constexpr CommandInfo select_bucket{run_select_bucket};
    static constexpr CommandInfo list_buckets{run_list_buckets};
    static constexpr CommandInfo get_cluster_config{run_get_cluster_config};
    static constexpr CommandInfo get_error_map{run_get_error_map};

    switch (opcode) {
        case Opcode::get: return &get;
        case Opcode::getq: return &getq;
        case Opcode::getk: return &getk;
        case Opcode::getkq: return &getkq;
        case Opcode::set: return &set;
        case Opcode::setq: return &setq;
        case Opcode::add: return &add;
        case Opcode::addq: return &addq;
        case Opcode::replace: return &replace;
        case Opcode::replaceq: return &replaceq;
        case Opcode::remove: return &remove;
        case Opcode::removeq: return &removeq;
        case Opcode::increment: return &increment;
        case Opcode::incrementq: return &incrementq;
        case Opcode::decrement: return &decrement;
        case Opcode::decrementq: return &decrementq;
        case Opcode::append: return &append;
        case Opcode::appendq: return &appendq;
        case Opcode::prepend: return &prepend;
        case Opcode::prependq: return &prependq;
        case Opcode::touch: return &touch;
        case Opcode::gat: return &gat;
        case Opcode::gatq: return &gatq;
        case Opcode::get_locked: return &get_locked;
        case Opcode::unlock_key: return &unlock;
        case Opcode::get_replica: return &get_replica;
        case Opcode::get_meta: return &get_meta;
        case Opcode::getq_meta: return &getq_meta;
        case Opcode::get_random_key: return &get_random_key;
        case Opcode::get_keys: return &get_keys;
        case Opcode::observe: return &observe;
        case Opcode::observe_seqno: return &observe_seqno;
        case Opcode::get_failover_log: return &get_failover_log;
        case Opcode::get_all_vb_seqnos: return &get_all_vb_seqnos;
        case Opcode::get_vbucket: return &get_vbucket;
        case Opcode::flush: return &flush;
        case Opcode::flushq: return &flushq;
        case Opcode::noop: return &noop;
        case Opcode::version: return &version;
        case Opcode::quit: return &quit;
        case Opcode::quitq: return &quitq;
        case Opcode::stat: return &stat;
        case Opcode::hello: return &hello;
        case Opcode::sasl_list_mechs: return &sasl_list_mechs;
        case Opcode::sasl_auth: return &sasl_auth;
        case Opcode::sasl_step: return &sasl_step;
        case Opcode::select_bucket: return &select_bucket;
        case Opcode::list_buckets: return &list_buckets;
        case Opcode::get_cluster_config: return &get_cluster_config;
        case Opcode::get_error_map: return &get_error_map;
        default: return nullptr;
    }
}

}  // namespace txcouchbase::cluster
