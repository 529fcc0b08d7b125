// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/node_process.hpp"

#include <sys/prctl.h>

#include <boost/asio/post.hpp>
#include <csignal>
#include <iostream>
#include <optional>

#include "tests/cluster/cluster.hpp"
#include "tests/cluster/message_bytes.hpp"
#include "tests/cluster/network/node_server.hpp"
#include "tests/cluster/tool/arguments.hpp"
#include "tests/cluster/tool/channel.hpp"
#include "tests/cluster/tool/disk_file.hpp"
#include "tests/cluster/tool/node_setup.hpp"

namespace txcouchbase::cluster::tool {

namespace {

namespace asio = boost::asio;
using Kind = ChannelFrame::Kind;

constexpr std::chrono::seconds patience{10};

class NodeProcess final : NodeSurroundings {
public:
    NodeProcess(asio::io_context& loop, Channel& channel, const NodeSetup& setup)
        : loop_(loop), channel_(channel), disk_(setup.file) {
        if (setup.certificates) tls_.emplace(make_tls_context(*setup.certificates));
        server_.emplace(loop, setup.node, setup.ports, tls_ ? &*tls_ : nullptr, surroundings());
        server_->start(disk_.read());
    }

    const Ports& ports() const { return server_->ports(); }

    void on_frame(ChannelFrame frame) {
        switch (frame.kind) {
            case Kind::message: return on_message(frame);
            case Kind::set_faults: return server_->set_faults(read_faults(frame.payload));
            case Kind::reset_connections: return server_->reset_connections();
            case Kind::load_sample: return server_->load_sample(std::move(frame.payload));
            case Kind::settle:
                return server_->do_later([this, number = frame.number] {
                    channel_.send({.kind = Kind::settled, .number = number});
                });
            case Kind::set_up:
            case Kind::ready:
            case Kind::failed:
            case Kind::settled: break;
        }
        throw std::logic_error("a node's process was sent what is not for it");
    }

private:
    NodeSurroundings& surroundings() noexcept { return *this; }

    void on_message(const ChannelFrame& frame) {
        auto message = read_message(frame.payload);
        server_->deliver(frame.number, std::get<Message>(std::move(message)));
    }
    void tell(NodeId, NodeId to, Message message) override {
        channel_.send({.kind = Kind::message, .number = to, .payload = to_bytes(message)});
    }
    void persist(const VbucketName& name, const std::vector<MutationToken>& failover_log,
                 const std::vector<DocumentPtr>& documents) override {
        disk_.append(name, failover_log, documents);
        if (!disk_.is_due_for_compaction() || std::exchange(is_compacting_, true)) return;
        asio::post(loop_, [this] {
            disk_.compact(server_->persisted_image());
            is_compacting_ = false;
        });
    }

    asio::io_context& loop_;
    Channel& channel_;
    DiskFile disk_;
    bool is_compacting_ = false;
    std::optional<asio::ssl::context> tls_ = {};
    std::optional<NodeServer> server_ = {};
};

}  // namespace

int run_node_process() {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::signal(SIGINT, SIG_IGN);  // Ctrl-C is for the parent, which ends its nodes
    asio::io_context loop{1};
    Channel channel(loop, channel_descriptor);
    const auto first = channel.receive_now(patience);
    if (!first || first->kind != Kind::set_up) return exit_usage;
    try {
        NodeProcess process(loop, channel, read_setup(first->payload));
        channel.send_now({.kind = Kind::ready, .payload = to_json(process.ports())});
        channel.begin([&](ChannelFrame frame) { process.on_frame(std::move(frame)); }, [&] { loop.stop(); });
        loop.run();
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "txcb-cluster: the process of a node ends: " << error.what() << '\n';
        channel.send_now({.kind = Kind::failed, .payload = error.what()});
        return exit_failed;
    }
}

}  // namespace txcouchbase::cluster::tool
