// The pair of sockets between txcb-cluster and the process of one node: frames, in order, both ways.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace txcouchbase::cluster::tool {

struct ChannelFrame {
    enum class Kind : std::uint8_t {
        // to the node
        set_up,      ///< payload: NodeSetup
        set_faults,  ///< payload: LinkFaults
        reset_connections,
        load_sample,  ///< payload: the bucket
        settle,       ///< `number` is to come back when everything before is done
        // from the node
        ready,   ///< payload: its ports
        failed,  ///< payload: why it could not start
        settled,
        // both
        message,  ///< `number` is the other end's node; payload: message_bytes
    };
    Kind kind = Kind::message;
    std::uint32_t number = 0;
    std::string payload = {};
};

/**
 * Shape:   4 bytes of length, 1 of kind, 4 of number, the payload.
 * Threads: the loop's. send_now() and receive_now() block, and are for before begin().
 */
class Channel {
public:
    using OnFrame = std::function<void(ChannelFrame)>;
    using OnEnd = std::function<void()>;

    /// Takes the descriptor.
    Channel(boost::asio::io_context& loop, int descriptor);
    ~Channel();

    void send_now(const ChannelFrame& frame);
    /// Nothing when the other end is gone, or has not said a whole frame within that time.
    std::optional<ChannelFrame> receive_now(std::chrono::milliseconds patience);

    /// From now on the loop reads and writes. Neither function is called after the channel is gone.
    void begin(OnFrame on_frame, OnEnd on_end);
    void send(const ChannelFrame& frame);

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace txcouchbase::cluster::tool
