// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/net/tls_server_end.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <stdexcept>

namespace txcouchbase::net {
namespace {

using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

Memory reading(const std::string& text) {
    return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

std::shared_ptr<X509> certificate_of(const std::string& pem) {
    return {PEM_read_bio_X509(reading(pem).get(), nullptr, nullptr, nullptr), X509_free};
}

std::shared_ptr<SSL_CTX> make_context(const ServerWishes& wishes) {
    std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
        PEM_read_bio_PrivateKey(reading(wishes.identity.key).get(), nullptr, nullptr, nullptr),
        &EVP_PKEY_free};
    if (SSL_CTX_use_certificate(context.get(), certificate_of(wishes.identity.certificate).get()) != 1 ||
        SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1)
        throw std::runtime_error{"a server for a test cannot be made"};
    // Versions before 1.2 need weaker digests than OpenSSL allows by default.
    if (wishes.newest != 0 && wishes.newest < TLS1_2_VERSION) SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), wishes.oldest);
    SSL_CTX_set_max_proto_version(context.get(), wishes.newest);
    if (wishes.wants_certificate) {
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()),
                            certificate_of(test_authority().certificate()).get());
    }
    return context;
}

/// Of a server without special wishes there is one context: it takes longer to make than a handshake does.
std::shared_ptr<SSL_CTX> context_for(const ServerWishes& wishes) {
    static const std::shared_ptr<SSL_CTX> usual = make_context({});
    const bool is_usual = wishes.identity.key == test_identity().key && !wishes.wants_certificate &&
                          wishes.oldest == 0 && wishes.newest == 0;
    return is_usual ? usual : make_context(wishes);
}

}  // namespace

TlsServerEnd::TlsServerEnd(const ServerWishes& wishes)
    : context_(context_for(wishes)), session_(SSL_new(context_.get()), SSL_free) {
    SSL_set_bio(session_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    BIO_set_mem_eof_return(SSL_get_rbio(session_.get()), -1);  // empty means "later", not "over"
    SSL_set_accept_state(session_.get());
}

std::string TlsServerEnd::read(ByteView wire_bytes) {
    BIO_write(SSL_get_rbio(session_.get()), wire_bytes.data(), static_cast<int>(wire_bytes.size()));
    ERR_clear_error();
    std::string clear;
    char room[4096];
    int count = 0;
    while ((count = SSL_read(session_.get(), room, sizeof room)) > 0)
        clear.append(room, static_cast<std::size_t>(count));
    if (SSL_get_error(session_.get(), count) == SSL_ERROR_SSL && words_.empty())
        words_ = ERR_reason_error_string(ERR_get_error());
    return clear;
}

void TlsServerEnd::write(ByteView bytes) {
    if (SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0)
        throw std::runtime_error{"the server of a test cannot write"};
}

void TlsServerEnd::say_goodbye() {
    SSL_shutdown(session_.get());
}

void TlsServerEnd::change_keys() {
    SSL_key_update(session_.get(), SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(session_.get());
}

void TlsServerEnd::shake_hands_again() {
    SSL_renegotiate(session_.get());
    SSL_do_handshake(session_.get());
}

std::string TlsServerEnd::unsent() {
    BIO* const wire = SSL_get_wbio(session_.get());
    std::string bytes(BIO_ctrl_pending(wire), '\0');
    if (!bytes.empty()) BIO_read(wire, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
}

bool TlsServerEnd::is_up() const {
    return SSL_is_init_finished(session_.get()) == 1;
}

bool TlsServerEnd::was_told_goodbye() const {
    return (SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

std::string TlsServerEnd::called() const {
    const char* const name = SSL_get_servername(session_.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
}

std::string TlsServerEnd::version() const {
    return SSL_get_version(session_.get());
}

std::string TlsServerEnd::client() const {
    const X509* const certificate = SSL_get0_peer_certificate(session_.get());
    if (certificate == nullptr) return "";
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    return name;
}

}  // namespace txcouchbase::net
