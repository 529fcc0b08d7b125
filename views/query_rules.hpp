// The parameters of a view query by name, and how the value of each becomes text.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/query.hpp"

namespace txcouchbase::views {

enum class ParameterKind : std::uint8_t {
    truth,
    number,
    json,
    json_array,
    text,
    stale,
    on_error,
    range,
    unknown
};

/// What a name means: itself, or the parameter that it is another name of. Of a range both ends are named.
struct ParameterRule {
    std::string_view name;
    ParameterKind kind = ParameterKind::unknown;
    std::string_view parameter;
    std::string_view end = {};
};

/// The rule of a name; of kind unknown when it has none.
const ParameterRule& find_rule(std::string_view name) noexcept;

/// Text for the URL, or what should have been given instead.
struct EncodedValue {
    std::string text = {};
    std::string_view wanted = {};  ///< empty: all is well
};

/// By the rule of its kind, escaped for the URL.
EncodedValue encode_value(ParameterKind kind, const QueryValue& value);
/// Text or a number as it is: passthrough.
EncodedValue encode_verbatim(const QueryValue& value);

/// As JSON; nothing when it cannot be.
EncodedValue json_of(const QueryValue& value);

/// The value in an error's words: "12", text in quotes, a list as "a list".
std::string shown(const QueryValue& value);

}  // namespace txcouchbase::views
