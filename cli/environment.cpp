// SPDX-License-Identifier: Apache-2.0
#include "cli/environment.hpp"

#include <cstdlib>

namespace txcouchbase::cli {

std::string from_environment(const char* variable) {
    const char* const text = std::getenv(variable);
    return text != nullptr ? text : "";
}

}  // namespace txcouchbase::cli
