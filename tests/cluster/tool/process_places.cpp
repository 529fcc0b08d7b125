// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/process_places.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <optional>

#include "tests/cluster/cluster.hpp"
#include "tests/cluster/message_bytes.hpp"
#include "tests/cluster/network/listener.hpp"
#include "tests/cluster/tool/channel.hpp"
#include "tests/cluster/tool/node_process.hpp"
#include "tests/cluster/tool/node_setup.hpp"

namespace txcouchbase::cluster::tool {

namespace {

namespace asio = boost::asio;
using Kind = ChannelFrame::Kind;

constexpr std::chrono::seconds patience{10};

[[noreturn]] void fail(const char* what, int error) {
    throw ClusterError(std::string(what) + ": " + std::strerror(error));
}

/// This program once more, with `channel` as its descriptor 3. No signal is blocked or ignored there.
pid_t spawn(int channel) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, channel, channel_descriptor);
    posix_spawn_file_actions_addclosefrom_np(&files,
                                             channel_descriptor + 1);  // Asio's are not all close-on-exec
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    std::string name = "txcb-cluster";
    std::string verb = node_process_verb;
    char* arguments[] = {name.data(), verb.data(), nullptr};
    pid_t child = -1;
    const int error = posix_spawn(&child, "/proc/self/exe", &files, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0) fail("no process could be started for a node", error);
    return child;
}

}  // namespace

class ProcessPlace final : public NodePlace {
public:
    ProcessPlace(ProcessPlaces& all, NodeId node, NodeRouter& router)
        : all_(all), node_(node), router_(router) {
        begin();
        all_.places_.push_back(this);
    }
    ~ProcessPlace() override {
        std::erase(all_.places_, this);
        kill_process();
    }

    Ports ports() override {
        wait_until_ready();
        return ports_;
    }
    NodeStatus status() const override { return status_; }

    void deliver(NodeId from, Message message) override {
        if (channel_) channel_->send({.kind = Kind::message, .number = from, .payload = to_bytes(message)});
    }
    void load_sample(const std::string& bucket) override {
        if (channel_) channel_->send({.kind = Kind::load_sample, .payload = bucket});
    }
    void set_faults(const LinkFaults& faults) override {
        faults_ = faults;
        if (channel_) channel_->send({.kind = Kind::set_faults, .payload = to_json(faults)});
    }
    void reset_connections() override {
        if (channel_) channel_->send({.kind = Kind::reset_connections});
    }
    void freeze() override {
        ::kill(pid_, SIGSTOP);
        wait_for_change(WUNTRACED);
    }
    void thaw() override {
        ::kill(pid_, SIGCONT);
        wait_for_change(WCONTINUED);
    }
    void kill() override {
        kill_process();
        on_down();
    }
    void restart() override {
        held_.clear();
        try {
            begin();
            wait_until_ready();
        } catch (const ClusterError&) {
            kill();
            throw;
        }
        if (faults_) set_faults(*faults_);
    }
    void when_settled(std::function<void()> then) override {
        if (status_ != NodeStatus::running) return asio::post(all_.loop_, std::move(then));
        waiters_[++last_waiter_] = std::move(then);
        channel_->send({.kind = Kind::settle, .number = last_waiter_});
    }

    /// Somebody did something to some child.
    void look() {
        int change = 0;
        while (pid_ > 0 && waitpid(pid_, &change, WNOHANG | WUNTRACED | WCONTINUED) == pid_)
            on_change(change);
    }

private:
    void begin() {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair", errno);
        channel_.emplace(all_.loop_, ends[0]);
        try {
            pid_ = spawn(ends[1]);
        } catch (const ClusterError&) {
            ::close(ends[1]);
            channel_.reset();
            throw;
        }
        ::close(ends[1]);
        channel_->send_now({.kind = Kind::set_up,
                            .payload = to_json({.node = node_,
                                                .ports = ports_,
                                                .file = all_.folder_ / ("node-" + std::to_string(node_)),
                                                .certificates = all_.certificates_})});
        is_ready_ = false;
        status_ = NodeStatus::running;
    }

    void wait_until_ready() {
        if (is_ready_) return;
        const auto frame = channel_->receive_now(patience);
        if (!frame) throw ClusterError("the process of node " + std::to_string(node_) + " did not start");
        if (frame->kind != Kind::ready) throw ClusterError(frame->payload);
        ports_ = read_ports(frame->payload);
        is_ready_ = true;
        channel_->begin([this](ChannelFrame next) { on_frame(std::move(next)); },
                        [] { /* SIGCHLD says so */ });
    }

    void on_frame(ChannelFrame frame) {
        if (frame.kind == Kind::settled) {
            if (auto waiter = waiters_.extract(frame.number)) waiter.mapped()();
        } else if (frame.kind == Kind::message) {
            auto message = read_message(frame.payload);
            router_.tell(node_, frame.number, std::get<Message>(std::move(message)));
        }
    }

    void kill_process() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        waitpid(std::exchange(pid_, -1), nullptr, 0);
    }

    void wait_for_change(int options) {
        int change = 0;
        if (waitpid(pid_, &change, options) == pid_) on_change(change);
    }

    void on_change(int change) {
        if (WIFSTOPPED(change)) {
            status_ = NodeStatus::frozen;
            release_waiters();
        } else if (WIFCONTINUED(change)) {
            status_ = NodeStatus::running;
        } else {
            pid_ = -1;
            on_down();
            router_.on_node_lost(node_);
        }
    }

    void on_down() {
        status_ = NodeStatus::down;
        channel_.reset();
        release_waiters();
        hold_ports();
    }

    /// Nobody else shall take them until the node is back; who was faster is found out by restart().
    void hold_ports() try {
        for (const std::uint16_t port : ports_.of)
            if (port != 0) held_.push_back(std::make_unique<Listener>(all_.loop_, port, nullptr));
    } catch (const ClusterError&) {
    }

    void release_waiters() {
        for (auto& [number, waiter] : waiters_) asio::post(all_.loop_, std::move(waiter));
        waiters_.clear();
    }

    ProcessPlaces& all_;
    NodeId node_;
    NodeRouter& router_;
    pid_t pid_ = -1;
    bool is_ready_ = false;
    NodeStatus status_ = NodeStatus::down;
    Ports ports_ = {};
    std::optional<LinkFaults> faults_ = {};
    std::optional<Channel> channel_ = {};
    std::vector<std::unique_ptr<Listener>> held_ = {};
    std::map<std::uint32_t, std::function<void()>> waiters_ = {};
    std::uint32_t last_waiter_ = 0;
};

ProcessPlaces::ProcessPlaces(asio::io_context& loop, std::optional<Certificates> certificates)
    : loop_(loop), certificates_(std::move(certificates)), children_(loop, SIGCHLD) {
    std::string pattern = std::filesystem::temp_directory_path() / "txcb-cluster-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) fail("no folder for the disks of the nodes", errno);
    folder_ = pattern;
    wait_for_children();
}

ProcessPlaces::~ProcessPlaces() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void ProcessPlaces::wait_for_children() {
    children_.async_wait([this](boost::system::error_code error, int) {
        if (error) return;
        const std::vector<ProcessPlace*> all = places_;
        for (ProcessPlace* const place : all)
            if (std::find(places_.begin(), places_.end(), place) != places_.end()) place->look();
        wait_for_children();
    });
}

std::unique_ptr<NodePlace> ProcessPlaces::make(NodeId node, NodeRouter& router) {
    return std::make_unique<ProcessPlace>(*this, node, router);
}

}  // namespace txcouchbase::cluster::tool
