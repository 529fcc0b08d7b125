// SPDX-License-Identifier: Apache-2.0
#include "net/tls_machine.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "protocol/ip_address.hpp"

namespace txcouchbase::net {
namespace {

constexpr std::size_t record_size = SSL3_RT_MAX_PLAIN_LENGTH;
// Beside what write() is bounded by, OpenSSL answers some of the peer's messages, which do not count on being read.
constexpr std::size_t most_wire = TlsMachine::most_unsent + 2 * record_size;

bool is_address(const std::string& host) noexcept {
    return protocol::is_ipv4(host) || protocol::is_ipv6(host);
}

/// What an alert of the peer says, or any other reason of the library's.
std::string alert_or_words() {
    const unsigned long code = ERR_peek_error();
    const int alert = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET;
    if (ERR_GET_LIB(code) != ERR_LIB_SSL || alert < 0 || alert > 255) return tls_words();
    const std::string known = SSL_alert_desc_string_long(alert);
    if (known == "unknown") return "the peer refuses: " + tls_words();
    ERR_clear_error();
    return "the peer refuses: " + known;
}

/// What others left would be taken for an error of the next call. Nearly always there is nothing, and to find that out
/// costs less than to clear it.
void forget_errors() noexcept {
    if (ERR_peek_error() != 0) ERR_clear_error();
}

std::string certificate_words(long verdict, const std::string& host) {
    const std::string words = X509_verify_cert_error_string(verdict);
    switch (verdict) {
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH: return "is not for '" + host + "' (" + words + ')';
        case X509_V_ERR_CERT_HAS_EXPIRED: return "has expired";
        case X509_V_ERR_CERT_NOT_YET_VALID: return "is not valid yet";
        case X509_V_ERR_CERT_SIGNATURE_FAILURE:  // of an authority with the name of a trusted one
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: return "is of no trusted authority (" + words + ')';
        default: return "is not accepted: " + words;
    }
}

std::string stranger_words(ByteView bytes) {
    std::string words = "the peer does not speak TLS";
    if (bytes.substr(0, 4) == "HTTP") return words + ": it answers in HTTP";
    if (!bytes.empty() && bytes[0] == '\x81') return words + ": this is a port of the protocol in clear";
    return words;
}

}  // namespace

// A stream of OpenSSL's over the machine's own buffers. OpenSSL's streams over memory would copy once more in each
// direction, and take what they are given without bounds.
struct TlsMachine::Wire {
    static TlsMachine& machine(BIO* bio) noexcept { return *static_cast<TlsMachine*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* room, std::size_t size, std::size_t* count) noexcept {
        TlsMachine& self = machine(bio);
        BIO_clear_retry_flags(bio);
        *count = std::min(size, self.in_end_ - self.in_begin_);
        std::memcpy(room, self.in_.data() + self.in_begin_, *count);
        self.in_begin_ += *count;
        if (*count != 0) return 1;
        BIO_set_retry_read(bio);
        return -1;
    }

    static int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* count) noexcept {
        TlsMachine& self = machine(bio);
        BIO_clear_retry_flags(bio);
        *count = 0;
        if (self.unsent().size() + size > most_wire) {
            self.is_overfull_ = true;
            return -1;
        }
        if (self.out_begin_ > most_unsent) self.move_unsent_to_front();
        try {
            self.out_.insert(self.out_.end(), bytes, bytes + size);
        } catch (const std::bad_alloc&) {
            return -1;
        }
        *count = size;
        return 1;
    }

    static long control(BIO*, int command, long, void*) noexcept { return command == BIO_CTRL_FLUSH ? 1 : 0; }

    static BIO_METHOD* method() {
        static BIO_METHOD* const own = [] {
            BIO_METHOD* const fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "txcouchbase");
            if (fresh == nullptr) throw std::bad_alloc{};
            BIO_meth_set_read_ex(fresh, read);
            BIO_meth_set_write_ex(fresh, write);
            BIO_meth_set_ctrl(fresh, control);
            return fresh;
        }();
        return own;
    }
};

void TlsMachine::Free::operator()(ssl_st* session) const noexcept {
    SSL_free(session);
}

TlsMachine::TlsMachine(const TlsContext& context, std::string host)
    : session_(SSL_new(context.native())), host_(std::move(host)) {
    BIO* const wire = BIO_new(Wire::method());
    if (session_ == nullptr || wire == nullptr) {
        BIO_free(wire);
        throw std::bad_alloc{};
    }
    BIO_set_data(wire, this);
    BIO_set_init(wire, 1);
    SSL* const session = session_.get();
    SSL_set_bio(session, wire, wire);
    SSL_set_connect_state(session);
    // The user's own context may say less than this.
    if (SSL_get_min_proto_version(session) < TLS1_2_VERSION)
        SSL_set_min_proto_version(session, TLS1_2_VERSION);
    SSL_set_options(session, SSL_OP_NO_RENEGOTIATION);
    // read() relies on both: what OpenSSL has not used of the wire is in in_, and it asks for more when that is empty.
    SSL_set_read_ahead(session, 0);
    SSL_set_mode(session, SSL_MODE_AUTO_RETRY);
    SSL_set_verify(session, context.verifies_peer() ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                   SSL_get_verify_callback(session));
    forget_errors();
    if (!expect_host(context)) fail_handshake("'" + host_ + "' is no host that a certificate could be for");
}

TlsMachine::~TlsMachine() = default;

// An address is no name: it is not sent along, and is matched as an address. No name at all would match any.
bool TlsMachine::expect_host(const TlsContext& context) {
    X509_VERIFY_PARAM* const wanted = SSL_get0_param(session_.get());
    if (is_address(host_)) return X509_VERIFY_PARAM_set1_ip_asc(wanted, host_.c_str()) == 1;
    std::string name = host_;
    if (name.ends_with('.')) name.pop_back();  // as DNS spells it; no certificate does
    if (name.empty()) return !context.verifies_peer();
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(wanted, name.data(), name.size()) == 1 &&
           SSL_set_tlsext_host_name(session_.get(), name.c_str()) == 1;
}

TlsMachine::Progress TlsMachine::handshake() {
    if (error_) return Progress::failed;
    if (!is_peer_known_ && in_begin_ != in_end_) {
        if (!sees_tls()) return fail_handshake(stranger_words({in_.data() + in_begin_, in_end_ - in_begin_}));
        is_peer_known_ = true;
    }
    forget_errors();
    const int outcome = SSL_do_handshake(session_.get());
    if (outcome == 1) {
        is_up_ = true;
        return Progress::up;
    }
    if (SSL_get_error(session_.get(), outcome) == SSL_ERROR_WANT_READ) return Progress::wants_bytes;
    return fail_handshake(handshake_words());
}

// A peer begins with a record of its handshake, or with an alert. OpenSSL would call anything else a wrong version.
bool TlsMachine::sees_tls() const noexcept {
    const char first = in_[in_begin_];
    return first == SSL3_RT_HANDSHAKE || first == SSL3_RT_ALERT;
}

TlsMachine::Progress TlsMachine::fail_handshake(std::string cause) {
    fail(errc::connect_error, std::move(cause));
    return Progress::failed;
}

// Of a certificate the library says only that it did not verify; why stands beside it.
std::string TlsMachine::handshake_words() const {
    if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED)
        return "the peer's certificate " + certificate_words(SSL_get_verify_result(session_.get()), host_);
    if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_WRONG_VERSION_NUMBER) return stranger_words({});
    return alert_or_words();
}

std::span<char> TlsMachine::prepare() noexcept {
    if (in_begin_ == in_end_) in_begin_ = in_end_ = 0;
    return std::span{in_}.subspan(in_end_);
}

void TlsMachine::wire_ended() {
    if (error_) return;
    if (!is_up_) {
        fail_handshake("the peer closed the connection during the handshake: does it speak TLS here?");
    } else if (!is_closed_) {
        fail(errc::connection_lost, "the connection was cut off: it ended without the peer's goodbye");
    }
}

TlsMachine::ReadOutcome TlsMachine::read(std::span<char> out) {
    ReadOutcome outcome;
    while (!error_ && outcome.count < out.size()) {
        if (!has_unread()) return outcome;  // OpenSSL would say so, too, but makes an error of it
        forget_errors();
        const std::span<char> room = out.subspan(outcome.count);
        std::size_t count = 0;
        const int success = SSL_read_ex(session_.get(), room.data(), room.size(), &count);
        outcome.count += count;
        is_record_left_ = count == room.size() && SSL_pending(session_.get()) != 0;
        if (success == 1) continue;
        switch (SSL_get_error(session_.get(), success)) {
            case SSL_ERROR_WANT_READ: return outcome;
            case SSL_ERROR_ZERO_RETURN:
                is_closed_ = true;
                outcome.end = ReadEnd::closed;
                return outcome;
            default: fail(errc::connection_lost, alert_or_words());
        }
    }
    outcome.end = error_ ? ReadEnd::failed : ReadEnd::full;
    return outcome;
}

std::size_t TlsMachine::write(ByteView bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && !error_ && unsent().size() < most_unsent) {
        const ByteView record = bytes.substr(taken, record_size);
        forget_errors();
        std::size_t written = 0;
        // The wire takes all or fails, and so does a write.
        if (SSL_write_ex(session_.get(), record.data(), record.size(), &written) != 1)
            fail(errc::connection_lost, alert_or_words());
        else
            taken += written;
    }
    return taken;
}

void TlsMachine::say_goodbye() noexcept {
    if (!is_up_ || error_) return;
    forget_errors();
    SSL_shutdown(session_.get());
    forget_errors();
}

void TlsMachine::sent(std::size_t count) noexcept {
    out_begin_ += count;
    if (out_begin_ < out_.size()) return;
    out_.clear();
    out_begin_ = 0;
}

// A peer that is always a little behind would never let the buffer become empty.
void TlsMachine::move_unsent_to_front() noexcept {
    out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(out_begin_));
    out_begin_ = 0;
}

void TlsMachine::fail(errc code, std::string cause) {
    if (is_overfull_) cause = "the peer does not read what it makes us answer";
    error_ = Error{code, {.cause = "TLS: " + std::move(cause)}};
}

}  // namespace txcouchbase::net
