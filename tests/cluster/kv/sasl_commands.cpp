// Logging in: PLAIN, and SCRAM with real PBKDF2.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>

#include "tests/cluster/kv/commands.hpp"

namespace txcouchbase::cluster {

using protocol::SaslError;
using protocol::SaslMechanism;
using protocol::SaslOutcome;

namespace {

/// 16 hexadecimal digits, as kv_engine's nonces are.
std::string make_nonce(Node& node) {
    std::array<char, 20> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(node.random()));
    return text.data();
}

void accept(Exchange& exchange, std::string_view user, ByteView server_final) {
    KvSession& session = exchange.session;
    session.user = user;
    session.is_stale = false;
    session.scram.reset();
    // The bucket stays selected only if this user may open it.
    const UserInfo* const info = exchange.node.users.find(user);
    const BucketRights rights = info == nullptr ? BucketRights{} : info->rights(session.bucket);
    if (!rights.may_read && !rights.may_write) session.bucket.clear();
    exchange.answer(Status::success, server_final);
}

void log_in_plainly(Exchange& exchange) {
    const auto credentials = protocol::read_plain_message(exchange.frame.value());
    if (!credentials) return exchange.refuse(Status::einval, "Not a message of PLAIN");
    const UserInfo* const user = exchange.node.users.log_in(credentials->user, credentials->password);
    if (user == nullptr) return exchange.refuse(Status::auth_error);
    accept(exchange, user->name, {});
}

/// What the conversation wants next.
void go_on(Exchange& exchange, SaslOutcome outcome) {
    KvSession& session = exchange.session;
    if (outcome == SaslOutcome::need_key)
        outcome =
            session.scram->supply(exchange.node.users.verifier(session.mechanism, session.scram->user()));
    switch (outcome) {
        case SaslOutcome::respond: return exchange.answer(Status::auth_continue, session.scram->response());
        case SaslOutcome::done: {
            const auto conversation = std::move(session.scram);
            return accept(exchange, conversation->user(), conversation->response());
        }
        default: {
            const bool is_rejected = session.scram->error() == SaslError::rejected;
            session.scram.reset();
            return exchange.refuse(is_rejected ? Status::auth_error : Status::einval);
        }
    }
}

}  // namespace

void run_sasl_list_mechs(Exchange& exchange) {
    exchange.answer(Status::success, exchange.session.is_tls ? "PLAIN SCRAM-SHA512 SCRAM-SHA256 SCRAM-SHA1"
                                                             : "SCRAM-SHA512 SCRAM-SHA256 SCRAM-SHA1 PLAIN");
}

// From here on nobody is logged in until this one succeeds.
void run_sasl_auth(Exchange& exchange) {
    KvSession& session = exchange.session;
    if (session.scram != nullptr) return exchange.refuse(Status::einval, "A login is under way already");
    session.user.clear();
    const auto mechanism = protocol::find_sasl_mechanism(exchange.frame.key());
    if (!mechanism || *mechanism == SaslMechanism::cram_md5)
        return exchange.refuse(Status::einval,
                               "The mechanism is none of SCRAM-SHA512, SCRAM-SHA256, SCRAM-SHA1, "
                               "PLAIN");
    if (*mechanism == SaslMechanism::plain) return log_in_plainly(exchange);
    session.mechanism = *mechanism;
    session.scram = std::make_unique<protocol::ScramServer>(*mechanism, make_nonce(exchange.node));
    go_on(exchange, session.scram->start(exchange.frame.value()));
}

void run_sasl_step(Exchange& exchange) {
    KvSession& session = exchange.session;
    if (session.scram == nullptr) return exchange.refuse(Status::einval, "No login is under way");
    go_on(exchange, session.scram->step(exchange.frame.value()));
}

}  // namespace txcouchbase::cluster
