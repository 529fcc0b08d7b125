// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/control/controller.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cluster/cluster.hpp"
#include "tests/cluster/control/command_members.hpp"
#include "tests/cluster/control/state_answer.hpp"

namespace txcouchbase::cluster {

namespace {

std::string spell(NodeId node) {
    return "node " + std::to_string(node);
}

/// Why a command must wait for another.
struct NotNow : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void require_running(NodeId node, const NodePlace& place) {
    if (place.status() == NodeStatus::down) throw NotNow(spell(node) + " is down");
    if (place.status() == NodeStatus::frozen) throw NotNow(spell(node) + " is frozen");
}

}  // namespace

Controller::Controller(Manager& manager, NodePlaces& places, NodeRouter& router, Later later)
    : manager_(manager), makers_(places), router_(router), later_(std::move(later)) {}

void Controller::execute(std::string_view json, Done done) {
    const auto command = read_control(json);
    if (const auto* words = std::get_if<std::string>(&command)) return done(Refusal{400, *words});
    const auto refuse = [done](unsigned status, const std::exception& why) {
        done(Refusal{status, why.what()});
    };
    try {
        std::visit([&](const auto& what) { run(what, std::move(done)); }, std::get<ControlCommand>(command));
    } catch (const Refused& refused) {
        refuse(404, refused);
    } catch (const NotNow& not_now) {
        refuse(409, not_now);
    } catch (const ClusterError& error) {
        refuse(500, error);
    }
}

void Controller::answer(Done done, std::optional<Refusal> refusal, std::string json) {
    if (refusal) return done(*std::move(refusal));
    when_settled([done = std::move(done), json = std::move(json)] { done(json); });
}

void Controller::when_settled(std::function<void()> then) {
    auto left = std::make_shared<std::size_t>(1 + places_.size());
    const std::function<void()> count = [left, then = std::move(then)] {
        if (--*left == 0) then();
    };
    for (const auto& [node, place] : places_) place->when_settled(count);
    count();
}

NodePlace* Controller::place(NodeId node) noexcept {
    const auto found = places_.find(node);
    return found == places_.end() ? nullptr : found->second.get();
}

NodePlace& Controller::find(NodeId node) {
    NodePlace* const found = place(node);
    if (found == nullptr) throw Refused(spell(node) + " is not part of the cluster");
    return *found;
}

void Controller::start_nodes(std::size_t count) {
    std::vector<std::unique_ptr<NodePlace>> begun;
    for (std::size_t i = 0; i != count; ++i)
        begun.push_back(makers_.make(next_node_ + static_cast<NodeId>(i), router_));
    for (std::unique_ptr<NodePlace>& place : begun) {
        const Ports ports = place->ports();
        next_node_ = manager_.add_node(ports);
        places_[next_node_] = std::move(place);
        manager_.on_node_up(next_node_++);
    }
}

void Controller::run(const control::AddNode&, Done done) {
    start_nodes(1);
    answer(std::move(done), {}, nlohmann::json{{"node", next_node_ - 1}}.dump());
}

void Controller::run(const control::RemoveNode& command, Done done) {
    find(command.node);
    run(control::StartRebalance{{command.node}}, std::move(done));
}

void Controller::run(const control::StartRebalance& command, Done done) {
    if (auto refusal = manager_.rebalance(command.ejected)) return done(*std::move(refusal));
    rebalance_ = Rebalance{.done = std::move(done)};
    on_manager_moved();
}

void Controller::on_manager_moved() {
    if (!rebalance_ || manager_.is_rebalancing()) return;
    Rebalance over = *std::exchange(rebalance_, std::nullopt);
    if (over.failure) return over.done(Refusal{409, *over.failure});
    stop_ejected();
    answer(std::move(over.done), {});
}

void Controller::stop_ejected() {
    std::vector<NodeId> ejected;
    for (const auto& [node, place] : places_)
        if (manager_.state()->find_node(node) == nullptr) ejected.push_back(node);
    for (const NodeId node : ejected) {
        if (places_[node]->status() != NodeStatus::down) places_[node]->kill();
        manager_.on_node_down(node);
        places_.erase(node);
    }
}

void Controller::note_failure(std::string words) {
    if (rebalance_) rebalance_->failure = "the rebalance was stopped: " + std::move(words);
}

void Controller::on_node_lost(NodeId node) {
    note_failure(spell(node) + " went down");
    manager_.on_node_down(node);
    on_manager_moved();
}

void Controller::run(const control::FailOver& command, Done done) {
    std::optional<Refusal> refusal = manager_.fail_over(command.node);
    if (!refusal) note_failure(spell(command.node) + " was failed over");
    on_manager_moved();
    answer(std::move(done), std::move(refusal));
}

void Controller::run(const control::CreateBucket& command, Done done) {
    answer(std::move(done), manager_.create_bucket(command.options));
}
void Controller::run(const control::DeleteBucket& command, Done done) {
    answer(std::move(done), manager_.delete_bucket(command.name));
}
void Controller::run(const control::EmptyBucket& command, Done done) {
    answer(std::move(done), manager_.flush_bucket(command.name));
}
void Controller::run(const control::PutUser& command, Done done) {
    answer(std::move(done), manager_.put_user(command.user));
}
void Controller::run(const control::RemoveUser& command, Done done) {
    answer(std::move(done), manager_.remove_user(command.name));
}

void Controller::run(const control::Freeze& command, Done done) {
    NodePlace& place = find(command.node);
    require_running(command.node, place);
    place.freeze();
    answer(std::move(done), {});
}

void Controller::run(const control::Thaw& command, Done done) {
    NodePlace& place = find(command.node);
    if (place.status() != NodeStatus::frozen) throw NotNow(spell(command.node) + " is not frozen");
    place.thaw();
    answer(std::move(done), {});
}

void Controller::run(const control::Kill& command, Done done) {
    NodePlace& place = find(command.node);
    if (place.status() == NodeStatus::down) throw NotNow(spell(command.node) + " is down");
    place.kill();
    on_node_lost(command.node);
    answer(std::move(done), {});
}

void Controller::run(const control::Restart& command, Done done) {
    NodePlace& place = find(command.node);
    if (place.status() != NodeStatus::down) throw NotNow(spell(command.node) + " is not down");
    place.restart();
    manager_.on_node_up(command.node);
    answer(std::move(done), {});
}

void Controller::run(const control::Reset& command, Done done) {
    NodePlace& place = find(command.node);
    require_running(command.node, place);
    place.reset_connections();
    answer(std::move(done), {});
}

void Controller::run(const control::SetLink& command, Done done) {
    find(command.node).set_faults(command.faults);
    answer(std::move(done), {});
}

void Controller::run(const control::ChangeSettings& command, Done done) {
    ClusterSettings settings = manager_.state()->settings;
    settings.replication_lag = command.replication_lag.value_or(
        std::chrono::duration_cast<std::chrono::milliseconds>(settings.replication_lag));
    settings.persistence_delay = command.persistence_delay.value_or(
        std::chrono::duration_cast<std::chrono::milliseconds>(settings.persistence_delay));
    manager_.set_settings(settings);
    answer(std::move(done), {});
}

void Controller::run(const control::SetAlternateAddress& command, Done done) {
    find(command.node);
    manager_.set_alternate_address(command.node, command.network, command.address);
    answer(std::move(done), {});
}
void Controller::run(const control::LoadSample& command, Done done) {
    if (manager_.is_rebalancing()) throw NotNow("samples cannot be loaded during a rebalance");
    for (const auto& [node, place] : places_) require_running(node, *place);
    if (!manager_.state()->find_bucket(command.bucket))
        if (auto refusal = manager_.create_bucket({.name = command.bucket})) return done(*std::move(refusal));
    for (const auto& [node, place] : places_) place->load_sample(command.bucket);
    answer(std::move(done), {});
}

void Controller::run(const control::TellState&, Done done) {
    done(describe_cluster(*manager_.state(), manager_.is_rebalancing(),
                          [this](NodeId node) { return places_.at(node)->status(); }));
}

void Controller::run(const control::Wait& command, Done done) {
    later_(command.duration, [done = std::move(done)] { done("{}"); });
}

void Controller::run(const control::ForNodes& command, Done done) {
    const auto tell = [&](NodePlace& place) { place.deliver(manager_id, NodeControl{command.json}); };
    if (command.node) {
        NodePlace& place = find(*command.node);
        if (place.status() == NodeStatus::down) throw NotNow(spell(*command.node) + " is down");
        tell(place);
    } else {
        for (const auto& [node, place] : places_) tell(*place);
    }
    answer(std::move(done), {});
}

}  // namespace txcouchbase::cluster
