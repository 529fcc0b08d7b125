// SPDX-License-Identifier: Apache-2.0
#include "net/couchbase_handshake.hpp"

#include <utility>

#include "protocol/session_requests.hpp"
#include "protocol/session_responses.hpp"

namespace txcouchbase::net {

using protocol::Opcode;
using protocol::Status;

namespace {

constexpr std::uint16_t newest_error_map = 2;

}  // namespace

void CouchbaseHandshake::greet(std::string& to_send) {
    facts_ = {};
    awaited_.clear();
    offered_.clear();
    is_logged_in_ = credentials() == nullptr;
    asked_for_bucket_ = false;
    protocol::append_request(to_send, protocol::request::hello(session_->agent, session_->features), {});
    ask(Opcode::hello);
    protocol::append_request(to_send, protocol::request::get_error_map(newest_error_map), {});
    ask(Opcode::get_error_map);
    if (is_logged_in_) return ask_for_bucket(to_send);
    protocol::append_request(to_send, protocol::request::sasl_list_mechs(), {});
    ask(Opcode::sasl_list_mechs);
    is_guess_ = true;
    // Credentials that no mechanism can carry fail here, before anything of them is sent; the first answer ends it.
    log_in(guess(), protocol::name(guess()), to_send);
}

Handshake::Step CouchbaseHandshake::on_answer(const protocol::Frame& frame, std::string& to_send) {
    // A push may come at any time; the map that it announces is asked for anyway.
    if (frame.magic() == protocol::Magic::server_request) return Step::talking;
    if (awaited_.empty() || frame.opcode() != awaited_.front())
        return fail(errc::protocol_error, "not a Couchbase node: its answers are not to what was asked");
    if (code() != errc::success) return Step::failed;
    awaited_.erase(awaited_.begin());
    switch (frame.opcode()) {
        case Opcode::hello: return on_hello(frame);
        case Opcode::get_error_map:
            if (frame.status() == Status::success) facts_.error_map = frame.value();
            return settled();
        case Opcode::sasl_list_mechs:
            if (frame.status() == Status::success) offered_ = frame.value();
            return Step::talking;
        case Opcode::sasl_auth:
        case Opcode::sasl_step: return on_login(frame, to_send);
        case Opcode::select_bucket: return on_bucket(frame);
        default: return on_config(frame);
    }
}

Handshake::Step CouchbaseHandshake::on_hello(const protocol::Frame& frame) {
    if (frame.status() == Status::unknown_command)
        return fail(errc::protocol_error, "not a Couchbase node: it does not know HELLO");
    // A node that refuses the list can still be talked to without any feature.
    if (frame.status() != Status::success) return settled();
    const auto granted = protocol::read_hello(frame);
    if (!granted) return fail(errc::protocol_error, "HELLO was answered with something else than features");
    const protocol::FeatureSet offered = protocol::to_set(*granted);
    for (const protocol::Feature feature : session_->features)
        if (offered.contains(feature)) facts_.features.insert(feature);
    return settled();
}

Handshake::Step CouchbaseHandshake::on_login(const protocol::Frame& frame, std::string& to_send) {
    const bool is_refused = frame.status() != Status::success && frame.status() != Status::auth_continue;
    if (is_refused && (frame.status() == Status::etmpfail || frame.status() == Status::ebusy))
        return fail(errc::temporary_fail, "the node cannot check a login now: " + status_name(frame));
    if (frame.opcode() == Opcode::sasl_auth && is_refused && std::exchange(is_guess_, false))
        return next_mechanism(to_send);
    return on_login_reply(frame, to_send);
}

// The guess was refused: of a mechanism that is offered, that is the verdict on user and password.
Handshake::Step CouchbaseHandshake::next_mechanism(std::string& to_send) {
    const auto offer = protocol::choose_sasl_mechanism(
        offered_, session_->is_tls ? protocol::ChannelSecurity::tls : protocol::ChannelSecurity::clear,
        credentials()->allow_plain ? protocol::PlainInClear::allowed : protocol::PlainInClear::refused);
    if (!offer)
        return fail(errc::auth_error,
                    "no mechanism offered keeps the password secret; allow_plain would send it in clear");
    if (offer->mechanism == guess()) return fail(errc::auth_error, "user or password is wrong");
    return log_in(offer->mechanism, offer->name, to_send);
}

void CouchbaseHandshake::on_login_said(Opcode opcode, std::string& to_send) {
    ask(opcode);
    if (opcode == Opcode::sasl_step) ask_for_bucket(to_send);
}

Handshake::Step CouchbaseHandshake::on_logged_in(std::string& to_send) {
    is_logged_in_ = true;
    ask_for_bucket(to_send);
    return settled();
}

void CouchbaseHandshake::ask_for_bucket(std::string& to_send) {
    if (std::exchange(asked_for_bucket_, true)) return;
    if (!session_->bucket.empty()) {
        protocol::append_request(to_send, protocol::request::select_bucket(session_->bucket), {});
        ask(Opcode::select_bucket);
    }
    protocol::append_request(to_send, protocol::request::get_cluster_config(), {});
    ask(Opcode::get_cluster_config);
}

Handshake::Step CouchbaseHandshake::on_bucket(const protocol::Frame& frame) {
    switch (frame.status()) {
        case Status::success: return settled();
        case Status::key_enoent:
            return fail(errc::bucket_not_found, "the node does not have the bucket (yet)");
        case Status::eaccess:
            return fail(errc::bucket_not_found, "no such bucket, or the user has no right to it");
        case Status::auth_error:
        case Status::auth_stale:
            return fail(errc::auth_error, "SELECT_BUCKET was refused with status " + status_name(frame));
        case Status::etmpfail:
        case Status::ebusy:
            return fail(errc::temporary_fail, "the bucket is not ready: " + status_name(frame));
        default:
            return fail(errc::protocol_error, "SELECT_BUCKET was refused with status " + status_name(frame));
    }
}

Handshake::Step CouchbaseHandshake::on_config(const protocol::Frame& frame) {
    if (frame.status() == Status::success)
        facts_.config = frame.value();
    else if (frame.status() == Status::unknown_command || frame.status() == Status::not_supported)
        facts_.lacks_config_command = true;
    else if (frame.status() == Status::eaccess)
        facts_.may_not_see_config = true;
    // Any other refusal: the node has no map to tell, now or to this user. Others may.
    return settled();
}

}  // namespace txcouchbase::net
