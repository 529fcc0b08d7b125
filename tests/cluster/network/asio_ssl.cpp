// The part of Asio's own code that needs OpenSSL.
// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/ssl/impl/src.hpp>
