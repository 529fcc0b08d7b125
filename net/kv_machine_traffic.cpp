// What a KvMachine counts that is not counted in passing.
// SPDX-License-Identifier: Apache-2.0
#include "net/kv_machine.hpp"

namespace txcouchbase::net {

// It was picked for the sample. Before the first connection an operation's time has not begun.
void KvMachine::time(Operation& operation) noexcept {
    sampler_.go_on();
    if (!arms_on_submit_) return;
    operation.traits.is_timed = true;
    table_.issued_at(operation) = wheel_.now();
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
