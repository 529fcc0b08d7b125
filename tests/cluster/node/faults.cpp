// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/node/faults.hpp"

#include <algorithm>

namespace txcouchbase::cluster {
namespace {

using protocol::Opcode;

/// A fault without an opcode is for what a client asks, not for how it comes to ask.
bool is_of_the_handshake(Opcode opcode) noexcept {
    switch (opcode) {
        case Opcode::hello:
        case Opcode::sasl_list_mechs:
        case Opcode::sasl_auth:
        case Opcode::sasl_step:
        case Opcode::select_bucket:
        case Opcode::get_cluster_config:
        case Opcode::get_error_map: return true;
        default: return false;
    }
}

}  // namespace

std::optional<Fault> FaultTable::take(Opcode opcode, std::string_view bucket, std::string_view key) {
    const auto found = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) {
        const bool is_opcode = fault.opcode ? *fault.opcode == opcode : !is_of_the_handshake(opcode);
        return is_opcode && (fault.bucket.empty() || fault.bucket == bucket) &&
               key.starts_with(fault.key_prefix);
    });
    if (found == faults_.end()) return std::nullopt;
    const Fault taken = *found;
    if (found->count <= 1)
        faults_.erase(found);
    else
        --found->count;
    return taken;
}

}  // namespace txcouchbase::cluster
