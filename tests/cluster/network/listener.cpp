// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/network/listener.hpp"

#include <fcntl.h>

#include <optional>
#include <utility>

#include "tests/cluster/cluster.hpp"

namespace txcouchbase::cluster {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

/// When the process has no file descriptors left, somebody else must close one first.
constexpr std::chrono::milliseconds accept_again_after{50};

/// A program that the user's process starts must not keep the cluster's ports and connections.
void keep_from_children(int socket) noexcept {
    fcntl(socket, F_SETFD, FD_CLOEXEC);
}

}  // namespace

/// What one bound socket's operations share with the listener, which may be gone before they are.
struct Listener::Acceptor : std::enable_shared_from_this<Acceptor> {
    explicit Acceptor(asio::io_context& loop) : socket(loop), timer(loop) {}

    void accept() {
        if (owner == nullptr || owner->is_paused_ || is_accepting || held) return;
        is_accepting = true;
        socket.async_accept([self = shared_from_this()](error_code error, Socket client) {
            self->is_accepting = false;
            if (self->owner == nullptr) return;
            if (error) return self->accept_later();
            keep_from_children(client.native_handle());
            self->held = std::move(client);
            self->hand_over();
        });
    }
    /// One client may be accepted while the listener pauses.
    void hand_over() {
        if (owner == nullptr || owner->is_paused_) return;
        if (held) owner->on_accept_(*std::exchange(held, std::nullopt));
        accept();
    }
    void accept_later() {
        timer.expires_after(accept_again_after);
        timer.async_wait([self = shared_from_this()](error_code) { self->accept(); });
    }
    void end() {
        owner = nullptr;
        held.reset();
        error_code ignored;
        socket.close(ignored);
        timer.cancel();
    }

    tcp::acceptor socket;
    asio::steady_timer timer;
    Listener* owner = nullptr;
    bool is_accepting = false;
    std::optional<Socket> held = {};
};

Listener::Listener(asio::io_context& loop, std::uint16_t port, OnAccept on_accept)
    : loop_(loop), port_(port), on_accept_(std::move(on_accept)) {
    bind();
}

Listener::~Listener() {
    acceptor_->end();
}

void Listener::bind() {
    acceptor_ = std::make_shared<Acceptor>(loop_);
    tcp::acceptor& socket = acceptor_->socket;
    try {
        socket.open(tcp::v4());
        keep_from_children(socket.native_handle());
        socket.set_option(tcp::acceptor::reuse_address(true));
        socket.bind({asio::ip::address_v4::loopback(), port_});
        port_ = socket.local_endpoint().port();
    } catch (const boost::system::system_error& error) {
        throw ClusterError("port " + std::to_string(port_) +
                           " of 127.0.0.1 cannot be had: " + error.code().message());
    }
}

void Listener::listen() {
    error_code error;
    acceptor_->socket.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        throw ClusterError("nobody can listen on port " + std::to_string(port_) + ": " + error.message());
    acceptor_->owner = this;
    resume();
}

void Listener::stop() {
    acceptor_->end();
    is_paused_ = false;
    bind();
}

void Listener::pause() noexcept {
    is_paused_ = true;
}

void Listener::resume() {
    is_paused_ = false;
    acceptor_->hand_over();
}

}  // namespace txcouchbase::cluster
