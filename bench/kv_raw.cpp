// The ceiling that the faces are compared with: frames encoded beforehand, one non-blocking socket, epoll.
// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "bench/kv.hpp"

namespace txcouchbase::bench {
namespace {

constexpr std::size_t header_size = 24;

class FileDescriptor {
public:
    explicit FileDescriptor(int fd) : fd_(fd) {}
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (fd_ >= 0) close(fd_);
    }
    int get() const noexcept { return fd_; }

private:
    int fd_;
};

// "memcached://host:port", the first host only: the ceiling is one socket.
int dial(std::string_view connect_to) {
    connect_to.remove_prefix(std::min(connect_to.size(), std::string_view{"memcached://"}.size()));
    connect_to = connect_to.substr(0, connect_to.find(','));
    const std::size_t colon = connect_to.rfind(':');
    const std::string host{connect_to.substr(0, colon)};
    const std::string port = colon == connect_to.npos ? "11211" : std::string{connect_to.substr(colon + 1)};
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return -1;
    const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) == 0;
    freeaddrinfo(found);
    if (!connected) {
        if (fd >= 0) close(fd);
        return -1;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return fd;
}

void append_number(std::string& out, std::uint32_t value) {
    const std::uint32_t wire = htonl(value);
    out.append(reinterpret_cast<const char*>(&wire), sizeof wire);
}

void append_frame(std::string& out, bool is_set, const std::string& key, const std::string& value) {
    const std::size_t extras = is_set ? 8 : 0;
    const std::size_t body = extras + key.size() + (is_set ? value.size() : 0);
    out += '\x80';
    out += is_set ? '\x01' : '\x00';
    out += '\0';
    out += static_cast<char>(key.size());
    out += static_cast<char>(extras);
    out.append(3, '\0');
    append_number(out, static_cast<std::uint32_t>(body));
    out.append(12 + extras, '\0');
    out += key;
    if (is_set) out += value;
}

// One stretch of frames for each batch of the key cycle; they repeat.
std::vector<std::string> encode_batches(const KvOptions& options, const Dataset& data) {
    std::vector<std::string> batches((data.size() + options.batch - 1) / options.batch);
    std::uint32_t key = 0;
    for (std::string& batch : batches)
        for (std::uint32_t i = 0; i < options.batch; ++i, key = (key + 1) % data.size())
            append_frame(batch, options.op == Op::set || (options.op == Op::mix && i % 10 == 0),
                         data.key(key), data.value(key));
    return batches;
}

/// Counts whole frames in a stream without keeping it.
class ReplyCounter {
public:
    std::uint32_t count(std::string_view bytes) {
        std::uint32_t replies = 0;
        while (!bytes.empty()) {
            if (skip_ != 0) {
                const std::size_t part = std::min<std::size_t>(skip_, bytes.size());
                skip_ -= part;
                bytes.remove_prefix(part);
                if (skip_ == 0) ++replies;
                continue;
            }
            const std::size_t part = std::min(header_size - have_, bytes.size());
            std::memcpy(header_.data() + have_, bytes.data(), part);
            have_ += part;
            bytes.remove_prefix(part);
            if (have_ != header_size) break;
            have_ = 0;
            std::uint32_t body = 0;
            std::memcpy(&body, header_.data() + 8, sizeof body);
            skip_ = ntohl(body);
            if (skip_ == 0) ++replies;
        }
        return replies;
    }

private:
    std::array<char, header_size> header_{};
    std::size_t have_ = 0;
    std::size_t skip_ = 0;
};

std::string system_error(const char* what) {
    return std::string{what} + ": " + std::strerror(errno);
}

}  // namespace

KvOutcome run_raw(const KvOptions& options, const Dataset& data) {
    KvOutcome outcome;
    const std::vector<std::string> batches = encode_batches(options, data);
    const FileDescriptor socket{dial(options.connect)};
    if (socket.get() < 0) return outcome.error = system_error("connect"), outcome;
    const FileDescriptor poll{epoll_create1(EPOLL_CLOEXEC)};
    epoll_event event{};
    event.events = EPOLLIN;
    epoll_ctl(poll.get(), EPOLL_CTL_ADD, socket.get(), &event);

    std::uint32_t watched = EPOLLIN;
    outcome.latencies.reserve(options.ops / options.batch * Latencies::interval);
    ReplyCounter counter;
    std::vector<char> buffer(256 * 1024);
    for (std::size_t i = 0; outcome.ops < options.ops; i = (i + 1) % batches.size()) {
        const auto issued_at = std::chrono::steady_clock::now();
        std::string_view unsent = batches[i];
        std::uint32_t replies = 0;
        while (replies < options.batch) {
            if (!unsent.empty()) {
                const ssize_t sent = send(socket.get(), unsent.data(), unsent.size(), MSG_NOSIGNAL);
                if (sent < 0 && errno != EAGAIN) return outcome.error = system_error("send"), outcome;
                if (sent > 0) unsent.remove_prefix(static_cast<std::size_t>(sent));
            }
            // Readiness to write is asked for only while something waits to be written.
            const std::uint32_t wanted = unsent.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
            if (watched != wanted) {
                event.events = watched = wanted;
                epoll_ctl(poll.get(), EPOLL_CTL_MOD, socket.get(), &event);
            }
            epoll_wait(poll.get(), &event, 1, -1);
            const ssize_t count = recv(socket.get(), buffer.data(), buffer.size(), 0);
            if (count == 0) return outcome.error = "the server closed the connection", outcome;
            if (count < 0 && errno != EAGAIN) return outcome.error = system_error("recv"), outcome;
            if (count > 0) replies += counter.count({buffer.data(), static_cast<std::size_t>(count)});
        }
        outcome.ops += options.batch;
        outcome.latencies.add(std::chrono::steady_clock::now() - issued_at);
    }
    return outcome;
}

}  // namespace txcouchbase::bench
