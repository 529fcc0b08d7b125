// SPDX-License-Identifier: Apache-2.0
#include "net/handshake.hpp"

namespace txcouchbase::net {

std::string Handshake::start(std::string nonce) {
    nonce_ = std::move(nonce);
    login_.reset();
    code_ = errc::success;
    cause_.clear();
    step_ = Step::talking;
    std::string bytes;
    greet(bytes);
    return bytes;
}

Handshake::Step Handshake::on_frame(const protocol::Frame& frame, std::string& to_send) {
    if (step_ == Step::talking) return enter(on_answer(frame, to_send));
    return enter(fail(errc::protocol_error, "a frame came before anything was asked"));
}

Handshake::Step Handshake::derive(std::string& to_send) {
    return enter(go_on(login_->derive(), to_send));
}

// What the conversation knew of the password goes with it.
Handshake::Step Handshake::enter(Step step) {
    if (step == Step::done || step == Step::failed) login_.reset();
    return step_ = step;
}

Handshake::Step Handshake::log_in(protocol::SaslMechanism mechanism, std::string_view name,
                                  std::string& to_send) {
    login_ = std::make_unique<Login>(*credentials_, mechanism, name, nonce_);
    return go_on(login_->start(), to_send);
}

Handshake::Step Handshake::on_login_reply(const protocol::Frame& frame, std::string& to_send) {
    if (login_ == nullptr) return fail(errc::protocol_error, "a login was answered that nobody asked for");
    return go_on(login_->on_reply(frame), to_send);
}

Handshake::Step Handshake::go_on(Login::Outcome outcome, std::string& to_send) {
    switch (outcome) {
        case Login::Outcome::say:
            protocol::append_request(to_send, login_->request(), {});
            on_login_said(login_->request().opcode, to_send);
            return Step::talking;
        case Login::Outcome::derive: return Step::deriving;
        case Login::Outcome::done: return on_logged_in(to_send);
        case Login::Outcome::failed: break;
    }
    return fail(login_->code(), login_->cause());
}

Handshake::Step Handshake::fail(errc code, std::string cause) {
    code_ = code;
    cause_ = std::move(cause);
    return Step::failed;
}

std::string Handshake::status_name(const protocol::Frame& frame) {
    return std::string{protocol::name(frame.status())};
}

}  // namespace txcouchbase::net
