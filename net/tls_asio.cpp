// Asio's own code for TLS: we need none of it, but who links us and has a boost::asio::ssl::context finds it here.
// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/ssl/impl/src.hpp>
