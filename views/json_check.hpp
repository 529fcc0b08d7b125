// Whether a text is JSON, and where it stops being it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace txcouchbase::views {

constexpr int max_json_depth = 1000;

/// Space around it is allowed. The place of the first byte that does not belong to a JSON text (RFC 8259, in UTF-8,
/// nested max_json_depth deep at most); nothing when it is one.
std::optional<std::size_t> find_json_defect(std::string_view text) noexcept;

}  // namespace txcouchbase::views
