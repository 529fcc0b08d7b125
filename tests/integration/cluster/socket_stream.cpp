// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/cluster/socket_stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace txcouchbase::test {

namespace {

constexpr int patience_in_seconds = 10;

int try_to_connect(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) throw std::runtime_error("no socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int error = errno;
        close(socket);
        errno = error;
        return -1;
    }
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{.tv_sec = patience_in_seconds, .tv_usec = 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return socket;
}

void trust(SSL_CTX* context, const std::string& ca) {
    BIO* const text = BIO_new_mem_buf(ca.data(), static_cast<int>(ca.size()));
    X509* const certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
    BIO_free(text);
    if (certificate == nullptr) throw std::runtime_error("the CA is no PEM");
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
    X509_free(certificate);
}

}  // namespace

struct SocketStream::Impl {
    ~Impl() {
        SSL_free(tls);
        SSL_CTX_free(context);
        if (socket >= 0) close(socket);
    }
    void start_tls(const std::string& ca) {
        context = SSL_CTX_new(TLS_client_method());
        trust(context, ca);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
        tls = SSL_new(context);
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), "127.0.0.1");
        SSL_set_fd(tls, socket);
        if (SSL_connect(tls) != 1) throw std::runtime_error("TLS failed");
    }

    int socket = -1;
    SSL_CTX* context = nullptr;
    SSL* tls = nullptr;
    bool was_reset = false;
};

SocketStream::SocketStream(std::uint16_t port, const std::string& ca) : impl_(std::make_unique<Impl>()) {
    impl_->socket = try_to_connect(port);
    if (impl_->socket < 0) throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
    if (!ca.empty()) impl_->start_tls(ca);
}
SocketStream::~SocketStream() = default;
SocketStream::SocketStream(SocketStream&&) noexcept = default;
SocketStream& SocketStream::operator=(SocketStream&&) noexcept = default;

bool SocketStream::is_refused(std::uint16_t port) {
    const int socket = try_to_connect(port);
    if (socket >= 0) close(socket);
    return socket < 0 && errno == ECONNREFUSED;
}

void SocketStream::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written =
            impl_->tls != nullptr
                ? static_cast<ssize_t>(SSL_write(impl_->tls, bytes.data(), static_cast<int>(bytes.size())))
                : send(impl_->socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written <= 0) throw std::runtime_error(std::string("write: ") + std::strerror(errno));
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::string SocketStream::read() {
    char bytes[65536];
    errno = 0;
    const auto size = impl_->tls != nullptr ? static_cast<ssize_t>(SSL_read(impl_->tls, bytes, sizeof bytes))
                                            : recv(impl_->socket, bytes, sizeof bytes, 0);
    if (size > 0) return {bytes, static_cast<std::size_t>(size)};
    if (errno == EAGAIN) throw std::runtime_error("nothing to read for 10 seconds");
    impl_->was_reset = errno == ECONNRESET;
    return {};
}

bool SocketStream::is_readable(int milliseconds) {
    pollfd poll{.fd = impl_->socket, .events = POLLIN, .revents = 0};
    return ::poll(&poll, 1, milliseconds) > 0;
}

bool SocketStream::was_reset() const noexcept {
    return impl_->was_reset;
}

void SocketStream::reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(impl_->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(std::exchange(impl_->socket, -1));
}

}  // namespace txcouchbase::test
