// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/network/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <boost/system/system_error.hpp>
#include <memory>

#include "tests/cluster/cluster.hpp"

namespace txcouchbase::cluster {

namespace {

template <auto free>
struct Free {
    void operator()(auto* object) const noexcept { free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free>>;

void require(bool is_good, const char* what) {
    if (!is_good) throw ClusterError(std::string("OpenSSL could not make ") + what);
}

Key make_key() {
    Key key(EVP_EC_gen("P-256"));
    require(key != nullptr, "a key");
    return key;
}

void add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1,
            "an extension of a certificate");
}

void set_serial_number(X509* certificate) {
    std::uint64_t serial = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "a random number");
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
                            serial >> 1U);  // positive, as the RFC wants it
}

/// A certificate without extensions and signature.
Certificate make_certificate(EVP_PKEY* key, const char* common_name, X509* issuer) {
    Certificate certificate(X509_new());
    require(certificate != nullptr, "a certificate");
    X509* const x = certificate.get();
    X509_set_version(x, X509_VERSION_3);
    set_serial_number(x);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 30L * 24 * 3600);
    X509_set_pubkey(x, key);
    X509_NAME* const name = X509_get_subject_name(x);
    const auto* text = reinterpret_cast<const unsigned char*>(common_name);
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1, "a name");
    X509_set_issuer_name(x, issuer == nullptr ? name : X509_get_subject_name(issuer));
    return certificate;
}

template <class Write>
std::string to_pem(Write&& write) {
    const Memory memory(BIO_new(BIO_s_mem()));
    require(memory && write(memory.get()) == 1, "PEM");
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace

Certificates make_certificates() {
    const Key ca_key = make_key();
    const Certificate ca = make_certificate(ca_key.get(), "txcouchbase development cluster CA", nullptr);
    add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
    add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
    require(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) != 0, "a signature");

    const Key key = make_key();
    const Certificate node = make_certificate(key.get(), "txcouchbase development cluster", ca.get());
    add_extension(node.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(node.get(), ca.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(node.get(), ca.get(), NID_ext_key_usage, "serverAuth");
    add_extension(node.get(), ca.get(), NID_subject_alt_name, "IP:127.0.0.1,IP:::1,DNS:localhost");
    add_extension(node.get(), ca.get(), NID_authority_key_identifier, "keyid");
    require(X509_sign(node.get(), ca_key.get(), EVP_sha256()) != 0, "a signature");

    return {.ca = to_pem([&](BIO* out) { return PEM_write_bio_X509(out, ca.get()); }),
            .node = to_pem([&](BIO* out) { return PEM_write_bio_X509(out, node.get()); }),
            .node_key = to_pem([&](BIO* out) {
                return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
}

boost::asio::ssl::context make_tls_context(const Certificates& certificates) {
    namespace ssl = boost::asio::ssl;
    try {
        ssl::context context(ssl::context::tls_server);
        context.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
        context.use_certificate_chain(boost::asio::buffer(certificates.node));
        context.use_private_key(boost::asio::buffer(certificates.node_key), ssl::context::pem);
        return context;
    } catch (const boost::system::system_error& error) {
        throw ClusterError(std::string("the certificates of the cluster cannot be used: ") + error.what());
    }
}

}  // namespace txcouchbase::cluster
