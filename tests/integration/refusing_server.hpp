// A server of the binary protocol that refuses what its test wants refused, and writes down all that it was asked.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "protocol/opcode.hpp"
#include "protocol/status.hpp"
#include "tests/integration/scripted_server.hpp"

namespace txcouchbase::test {

class RefusingServer {
public:
    struct Asked {
        protocol::Opcode opcode;
        std::string key;
        int attempt;  ///< how often this key was asked for, this time included
        protocol::Status answered;
    };
    /// What to answer; nothing to stay silent.
    using Decide = std::function<std::optional<protocol::Status>(const Asked& asked)>;

    RefusingServer(boost::asio::io_context& io, Decide decide);

    std::string node() const { return server_.node(); }
    std::string url() const { return server_.url(); }
    const std::vector<Asked>& asked() const noexcept { return asked_; }
    /// The keys asked for, in order, each with "!" where it was refused.
    std::string story() const;

private:
    std::string answer(const std::string& bytes);

    Decide decide_;
    std::vector<Asked> asked_;
    std::map<std::string, int> attempts_;
    ScriptedServer server_;
};

}  // namespace txcouchbase::test
