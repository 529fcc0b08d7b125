// Texts inside of a URL's query: what may stand there as it is, and the rest percent-encoded.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace txcouchbase::views {

/// The characters of RFC 3986's query, each '%' with its two digits.
bool is_query_text(std::string_view text) noexcept;

/// Everything but letters, digits and "-._~/" encoded.
std::string query_escaped(std::string_view text);

/// The bytes that a query text stands for; of what is none the '%' stays as it is.
std::string query_unescaped(std::string_view text);

}  // namespace txcouchbase::views
