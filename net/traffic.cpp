// SPDX-License-Identifier: Apache-2.0
#include "net/traffic.hpp"

namespace txcouchbase::net {

// The opcodes that this client sends.
OperationClass class_of(protocol::Opcode opcode) noexcept {
    using enum protocol::Opcode;
    switch (opcode) {
        case get:
        case gat:
        case get_locked:
        case get_replica: return OperationClass::read;
        case set:
        case add:
        case replace:
        case append:
        case prepend:
        case remove:
        case increment:
        case decrement:
        case touch:
        case unlock_key: return OperationClass::mutation;
        default: return OperationClass::other;
    }
}

}  // namespace txcouchbase::net
