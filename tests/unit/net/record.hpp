// An operation that remembers what became of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "net/kv_machine.hpp"
#include "protocol/request.hpp"

namespace txcouchbase::net {

using protocol::Opcode;

/// What became of one operation. Named by its key.
struct Record {
    std::string key;
    Operation* operation = nullptr;
    std::uint32_t opaque = 0;
    Opcode opcode{};
    int replies = 0;   ///< all of them, where there are several
    int refusals = 0;  ///< replies with a temporary failure, after which it is to be submitted again
    int ends = 0;
    Error error = {};  ///< of an end without reply
    std::string value = {};
    std::function<void()> at_reply = {};  ///< runs inside on_reply, whether it is the last one or not
    std::function<void()> at_end = {};    ///< runs inside the handler that ends the operation
};

/// KvMachine::submit or KvMachine::hold.
using Entry = char* (KvMachine::*)(Operation&, std::size_t);

/// Issues `request`, whose end `record` will tell. False: the machine refused, and nothing has happened.
bool issue(OperationTable& table, KvMachine& machine, const protocol::Request& request, Duration timeout,
           Record& record, Entry entry = &KvMachine::submit);

}  // namespace txcouchbase::net
