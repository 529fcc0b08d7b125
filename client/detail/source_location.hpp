// Where in the user's code a Deferred was made or fired.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace txcouchbase::detail {

/// std::source_location as far as we need it: clang 14 does not have it. Use as a default argument,
/// `SourceLocation at = SourceLocation::current()`, which names the caller's line.
struct SourceLocation {
    const char* file = nullptr;
    unsigned line = 0;

    static constexpr SourceLocation current(const char* caller_file = __builtin_FILE(),
                                            unsigned caller_line = __builtin_LINE()) noexcept {
        return {caller_file, caller_line};
    }
};

}  // namespace txcouchbase::detail
