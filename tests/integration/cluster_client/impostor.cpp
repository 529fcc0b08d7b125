// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/cluster_client/impostor.hpp"

#include <memory>
#include <nlohmann/json.hpp>

#include "protocol/frame_reader.hpp"
#include "protocol/frame_writer.hpp"
#include "protocol/scram_server.hpp"

namespace txcouchbase::test {

using protocol::Opcode;
using protocol::SaslMechanism;
using protocol::Status;

/// One connection.
class Impostor::Conversation {
public:
    explicit Conversation(Impostor& owner) : owner_(owner) {}

    std::optional<std::string> hear(std::string_view received) {
        unread_ += received;
        protocol::FrameReader reader{protocol::Receiver::server};
        protocol::Frame frame;
        std::string answers;
        while (reader.next(unread_, frame) == protocol::ReadOutcome::frame) {
            const std::string bytes{frame.bytes()};
            unread_.erase(0, frame.size());
            const std::optional<std::string> answer = answer_to(protocol::Frame{bytes});
            if (!answer) return std::nullopt;
            answers += *answer;
        }
        return answers;
    }

private:
    std::optional<std::string> answer_to(const protocol::Frame& asked) {
        owner_.asked_.push_back(asked.opcode());
        Answer answer = honest_answer(asked);
        owner_.lie_(asked, answer);
        if (!answer.bytes || !answer.bytes->empty()) return answer.bytes;
        std::string bytes;
        protocol::append_frame(bytes,
                               {.magic = protocol::Magic::client_response,
                                .opcode = asked.opcode(),
                                .vbucket_or_status = static_cast<std::uint16_t>(answer.status),
                                .opaque = asked.opaque()},
                               {.value = answer.value});
        return bytes;
    }

    Answer honest_answer(const protocol::Frame& asked) {
        switch (asked.opcode()) {
            case Opcode::hello:
            case Opcode::select_bucket: return {};
            case Opcode::sasl_list_mechs: return {.value = "SCRAM-SHA512"};
            case Opcode::sasl_auth: return begin_login(asked);
            case Opcode::sasl_step: return end_login(asked);
            case Opcode::get_cluster_config: return {.value = map_with(owner_.port())};
            case Opcode::get_error_map: return {.status = Status::unknown_command};
            default: return {.status = Status::key_enoent};
        }
    }

    Answer begin_login(const protocol::Frame& asked) {
        login_ = std::make_unique<protocol::ScramServer>(SaslMechanism::scram_sha512, "0123456789abcdef");
        login_->start(asked.value());
        login_->supply(
            protocol::make_scram_verifier(SaslMechanism::scram_sha512, password, "salt of the test", 1'000));
        return {.status = Status::auth_continue, .value = std::string{login_->response()}};
    }

    Answer end_login(const protocol::Frame& asked) {
        const bool is_good = login_ && login_->step(asked.value()) == protocol::SaslOutcome::done;
        return is_good ? Answer{.value = std::string{login_->response()}}
                       : Answer{.status = Status::auth_error};
    }

    Impostor& owner_;
    std::string unread_;
    std::unique_ptr<protocol::ScramServer> login_;
};

Impostor::Impostor(boost::asio::io_context& io, Lie lie)
    : lie_(std::move(lie)),
      server_(io,
              [this, here = std::shared_ptr<Conversation>{}](
                  std::string_view received) mutable -> std::optional<std::string> {
                  if (received.empty()) here = std::make_shared<Conversation>(*this);
                  return here->hear(received);
              }) {}

std::string Impostor::map_with(const std::string& port, int revision) {
    nlohmann::json map{{"rev", revision}, {"name", "b"}, {"nodeLocator", "vbucket"}, {"uuid", "u"}};
    map["nodesExt"] = {
        {{"hostname", "127.0.0.1"}, {"services", {{"kv", std::stoi(port)}}}, {"thisNode", true}}};
    map["vBucketServerMap"] = {{"hashAlgorithm", "CRC"},
                               {"numReplicas", 0},
                               {"serverList", {"127.0.0.1:" + port}},
                               {"vBucketMap", {{0}, {0}, {0}, {0}}}};
    return map.dump();
}

}  // namespace txcouchbase::test
