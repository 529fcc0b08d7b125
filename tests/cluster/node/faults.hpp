// What shall go wrong: answers that the control surface asked a node to falsify, so many times.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/opcode.hpp"
#include "protocol/status.hpp"

namespace txcouchbase::cluster {

enum class FaultKind : std::uint8_t {
    status,             ///< answer with `status` and do nothing
    drop_reply,         ///< do it and say nothing
    duplicate,          ///< do it and answer twice
    wrong_opaque,       ///< do it and answer to an opaque that nobody used
    wrong_opcode,       ///< do it and answer as another command
    close,              ///< close the connection instead
    execute_and_close,  ///< do it, then close the connection without the answer
};

/// Applies to requests that match everything it names.
struct Fault {
    FaultKind kind = FaultKind::status;
    protocol::Status status = protocol::Status::etmpfail;
    std::optional<protocol::Opcode> opcode =
        {};                   ///< every command but those of the handshake when there is none
    std::string bucket = {};  ///< every bucket when empty
    std::string key_prefix = {};
    std::uint64_t count = 1;  ///< how many requests; then the fault is spent
};

class FaultTable {
public:
    void add(Fault fault) { faults_.push_back(std::move(fault)); }
    void clear() noexcept { faults_.clear(); }
    /// Takes one use of the oldest fault that matches.
    std::optional<Fault> take(protocol::Opcode opcode, std::string_view bucket, std::string_view key);

private:
    std::vector<Fault> faults_;
};

}  // namespace txcouchbase::cluster
