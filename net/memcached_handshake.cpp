// SPDX-License-Identifier: Apache-2.0
#include "net/memcached_handshake.hpp"

#include "protocol/classic_requests.hpp"
#include "protocol/session_requests.hpp"

namespace txcouchbase::net {

using protocol::Opcode;
using protocol::Status;

void MemcachedHandshake::greet(std::string& to_send) {
    awaited_ = Awaited::version;
    protocol::append_request(to_send, protocol::request::version(), {});
}

Handshake::Step MemcachedHandshake::on_answer(const protocol::Frame& frame, std::string& to_send) {
    switch (awaited_) {
        case Awaited::version:
            if (frame.opcode() != Opcode::version)
                return fail(errc::protocol_error, "VERSION was answered by another command");
            if (frame.status() != Status::success)
                return fail(errc::protocol_error, "VERSION was refused with status " + status_name(frame));
            if (credentials() == nullptr) return Step::done;
            protocol::append_request(to_send, protocol::request::sasl_list_mechs(), {});
            awaited_ = Awaited::mechanisms;
            return Step::talking;
        case Awaited::mechanisms: return on_mechanisms(frame, to_send);
        case Awaited::login: break;
    }
    if (frame.opcode() != Opcode::sasl_auth && frame.opcode() != Opcode::sasl_step)
        return fail(errc::protocol_error, "the login was answered by another command");
    return on_login_reply(frame, to_send);
}

Handshake::Step MemcachedHandshake::on_mechanisms(const protocol::Frame& frame, std::string& to_send) {
    if (frame.opcode() != Opcode::sasl_list_mechs)
        return fail(errc::protocol_error, "SASL_LIST_MECHS was answered by another command");
    if (frame.status() == Status::unknown_command) return Step::done;
    if (frame.status() != Status::success)
        return fail(errc::auth_error, "SASL_LIST_MECHS was refused with status " + status_name(frame));
    const auto offer = protocol::choose_sasl_mechanism(
        frame.value(), protocol::ChannelSecurity::clear,
        credentials()->allow_plain ? protocol::PlainInClear::allowed : protocol::PlainInClear::refused);
    if (!offer)
        return fail(errc::auth_error,
                    "no mechanism offered keeps the password secret; allow_plain would send it in clear");
    awaited_ = Awaited::login;
    return log_in(offer->mechanism, offer->name, to_send);
}

}  // namespace txcouchbase::net
