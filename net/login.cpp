// SPDX-License-Identifier: Apache-2.0
#include "net/login.hpp"

#include "protocol/session_requests.hpp"

namespace txcouchbase::net {

using protocol::SaslOutcome;
using protocol::Status;

namespace {

/// About a millisecond of SHA-512: what a turn of the event loop can spare.
constexpr std::uint32_t rounds_per_slice = 1'000;

}  // namespace

Login::Login(const Credentials& credentials, protocol::SaslMechanism mechanism, std::string_view name,
             protocol::ByteView nonce)
    : credentials_(credentials),
      name_(name),
      sasl_(mechanism, credentials.username.view(), credentials.password.view(), nonce) {}

Login::Outcome Login::start() {
    return go_on(sasl_.start());
}

Login::Outcome Login::on_reply(const protocol::Frame& frame) {
    switch (frame.status()) {
        case Status::auth_continue: was_challenged_ = true; return go_on(sasl_.step(frame.value()));
        case Status::success: return go_on(sasl_.finish(frame.value()));
        default:
            return fail(errc::auth_error,
                        "the login was refused with status " + std::string{protocol::name(frame.status())});
    }
}

Login::Outcome Login::go_on(SaslOutcome outcome) {
    switch (outcome) {
        case SaslOutcome::respond: return Outcome::say;
        case SaslOutcome::need_key: return begin_derivation();
        case SaslOutcome::done: return Outcome::done;
        case SaslOutcome::failed: break;
    }
    return fail(errc::auth_error, "the login failed: " + std::string{protocol::name(sasl_.error())});
}

Login::Outcome Login::begin_derivation() {
    const protocol::Digest& known =
        credentials_.salted.find(sasl_.mechanism(), sasl_.salt(), sasl_.iterations());
    if (!known.empty()) return go_on(sasl_.supply(known));
    derivation_.emplace(sasl_.mechanism(), credentials_.password.view(), sasl_.salt(), sasl_.iterations());
    return derive();
}

Login::Outcome Login::derive() {
    if (!derivation_->advance(rounds_per_slice)) return Outcome::derive;
    const protocol::Digest salted = derivation_->result();
    derivation_.reset();
    if (!salted.empty()) credentials_.salted.put(sasl_.mechanism(), sasl_.salt(), sasl_.iterations(), salted);
    return go_on(sasl_.supply(salted));
}

protocol::Request Login::request() const noexcept {
    return was_challenged_ ? protocol::request::sasl_step(name_, sasl_.response())
                           : protocol::request::sasl_auth(name_, sasl_.response());
}

Login::Outcome Login::fail(errc code, std::string cause) {
    code_ = code;
    cause_ = std::move(cause);
    return Outcome::failed;
}

}  // namespace txcouchbase::net
