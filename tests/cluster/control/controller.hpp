// Runs the commands of the control surface: decisions are the manager's, accidents happen to places.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "tests/cluster/control/control_command.hpp"
#include "tests/cluster/control/node_place.hpp"
#include "tests/cluster/manager/manager.hpp"

namespace txcouchbase::cluster {

/// JSON, or why not.
using ControlAnswer = std::variant<std::string, Refusal>;

/**
 * No clock, no thread, no socket.
 *
 * When:   a command is answered once every node that runs knows of it; a rebalance once it is over. Commands may
 *         overlap: a rebalance that waits for a frozen node can be helped by a thaw.
 * Errors: Refusal with a sentence: 400 for a command that makes no sense, 404 for who is not there, 409 for what
 *         cannot be done now.
 */
class Controller {
public:
    using Done = std::function<void(ControlAnswer)>;
    using Later = std::function<void(std::chrono::milliseconds, std::function<void()>)>;

    Controller(Manager& manager, NodePlaces& places, NodeRouter& router, Later later);

    void execute(std::string_view json, Done done);

    /// To be called after every message to the manager: rebalances may be over.
    void on_manager_moved();
    void on_node_lost(NodeId node);
    /// Null when there is no such node.
    NodePlace* place(NodeId node) noexcept;

    /// At the start of a cluster: nodes at once, as many. Errors: ClusterError.
    void start_nodes(std::size_t count);
    /// Calls back when every node that runs has done what it was told.
    void when_settled(std::function<void()> then);

private:
    struct Rebalance {
        Done done;
        std::optional<std::string> failure = {};
    };

    void run(const control::AddNode& command, Done done);
    void run(const control::RemoveNode& command, Done done);
    void run(const control::StartRebalance& command, Done done);
    void run(const control::FailOver& command, Done done);
    void run(const control::CreateBucket& command, Done done);
    void run(const control::DeleteBucket& command, Done done);
    void run(const control::EmptyBucket& command, Done done);
    void run(const control::PutUser& command, Done done);
    void run(const control::RemoveUser& command, Done done);
    void run(const control::Freeze& command, Done done);
    void run(const control::Thaw& command, Done done);
    void run(const control::Kill& command, Done done);
    void run(const control::Restart& command, Done done);
    void run(const control::Reset& command, Done done);
    void run(const control::SetLink& command, Done done);
    void run(const control::ChangeSettings& command, Done done);
    void run(const control::SetAlternateAddress& command, Done done);
    void run(const control::LoadSample& command, Done done);
    void run(const control::TellState& command, Done done);
    void run(const control::Wait& command, Done done);
    void run(const control::ForNodes& command, Done done);

    /// The answer of a command that changed something: when all nodes know it.
    void answer(Done done, std::optional<Refusal> refusal, std::string json = "{}");
    NodePlace& find(NodeId node);
    /// Nodes that the manager has forgotten.
    void stop_ejected();
    void note_failure(std::string words);

    Manager& manager_;
    NodePlaces& makers_;
    NodeRouter& router_;
    Later later_;
    std::map<NodeId, std::unique_ptr<NodePlace>> places_ = {};
    NodeId next_node_ = 0;
    std::optional<Rebalance> rebalance_ = {};
};

}  // namespace txcouchbase::cluster
