// How a Core comes up, goes on after failures, and ends.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <txcouchbase/exceptions.hpp>

#include "client/core.hpp"

namespace txcouchbase {

using net::TimePoint;

void Core::on_up(net::KvSession& session) {
    log_up(session);
    if (is_over()) return;  // the log's hook closed the connection
    Node& node = *nodes_[session.machine().index()];
    if (cluster_) {
        net::SessionFacts facts = node.cluster_handshake->take_facts();
        learn_errors(facts.error_map);
        cluster_->on_up(session.machine().index(), std::move(facts));
        return session.machine().arm_unwritten();
    }
    node.connect_error.reset();
    session.machine().arm_unwritten();
    settle_first_attempt(node);
}

void Core::on_lost(net::KvSession& session, const Error& error, bool was_up) {
    if (cluster_ && !was_up) cluster_->on_connect_failed(session.machine().index(), error, now_);
    log_lost(session, error, was_up);
}

void Core::on_connect_failed(net::KvSession& session, const Error& error) {
    log_connect_failed(session, error);
    Node& node = *nodes_[session.machine().index()];
    note(error);
    if (cluster_) return cluster_->on_connect_failed(session.machine().index(), error, now_);
    node.connect_error = error;
    settle_first_attempt(node);
}

// A node that comes and goes while others are still being tried counts once.
void Core::settle_first_attempt(Node& node) {
    if (std::exchange(node.was_tried, true)) return;
    --connecting_nodes_;
    settle_connect();
}

// Connected means that every node was tried and one at least answered; the others are dialled again and again.
void Core::settle_connect() {
    if (state_ != State::connecting || connecting_nodes_ != 0) return;
    const auto is_up = [](const auto& node) { return !node->connect_error; };
    if (std::none_of(nodes_.begin(), nodes_.end(), is_up)) return end_all(State::failed, connect_failure());
    state_ = State::open;
    was_connected_ = true;
    for (auto& node : nodes_)
        if (node->connect_error && !is_over()) node->session->keep_dialling();
    fire_connect_waiters();
}

// The error of a connection that never came up: of its only node, or of all of them in one sentence.
Error Core::connect_failure() const {
    const Error& first = *nodes_.front()->connect_error;
    if (nodes_.size() == 1) return first;
    std::string cause;
    for (const auto& node : nodes_) {
        const Error& error = *node->connect_error;
        if (!cause.empty()) cause += "; ";
        cause += error.detail().node + ": " + error.code().message() + " (" + error.detail().cause + ")";
    }
    return Error{first.code(), {.cause = std::move(cause)}};
}

void Core::close() {
    assert_executor();
    if (state_ == State::closed) return;
    const detail::SharedRef alive{this};
    look_at_clock();
    end_all(State::closed, state_ == State::failed ? final_error_ : Error{errc::connection_closed});
    tear_down_if_unused();
}

// An errback may have dropped the last handle when its operation still counted as in flight.
void Core::tear_down_if_unused() {
    if (is_unused()) wake();
}

void Core::end_all(State state, const Error& error) {
    state_ = state;
    final_error_ = error;
    timer_.reset();
    timer_at_.reset();
    ++timer_generation_;
    if (cluster_) cluster_->stop();
    if (maps_) maps_->stop();
    maps_.reset();
    credentials_.reset();  // with those of the sessions, the last
    ++*dns_attempt_;
    if (dns_) dns_->stop();
    for_each_session([](net::KvSession& session) { session.stop(); });
    for_each_node([&](Node& node) { node.machine.close(error); });
    held_.clear();
    alarms_.run(TimePoint::max());  // whoever waits for one finds that all is over
    fire_connect_waiters();
    fire_room_waiters();
}

void Core::tear_down() {
    torn_down_ = true;
    if (state_ != State::closed) end_all(State::closed, Error{errc::object_destroyed});
    for (Resolver<void>& waiter : std::exchange(destruction_waiters_, {})) waiter.try_callback();
}

void Core::on_loop_gone() noexcept {
    if (loop_gone_) return;
    loop_gone_ = true;
    end_all(State::closed, Error{errc::object_destroyed});
    end_doomed();
    executor_ = nullptr;  // a strand's needs its context even to be destroyed
    if (handles_ == 0 && !torn_down_) tear_down();
}

}  // namespace txcouchbase
