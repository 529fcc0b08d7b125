// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/cluster/kv_client.hpp"

#include <stdexcept>

#include "protocol/classic_requests.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/sasl_client.hpp"
#include "protocol/session_requests.hpp"
#include "protocol/vbucket_hash.hpp"

namespace txcouchbase::test {

namespace request = protocol::request;
using protocol::SaslOutcome;
using protocol::Status;

void KvClient::send(const protocol::Request& request, std::uint16_t vbucket) {
    std::string bytes;
    protocol::append_request(bytes, request, {.opaque = ++opaque_, .vbucket = vbucket});
    stream_.write(bytes);
}

std::optional<KvReply> KvClient::receive() {
    protocol::FrameReader reader{protocol::Receiver::client};
    protocol::Frame frame;
    while (reader.next(unread_, frame) != protocol::ReadOutcome::frame) {
        if (reader.error() != protocol::FrameError::none) throw std::runtime_error("that is no frame");
        const std::string more = stream_.read();
        if (more.empty()) return std::nullopt;
        unread_ += more;
    }
    KvReply reply{.opcode = frame.opcode(),
                  .status = frame.status(),
                  .opaque = frame.opaque(),
                  .cas = frame.cas(),
                  .extras = std::string(frame.extras()),
                  .value = std::string(frame.value())};
    unread_.erase(0, frame.size());
    return reply;
}

KvReply KvClient::ask(const protocol::Request& request, std::uint16_t vbucket) {
    send(request, vbucket);
    std::optional<KvReply> reply = receive();
    if (!reply) throw std::runtime_error("the connection was closed");
    return *std::move(reply);
}

Status KvClient::log_in(const std::string& user, const std::string& password,
                        protocol::SaslMechanism mechanism) {
    protocol::SaslClient sasl(mechanism, user, password, "a nonce of 24 characters");
    sasl.start();
    KvReply reply = ask(request::sasl_auth(name(mechanism), sasl.response()));
    while (reply.status == Status::auth_continue) {
        SaslOutcome outcome = sasl.step(reply.value);
        if (outcome == SaslOutcome::need_key)
            outcome =
                sasl.supply(protocol::salted_password(mechanism, password, sasl.salt(), sasl.iterations()));
        if (outcome != SaslOutcome::respond) throw std::runtime_error("SASL failed");
        reply = ask(request::sasl_step(name(mechanism), sasl.response()));
    }
    const bool is_proved = sasl.finish(reply.value) == SaslOutcome::done;
    if (reply.status == Status::success && is_scram(mechanism) && !is_proved)
        throw std::runtime_error("the server does not know the password");
    return reply.status;
}

void KvClient::say_hello() {
    constexpr protocol::Feature features[] = {protocol::Feature::xerror};
    const protocol::ComposedRequest hello = request::hello("test", features);
    ask(hello.view());
}

Status KvClient::select_bucket(const std::string& bucket) {
    return ask(request::select_bucket(bucket)).status;
}

KvReply KvClient::set(const std::string& key, const std::string& value) {
    return ask(request::set(key, value), protocol::vbucket_of(key, 64));
}

KvReply KvClient::get(const std::string& key) {
    return ask(request::get(key), protocol::vbucket_of(key, 64));
}

}  // namespace txcouchbase::test
