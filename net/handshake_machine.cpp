// SPDX-License-Identifier: Apache-2.0
#include "net/handshake_machine.hpp"

#include "protocol/classic_requests.hpp"
#include "protocol/session_requests.hpp"

namespace txcouchbase::net {

using protocol::Opcode;
using protocol::SaslOutcome;
using protocol::Status;

namespace {

std::string status_name(const protocol::Frame& frame) {
    return std::string{protocol::name(frame.status())};
}

}  // namespace

std::string HandshakeMachine::start(std::string nonce) {
    step_ = Step::version;
    nonce_ = std::move(nonce);
    sasl_.reset();
    std::string bytes;
    protocol::append_request(bytes, protocol::request::version(), {});
    return bytes;
}

HandshakeMachine::Step HandshakeMachine::on_frame(const protocol::Frame& frame, std::string& to_send) {
    switch (step_) {
        case Step::version:
            if (frame.opcode() != Opcode::version)
                return fail(errc::protocol_error, "VERSION was answered by another command");
            if (frame.status() != Status::success)
                return fail(errc::protocol_error, "VERSION was refused with status " + status_name(frame));
            if (credentials_ == nullptr) return end(Step::done);
            protocol::append_request(to_send, protocol::request::sasl_list_mechs(), {});
            return step_ = Step::mechanisms;
        case Step::mechanisms: return on_mechanisms(frame, to_send);
        case Step::login: return on_login(frame, to_send);
        default: return fail(errc::protocol_error, "a frame came before anything was asked");
    }
}

HandshakeMachine::Step HandshakeMachine::on_mechanisms(const protocol::Frame& frame, std::string& to_send) {
    if (frame.opcode() != Opcode::sasl_list_mechs)
        return fail(errc::protocol_error, "SASL_LIST_MECHS was answered by another command");
    if (frame.status() == Status::unknown_command) return end(Step::done);
    if (frame.status() != Status::success)
        return fail(errc::auth_error, "SASL_LIST_MECHS was refused with status " + status_name(frame));
    const auto offer = protocol::choose_sasl_mechanism(
        frame.value(), protocol::ChannelSecurity::clear,
        credentials_->allow_plain ? protocol::PlainInClear::allowed : protocol::PlainInClear::refused);
    if (!offer)
        return fail(errc::auth_error,
                    "no mechanism offered keeps the password secret; allow_plain would send it in clear");
    sasl_ = std::make_unique<protocol::SaslClient>(offer->mechanism, credentials_->username.view(),
                                                   credentials_->password.view(), nonce_);
    mechanism_ = offer->name;
    step_ = Step::login;
    return say(sasl_->start(), Opcode::sasl_auth, to_send);
}

HandshakeMachine::Step HandshakeMachine::on_login(const protocol::Frame& frame, std::string& to_send) {
    if (frame.opcode() != Opcode::sasl_auth && frame.opcode() != Opcode::sasl_step)
        return fail(errc::protocol_error, "the login was answered by another command");
    switch (frame.status()) {
        case Status::auth_continue: return say(sasl_->step(frame.value()), Opcode::sasl_step, to_send);
        case Status::success: return say(sasl_->finish(frame.value()), Opcode::sasl_step, to_send);
        default: return fail(errc::auth_error, "the login was refused with status " + status_name(frame));
    }
}

// Does what the conversation wants next.
HandshakeMachine::Step HandshakeMachine::say(SaslOutcome outcome, Opcode opcode, std::string& to_send) {
    if (outcome == SaslOutcome::need_key)
        outcome = sasl_->supply(protocol::salted_password(sasl_->mechanism(), credentials_->password.view(),
                                                          sasl_->salt(), sasl_->iterations()));
    switch (outcome) {
        case SaslOutcome::respond: {
            const protocol::Request request =
                opcode == Opcode::sasl_auth ? protocol::request::sasl_auth(mechanism_, sasl_->response())
                                            : protocol::request::sasl_step(mechanism_, sasl_->response());
            protocol::append_request(to_send, request, {});
            return step_;
        }
        case SaslOutcome::done: return end(Step::done);
        default:
            return fail(errc::auth_error, "the login failed: " + std::string{protocol::name(sasl_->error())});
    }
}

HandshakeMachine::Step HandshakeMachine::fail(errc code, std::string cause) {
    code_ = code;
    cause_ = std::move(cause);
    return end(Step::failed);
}

// What the conversation knew of the password goes with it.
HandshakeMachine::Step HandshakeMachine::end(Step step) {
    sasl_.reset();
    return step_ = step;
}

}  // namespace txcouchbase::net
