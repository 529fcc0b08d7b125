// What can be wrong with a connection string, where it shows, and the sentence for the person who wrote it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace txcouchbase::protocol {

/// What is wrong with a text, in one word.
enum class ConnectionStringDefect : std::uint8_t {
    text_too_long,
    control_character,
    unknown_scheme,
    password_in_text,
    empty_host,
    bad_host,
    unterminated_bracket,
    bad_address,
    bad_port,
    port_out_of_range,
    http_port,
    unknown_hint,
    too_many_hosts,
    bad_bucket,
    bad_parameter,
    bad_percent_escape,
};

/// The name: "bad_port".
std::string_view name(ConnectionStringDefect defect) noexcept;

/// One sentence for the person who wrote the text. Quotes nothing of it: there may be a password inside.
std::string_view sentence(ConnectionStringDefect defect) noexcept;

struct ConnectionStringError {
    ConnectionStringDefect defect;
    std::size_t position;  ///< the byte of the text where it shows, from 0

    bool operator==(const ConnectionStringError&) const = default;
};

}  // namespace txcouchbase::protocol
