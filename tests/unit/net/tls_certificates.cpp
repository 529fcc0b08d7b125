// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/net/tls_certificates.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace txcouchbase::net {
namespace {

void require(bool is_good) {
    if (!is_good) throw std::runtime_error{"a certificate for a test cannot be made"};
}

std::shared_ptr<EVP_PKEY> make_key() {
    return {EVP_EC_gen("P-256"), EVP_PKEY_free};
}

void extend(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value);
    require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

/// Without extensions and signature.
std::shared_ptr<X509> make_certificate(EVP_PKEY* key, const char* name, const X509* issuer, long begins,
                                       long ends) {
    static std::uint64_t serial = 0;
    std::shared_ptr<X509> certificate{X509_new(), X509_free};
    X509* const x = certificate.get();
    require(x != nullptr && X509_set_version(x, X509_VERSION_3) == 1);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x), begins);
    X509_gmtime_adj(X509_getm_notAfter(x), ends);
    X509_set_pubkey(x, key);
    X509_NAME* const subject = X509_get_subject_name(x);
    const auto* const text = reinterpret_cast<const unsigned char*>(name);
    require(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1);
    X509_set_issuer_name(x, issuer == nullptr ? subject : X509_get_subject_name(issuer));
    return certificate;
}

template <class Write>
std::string to_pem(Write&& write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> memory{BIO_new(BIO_s_mem()), &BIO_free};
    require(write(memory.get()) == 1);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

std::string to_pem(X509* certificate) {
    return to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string to_pem(EVP_PKEY* key, const EVP_CIPHER* cipher = nullptr, const char* password = nullptr) {
    return to_pem([&](BIO* out) {
        return PEM_write_bio_PrivateKey(out, key, cipher, nullptr, 0, nullptr, const_cast<char*>(password));
    });
}

}  // namespace

Authority::Authority(const char* name)
    : key_(make_key()), own_(make_certificate(key_.get(), name, nullptr, -3600, 86400)) {
    extend(own_.get(), own_.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(own_.get(), own_.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    require(X509_sign(own_.get(), key_.get(), EVP_sha256()) != 0);
    certificate_ = to_pem(own_.get());
}

Identity Authority::sign(const CertificateWishes& wishes) const {
    const auto key = make_key();
    const auto certificate = make_certificate(key.get(), "node", own_.get(), wishes.begins, wishes.ends);
    extend(certificate.get(), own_.get(), NID_basic_constraints, "critical,CA:FALSE");
    extend(certificate.get(), own_.get(), NID_ext_key_usage, wishes.usage);
    extend(certificate.get(), own_.get(), NID_subject_alt_name, wishes.names.c_str());
    require(X509_sign(certificate.get(), key_.get(), EVP_sha256()) != 0);
    return {to_pem(certificate.get()), to_pem(key.get())};
}

Identity Authority::sign_itself() {
    const auto key = make_key();
    const auto certificate = make_certificate(key.get(), "node", nullptr, -3600, 3600);
    extend(certificate.get(), certificate.get(), NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
    require(X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0);
    return {to_pem(certificate.get()), to_pem(key.get())};
}

const Authority& test_authority() {
    static const Authority authority{"test authority"};
    return authority;
}

const Identity& test_identity() {
    static const Identity identity = test_authority().sign();
    return identity;
}

std::string encrypted(const Identity& identity) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> text{
        BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size())), &BIO_free};
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
        PEM_read_bio_PrivateKey(text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free};
    return to_pem(key.get(), EVP_aes_128_cbc(), "a password");
}

TextFile::TextFile(const std::string& text) : path_{testing::TempDir() + "txcb-XXXXXX"} {
    const int file = ::mkstemp(path_.data());
    require(file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(file);
}

TextFile::~TextFile() {
    ::unlink(path_.c_str());
}

}  // namespace txcouchbase::net
