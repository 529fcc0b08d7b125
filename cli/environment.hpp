// The variables of the environment that stand in for options.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace txcouchbase::cli {

inline constexpr const char* connect_variable = "TXCB_CONNECT";
inline constexpr const char* user_variable = "TXCB_USER";
inline constexpr const char* password_variable = "TXCB_PASSWORD";

/// What a variable holds; nothing when it is not set.
std::string from_environment(const char* variable);

}  // namespace txcouchbase::cli
