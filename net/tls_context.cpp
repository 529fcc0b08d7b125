// SPDX-License-Identifier: Apache-2.0
#include "net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <optional>

namespace txcouchbase::net {
namespace {

Error refusal(std::string what) {
    return Error{errc::argument, {.cause = "TLS: " + std::move(what) + ": " + tls_words()}};
}

/// Trusts every certificate of a PEM text; false when it has none, or one that is broken.
bool trust_pem(SSL_CTX* context, const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> text(
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
    bool has_any = false;
    while (X509* const certificate = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)) {
        has_any = X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate) == 1;
        X509_free(certificate);
        if (!has_any) return false;
    }
    // To the reader the end of the text is an error, too.
    if (!has_any || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) return false;
    ERR_clear_error();
    return true;
}

std::optional<Error> trust(SSL_CTX* context, const TlsSettings& settings) {
    if (settings.ca_file.empty() && settings.ca_pem.empty() && SSL_CTX_set_default_verify_paths(context) != 1)
        return refusal("the system's certificate authorities cannot be read");
    if (!settings.ca_file.empty() && SSL_CTX_load_verify_file(context, settings.ca_file.c_str()) != 1)
        return refusal("no certificate of an authority in the file '" + settings.ca_file + "'");
    if (!settings.ca_pem.empty() && !trust_pem(context, settings.ca_pem))
        return refusal("no certificate of an authority in ca_pem");
    return std::nullopt;
}

/// OpenSSL would ask at the terminal for the password of an encrypted key, and the program would hang.
int have_no_password(char*, int, int, void*) {
    return -1;
}

std::optional<Error> present(SSL_CTX* context, const TlsSettings& settings) {
    if (settings.certificate_file.empty() && settings.key_file.empty()) return std::nullopt;
    if (settings.certificate_file.empty() || settings.key_file.empty())
        return Error{errc::argument,
                     {.cause = "TLS: a client certificate and its key can only be given together"}};
    SSL_CTX_set_default_passwd_cb(context, have_no_password);
    if (SSL_CTX_use_certificate_chain_file(context, settings.certificate_file.c_str()) != 1)
        return refusal("no certificate in the file '" + settings.certificate_file + "'");
    // A key that is not that of the certificate is refused here, too.
    if (SSL_CTX_use_PrivateKey_file(context, settings.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
        return refusal("no unencrypted key of the certificate in the file '" + settings.key_file + "'");
    return std::nullopt;
}

std::optional<Error> check_own_context(const TlsSettings& settings) {
    if (settings.ca_file.empty() && settings.ca_pem.empty() && settings.certificate_file.empty() &&
        settings.key_file.empty())
        return std::nullopt;
    return Error{errc::options_conflict,
                 {.cause = "TLS: files and texts are not read into a context of your own"}};
}

}  // namespace

TlsContext::Outcome TlsContext::make(const TlsSettings& settings) {
    std::shared_ptr<SSL_CTX> context = settings.context;
    if (context != nullptr) {
        if (std::optional<Error> error = check_own_context(settings)) return *error;
    } else {
        ERR_clear_error();
        context.reset(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
        if (context == nullptr) return refusal("no context can be had");
        if (std::optional<Error> error = present(context.get(), settings)) return *error;
        if (std::optional<Error> error = trust(context.get(), settings)) return *error;
    }
    return std::shared_ptr<const TlsContext>{new TlsContext{std::move(context), settings.verifies_peer}};
}

std::shared_ptr<ssl_ctx_st> share_tls_context(ssl_ctx_st* native) noexcept {
    SSL_CTX_up_ref(native);
    return {native, SSL_CTX_free};
}

std::string tls_words() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return "no reason given";
    if (ERR_SYSTEM_ERROR(code)) return boost::system::system_category().message(ERR_GET_REASON(code));
    const char* const reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "error " + std::to_string(code);
}

}  // namespace txcouchbase::net
