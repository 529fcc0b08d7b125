// The exception class of an error code, by name.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <txcouchbase/error.hpp>

namespace txcouchbase::cli {

/// "NotFoundError", as a catch names it.
std::string_view name(ErrorClass error_class) noexcept;

}  // namespace txcouchbase::cli
