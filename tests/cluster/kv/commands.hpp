// Every command that a node knows, by opcode.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster/kv/exchange.hpp"

namespace txcouchbase::cluster {

using Command = void (*)(Exchange&);

/// What a quiet command keeps to itself.
enum class Quiet : std::uint8_t { no, success, miss };

struct CommandInfo {
    Command run = nullptr;
    Quiet quiet = Quiet::no;
    /// The server's words for what the user must be allowed to do with the selected bucket; empty: nothing.
    std::string_view reads = {};
    std::string_view writes = {};

    bool needs_bucket() const noexcept { return !reads.empty() || !writes.empty(); }
};

/// Null for what this node does not know.
const CommandInfo* find_command(Opcode opcode) noexcept;

// document_commands.cpp
void run_get(Exchange& exchange);
void run_getk(Exchange& exchange);
void run_set(Exchange& exchange);
void run_add(Exchange& exchange);
void run_replace(Exchange& exchange);
void run_append(Exchange& exchange);
void run_prepend(Exchange& exchange);
void run_remove(Exchange& exchange);
void run_increment(Exchange& exchange);
void run_decrement(Exchange& exchange);
void run_touch(Exchange& exchange);
void run_get_and_touch(Exchange& exchange);
void run_get_locked(Exchange& exchange);
void run_unlock(Exchange& exchange);

// vbucket_commands.cpp
void run_get_replica(Exchange& exchange);
void run_get_meta(Exchange& exchange);
void run_get_random_key(Exchange& exchange);
void run_get_keys(Exchange& exchange);
void run_observe(Exchange& exchange);
void run_observe_seqno(Exchange& exchange);
void run_get_failover_log(Exchange& exchange);
void run_get_all_vb_seqnos(Exchange& exchange);
void run_get_vbucket(Exchange& exchange);
void run_flush(Exchange& exchange);

// session_commands.cpp
void run_noop(Exchange& exchange);
void run_version(Exchange& exchange);
void run_quit(Exchange& exchange);
void run_hello(Exchange& exchange);
void run_select_bucket(Exchange& exchange);
void run_list_buckets(Exchange& exchange);
void run_get_cluster_config(Exchange& exchange);
void run_get_error_map(Exchange& exchange);

// sasl_commands.cpp
void run_sasl_list_mechs(Exchange& exchange);
void run_sasl_auth(Exchange& exchange);
void run_sasl_step(Exchange& exchange);

// stat_command.cpp
void run_stat(Exchange& exchange);

}  // namespace txcouchbase::cluster
