// SPDX-License-Identifier: Apache-2.0
#include "client/secure.hpp"

namespace txcouchbase {

std::shared_ptr<ssl_ctx_st> detail::share_tls_context(ssl_ctx_st* native) noexcept {
    return net::share_tls_context(native);
}

net::TlsContext::Outcome make_tls_context(const TlsOptions& options) {
    return net::TlsContext::make({.ca_file = options.ca_file,
                                  .ca_pem = options.ca_pem,
                                  .certificate_file = options.certificate_file,
                                  .key_file = options.key_file,
                                  .verifies_peer = options.verifies_peer,
                                  .context = options.context.native()});
}

}  // namespace txcouchbase
