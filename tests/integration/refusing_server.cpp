// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/refusing_server.hpp"

#include "protocol/frame_reader.hpp"
#include "protocol/frame_writer.hpp"

namespace txcouchbase::test {

using protocol::Opcode;
using protocol::Status;

RefusingServer::RefusingServer(boost::asio::io_context& io, Decide decide)
    : decide_(std::move(decide)),
      server_(
          io,
          [this, unread = std::string{}](std::string_view received) mutable -> std::optional<std::string> {
              unread += received;
              protocol::FrameReader reader{protocol::Receiver::server};
              protocol::Frame frame;
              std::string answers;
              while (reader.next(unread, frame) == protocol::ReadOutcome::frame) {
                  const std::string bytes{frame.bytes()};
                  unread.erase(0, frame.size());
                  answers += answer(bytes);
              }
              return answers;
          }) {}

namespace {

/// As memcached words its refusals.
std::string_view words_for(Status status) {
    switch (status) {
        case Status::enomem: return "Out of memory";
        case Status::ebusy: return "Too busy";
        case Status::etmpfail: return "Temporary failure";
        default: return "";
    }
}

}  // namespace

std::string RefusingServer::answer(const std::string& bytes) {
    const protocol::Frame frame{bytes};
    std::optional<Status> status = Status::success;
    std::string key{frame.key()};
    if (!key.empty()) {
        Asked asked{frame.opcode(), key, ++attempts_[key], Status::success};
        status = decide_(asked);
        asked.answered = status.value_or(Status::success);
        asked_.push_back(std::move(asked));
    }
    if (!status) return {};
    const bool is_success = *status == Status::success;
    const bool has_flags = is_success && protocol::Opcode::get == frame.opcode();
    std::string answer;
    protocol::append_frame(answer,
                           {.magic = protocol::Magic::client_response,
                            .opcode = frame.opcode(),
                            .vbucket_or_status = static_cast<std::uint16_t>(*status),
                            .opaque = frame.opaque()},
                           {.extras = std::string_view{"\0\0\0\0", has_flags ? 4U : 0U},
                            .value = frame.opcode() == Opcode::version ? "1.6.18"
                                     : has_flags                       ? "v"
                                                                       : words_for(*status)});
    return answer;
}

std::string RefusingServer::story() const {
    std::string story;
    for (const Asked& asked : asked_) {
        story += story.empty() ? "" : " ";
        story += asked.key + (asked.answered == Status::success ? "" : "!");
    }
    return story;
}

}  // namespace txcouchbase::test
