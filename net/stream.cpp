// SPDX-License-Identifier: Apache-2.0
#include "net/stream.hpp"

#include <array>
#include <boost/asio/buffer.hpp>

namespace txcouchbase::net {

namespace asio = boost::asio;

namespace {

// A peer that sends without end shall not keep one read from returning.
constexpr int wire_reads_per_read = 8;

}  // namespace

void Stream::secure(const TlsContext& context, const std::string& host) {
    tls_ = std::make_unique<TlsMachine>(context, host);
}

void Stream::handshake(ErrorCode& ec) {
    do {
        ec = {};
        const TlsMachine::Progress progress = tls_->handshake();
        if (progress == TlsMachine::Progress::up) return;
        if (progress == TlsMachine::Progress::failed) {
            ec = tls_->error().code();
            return;
        }
        feed(ec);
    } while (!ec);
}

// False: the socket has no more for now, or failed.
bool Stream::feed(ErrorCode& ec) {
    const std::span<char> room = tls_->prepare();
    const std::size_t count = socket_.read_some(asio::buffer(room.data(), room.size()), ec);
    if (ec == asio::error::eof) tls_->wire_ended();
    if (ec) return false;
    tls_->commit(count);
    return count == room.size();
}

std::size_t Stream::read_some(std::span<char> room, ErrorCode& ec) {
    if (tls_) return read_tls(room, ec);
    return socket_.read_some(asio::buffer(room.data(), room.size()), ec);
}

std::size_t Stream::read_tls(std::span<char> room, ErrorCode& ec) {
    ec = {};
    bool may_have_more = true;
    TlsMachine::ReadOutcome outcome;
    std::size_t count = 0;
    for (int reads = 0;; ++reads) {
        outcome = tls_->read(room.subspan(count));
        count += outcome.count;
        if (outcome.end != TlsMachine::ReadEnd::wants_bytes) break;
        if (!may_have_more || reads == wire_reads_per_read) ec = asio::error::would_block;
        if (!ec) may_have_more = feed(ec);
        if (ec) break;
    }
    if (count != 0) {
        ec = {};  // an end is told when all that came before it was read
    } else if (outcome.end == TlsMachine::ReadEnd::closed) {
        ec = asio::error::eof;
    } else if (outcome.end == TlsMachine::ReadEnd::failed && !ec) {
        ec = tls_->error().code();
    }
    return count;
}

std::size_t Stream::write_some(std::span<const ByteView> pieces, ErrorCode& ec) {
    if (tls_) return write_tls(pieces, ec);
    std::array<asio::const_buffer, pieces_per_write> buffers;
    for (std::size_t i = 0; i < pieces.size(); ++i)
        buffers[i] = asio::buffer(pieces[i].data(), pieces[i].size());
    return socket_.write_some(std::span{buffers}.first(pieces.size()), ec);
}

std::size_t Stream::write_tls(std::span<const ByteView> pieces, ErrorCode& ec) {
    std::size_t taken = 0;
    for (const ByteView piece : pieces) {
        const std::size_t count = tls_->write(piece);
        taken += count;
        if (count < piece.size()) break;
    }
    const ByteView unsent = tls_->unsent();
    const std::size_t count = socket_.write_some(asio::buffer(unsent.data(), unsent.size()), ec);
    tls_->sent(count);
    if (tls_->error()) ec = tls_->error().code();
    return taken;
}

void Stream::say_goodbye() noexcept {
    if (!tls_) return;
    tls_->say_goodbye();
    const ByteView unsent = tls_->unsent();
    ErrorCode ignored;
    if (!unsent.empty()) socket_.write_some(asio::buffer(unsent.data(), unsent.size()), ignored);
}

std::string Stream::words(const ErrorCode& ec) const {
    if (tls_ && tls_->error()) return tls_->error().detail().cause;
    std::string words = ec == asio::error::eof ? "the peer closed the connection" : ec.message();
    return is_shaking_hands() ? words + " during the TLS handshake" : words;
}

}  // namespace txcouchbase::net
