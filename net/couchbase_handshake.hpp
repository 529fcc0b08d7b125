// The handshake with a Couchbase node: features, login, bucket and map in as few round trips as can be.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "net/handshake.hpp"
#include "protocol/feature.hpp"

namespace txcouchbase::net {

/// What a session with a node asks for; the same for all nodes of a connection.
struct CouchbaseSession {
    std::string agent = {};   ///< what the node's log calls us
    std::string bucket = {};  ///< empty: none is selected
    std::vector<protocol::Feature> features = {};
    bool is_tls = false;
};

/// What a node said of itself. Texts are as they came, to be read by whoever needs them.
struct SessionFacts {
    protocol::FeatureSet features = {};
    std::string error_map = {};  ///< JSON; empty when the node has none
    std::string config = {};     ///< the cluster map as JSON; empty when the node has none (yet)
    /// The node knows no GET_CLUSTER_CONFIG: its maps come over HTTP.
    bool lacks_config_command = false;
    bool may_not_see_config = false;  ///< not as this user
};

/**
 *     ->  HELLO + GET_ERROR_MAP + SASL_LIST_MECHS + SASL_AUTH            1st round trip
 *     ->  [SASL_STEP +] SELECT_BUCKET + GET_CLUSTER_CONFIG               2nd
 *
 * The mechanism is guessed: PLAIN over TLS, SCRAM-SHA512 in clear. If the node does not offer it, one round trip more
 * is spent on the best that it does. What follows the login's last word is sent without waiting for the verdict; a
 * node that fails to prove that it knows the password is left all the same, whatever it said to the rest.
 *
 * Errors: auth_error (password, mechanism, proof), bucket_not_found (no such bucket, or no right to it; or not there
 *         yet, which the cause says), protocol_error (not a Couchbase node).
 * Spec:   PROTOCOL 2.3, 6.1, 7.5.
 */
class CouchbaseHandshake final : public Handshake {
public:
    CouchbaseHandshake(std::shared_ptr<const CouchbaseSession> session,
                       std::shared_ptr<const Credentials> credentials)
        : Handshake(std::move(credentials)), session_(std::move(session)) {}

    /// Of this connection, complete when the handshake is done.
    const SessionFacts& facts() const noexcept { return facts_; }
    SessionFacts take_facts() noexcept { return std::move(facts_); }

private:
    void greet(std::string& to_send) override;
    Step on_answer(const protocol::Frame& frame, std::string& to_send) override;
    void on_login_said(protocol::Opcode opcode, std::string& to_send) override;
    Step on_logged_in(std::string& to_send) override;

    Step on_hello(const protocol::Frame& frame);
    Step on_login(const protocol::Frame& frame, std::string& to_send);
    Step on_bucket(const protocol::Frame& frame);
    Step on_config(const protocol::Frame& frame);
    Step next_mechanism(std::string& to_send);
    protocol::SaslMechanism guess() const noexcept {
        return session_->is_tls ? protocol::SaslMechanism::plain : protocol::SaslMechanism::scram_sha512;
    }
    void ask_for_bucket(std::string& to_send);
    /// Whether everything that was asked is answered.
    Step settled() const noexcept {
        return is_logged_in_ && asked_for_bucket_ && awaited_.empty() ? Step::done : Step::talking;
    }
    void ask(protocol::Opcode opcode) { awaited_.push_back(opcode); }

    std::shared_ptr<const CouchbaseSession> session_;
    SessionFacts facts_;
    std::vector<protocol::Opcode> awaited_;  // answers are in order
    std::string offered_;
    bool is_guess_ = false;
    bool is_logged_in_ = false;
    bool asked_for_bucket_ = false;
};

}  // namespace txcouchbase::net
