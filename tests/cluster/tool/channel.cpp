// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/channel.hpp"

#include <poll.h>
#include <unistd.h>

#include <boost/asio/write.hpp>
#include <chrono>
#include <utility>

#include "protocol/bytes.hpp"

namespace txcouchbase::cluster::tool {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t head_size = 9;

void append(std::string& out, const ChannelFrame& frame) {
    char head[head_size];
    protocol::store_be(head, static_cast<std::uint32_t>(frame.payload.size()));
    head[4] = static_cast<char>(frame.kind);
    protocol::store_be(head + 5, frame.number);
    out.append(head, head_size);
    out += frame.payload;
}

/// The first frame of `bytes`, and how much of them it was.
std::optional<ChannelFrame> read_frame(std::string_view bytes, std::size_t& size) {
    if (bytes.size() < head_size) return std::nullopt;
    const auto length = protocol::load_be<std::uint32_t>(bytes.data());
    if (bytes.size() < head_size + length) return std::nullopt;
    size = head_size + length;
    return ChannelFrame{.kind = static_cast<ChannelFrame::Kind>(bytes[4]),
                        .number = protocol::load_be<std::uint32_t>(bytes.data() + 5),
                        .payload = std::string(bytes.substr(head_size, length))};
}

}  // namespace

struct Channel::Shared : std::enable_shared_from_this<Shared> {
    Shared(asio::io_context& loop, int descriptor)
        : socket(loop, asio::local::stream_protocol(), descriptor) {}

    void read() {
        socket.async_read_some(asio::buffer(incoming),
                               [self = shared_from_this()](error_code error, std::size_t size) {
                                   if (error) return self->end();
                                   self->unread.append(self->incoming, size);
                                   self->hand_over();
                                   if (self->is_open) self->read();
                               });
    }
    void hand_over() {
        std::size_t done = 0;
        std::size_t size = 0;
        while (is_open) {
            auto frame = read_frame(std::string_view(unread).substr(done), size);
            if (!frame) break;
            done += size;
            on_frame(*std::move(frame));
        }
        unread.erase(0, done);
    }
    void write() {
        if (is_writing || outgoing.empty() || !is_open) return;
        is_writing = true;
        in_flight = std::exchange(outgoing, {});
        asio::async_write(socket, asio::buffer(in_flight),
                          [self = shared_from_this()](error_code error, std::size_t) {
                              self->is_writing = false;
                              if (!error) self->write();  // an end is found by reading
                          });
    }
    void end() {
        if (std::exchange(is_open, false)) on_end();
    }

    asio::local::stream_protocol::socket socket;
    OnFrame on_frame = {};
    OnEnd on_end = {};
    bool is_open = true;
    bool is_writing = false;
    std::string outgoing = {};
    std::string in_flight = {};
    std::string unread = {};
    char incoming[65536];
};

Channel::Channel(asio::io_context& loop, int descriptor)
    : shared_(std::make_shared<Shared>(loop, descriptor)) {}

Channel::~Channel() {
    shared_->is_open = false;
    error_code ignored;
    shared_->socket.close(ignored);
}

void Channel::send_now(const ChannelFrame& frame) {
    std::string bytes;
    append(bytes, frame);
    error_code ignored;  // an end is found by reading
    asio::write(shared_->socket, asio::buffer(bytes), ignored);
}

std::optional<ChannelFrame> Channel::receive_now(std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    std::size_t size = 0;
    auto frame = read_frame(shared_->unread, size);
    while (!frame) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        pollfd poll{.fd = shared_->socket.native_handle(), .events = POLLIN, .revents = 0};
        if (left.count() <= 0 || ::poll(&poll, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
        error_code error;
        const std::size_t got = shared_->socket.read_some(asio::buffer(shared_->incoming), error);
        if (error) return std::nullopt;
        shared_->unread.append(shared_->incoming, got);
        frame = read_frame(shared_->unread, size);
    }
    shared_->unread.erase(0, size);
    return frame;
}

void Channel::begin(OnFrame on_frame, OnEnd on_end) {
    shared_->on_frame = std::move(on_frame);
    shared_->on_end = std::move(on_end);
    shared_->hand_over();
    shared_->read();
}

void Channel::send(const ChannelFrame& frame) {
    append(shared_->outgoing, frame);
    shared_->write();
}

}  // namespace txcouchbase::cluster::tool
