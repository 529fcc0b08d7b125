// Certificates made for a test: an authority, and what it signs for whomever the test says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

namespace txcouchbase::net {

/// Both as PEM.
struct Identity {
    std::string certificate;
    std::string key;
};

struct CertificateWishes {
    std::string names = "IP:127.0.0.1,IP:::1,DNS:localhost";  ///< as OpenSSL spells subjectAltName
    long begins = -3600;                                      ///< in seconds from now
    long ends = 3600;
    const char* usage = "serverAuth";
};

/// Its key lives as long as it does.
class Authority {
public:
    explicit Authority(const char* name = "another authority");
    const std::string& certificate() const { return certificate_; }
    X509* own() const { return own_.get(); }
    Identity sign(const CertificateWishes& wishes = {}) const;
    /// Signed by its own key.
    static Identity sign_itself();

private:
    std::shared_ptr<EVP_PKEY> key_;
    std::shared_ptr<X509> own_;
    std::string certificate_;
};

/// One for all tests: keys take time.
const Authority& test_authority();
/// What it signed with no special wishes.
const Identity& test_identity();

/// The key as PEM, encrypted with a password.
std::string encrypted(const Identity& identity);

/// A file with these words, for as long as it lives.
class TextFile {
public:
    explicit TextFile(const std::string& text);
    ~TextFile();
    TextFile(const TextFile&) = delete;
    TextFile& operator=(const TextFile&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace txcouchbase::net
