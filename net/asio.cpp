// Asio's own code, compiled once here instead of in every file that includes its headers.
// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/impl/src.hpp>
