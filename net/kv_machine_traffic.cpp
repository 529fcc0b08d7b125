// What a KvMachine counts that is not counted in passing.
// SPDX-License-Identifier: Apache-2.0
#include "net/kv_machine.hpp"

namespace txcouchbase::net {

void KvMachine::begin_picked(Operation& operation) noexcept {
    if (!arms_on_submit_) return sampler_.go_on_with_next();
    sampler_.go_on();
    operation.traits.is_timed = true;
    table_.issued_at(operation) = wheel_.now();
    wheel_.arm(operation);
}

// A late reply is no end: its operation was over.
void KvMachine::look_back(Operation& operation, bool was_answered) {
    if (operation.traits.is_timed && was_answered && operation.state == OperationState::completing)
        traffic_.latencies[static_cast<std::size_t>(class_of(operation.opcode))].record(
            wheel_.now() - table_.issued_at(operation));
    if (operation.traits.is_watched) tell_watcher(operation, was_answered);
}

void KvMachine::note_end(const Error& error) noexcept {
    if (error.code() == errc::timed_out)
        ++traffic_.timed_out;
    else if (error.code() == errc::cancelled)
        ++traffic_.cancelled;
    else
        ++traffic_.failed;
}

void KvMachine::note_refusal(protocol::Status status) noexcept {
    if (status == protocol::Status::not_my_vbucket) ++traffic_.not_my_vbucket;
}

}  // namespace txcouchbase::net
