// From the options of a connection to the TLS context that its sessions share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/detail/tls_options.hpp>

#include "net/tls_context.hpp"

namespace txcouchbase {

/// As net::TlsContext::make(). In a build without TLS always an error.
net::TlsContext::Outcome make_tls_context(const TlsOptions& options);

}  // namespace txcouchbase
