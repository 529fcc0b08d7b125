// The commands of the control surface as values, and how they are read from JSON (docs/txcb-cluster.md).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/cluster/network/link.hpp"
#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

namespace control {

struct AddNode {};
struct RemoveNode {
    NodeId node;
};
struct StartRebalance {
    std::vector<NodeId> ejected;
};
struct FailOver {
    NodeId node;
};
struct CreateBucket {
    BucketOptions options;
};
struct DeleteBucket {
    std::string name;
};
struct EmptyBucket {
    std::string name;
};
struct PutUser {
    UserInfo user;
};
struct RemoveUser {
    std::string name;
};
struct Freeze {
    NodeId node;
};
struct Thaw {
    NodeId node;
};
struct Kill {
    NodeId node;
};
struct Restart {
    NodeId node;
};
struct Reset {
    NodeId node;
};
struct SetLink {
    NodeId node;
    LinkFaults faults;
};
struct ChangeSettings {
    std::optional<std::chrono::milliseconds> replication_lag;
    std::optional<std::chrono::milliseconds> persistence_delay;
};
struct SetAlternateAddress {
    NodeId node;
    std::string network;
    AlternateAddress address;
};
struct LoadSample {
    std::string bucket;
};
struct TellState {};
struct Wait {
    std::chrono::milliseconds duration;
};
/// One that nodes run themselves (node_control.hpp).
struct ForNodes {
    std::optional<NodeId> node;  ///< all of them when there is none
    std::string json;
};

}  // namespace control

using ControlCommand =
    std::variant<control::AddNode, control::RemoveNode, control::StartRebalance, control::FailOver,
                 control::CreateBucket, control::DeleteBucket, control::EmptyBucket, control::PutUser,
                 control::RemoveUser, control::Freeze, control::Thaw, control::Kill, control::Restart,
                 control::Reset, control::SetLink, control::ChangeSettings, control::SetAlternateAddress,
                 control::LoadSample, control::TellState, control::Wait, control::ForNodes>;

/// The command, or a sentence that says what is wrong with it.
std::variant<ControlCommand, std::string> read_control(std::string_view json);

}  // namespace txcouchbase::cluster
