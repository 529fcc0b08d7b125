// The document in which a server explains its status codes to clients that do not know them (PROTOCOL 3.3).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "protocol/bytes.hpp"
#include "protocol/flag_set.hpp"
#include "protocol/status.hpp"

namespace txcouchbase::protocol {

/// Those of the attributes that ask something of a client.
enum class ErrorTrait : std::uint16_t {
    none = 0,
    fetch_config = 1,            ///< there may be a newer cluster map
    conn_state_invalidated = 2,  ///< the connection is of no more use
    special_handling = 4,        ///< means more than its attributes say
    temporary = 8,               ///< "temp"
    retry_now = 16,
    retry_later = 32,
    no_retry = 64,
    auto_retry = 128,  ///< as ErrorRetry says
};
template <>
inline constexpr bool is_flag_set<ErrorTrait> = true;

/// How an error with auto_retry is to be retried.
struct ErrorRetry {
    enum class Strategy : std::uint8_t { constant, linear, exponential };

    Strategy strategy = Strategy::constant;
    std::chrono::milliseconds interval{0};
    std::chrono::milliseconds after{0};         ///< before the first
    std::chrono::milliseconds ceiling{0};       ///< of a delay; 0: none
    std::chrono::milliseconds max_duration{0};  ///< since the first refusal; 0: no limit of its own

    /// Before the attempt of this number, which counts from 1. At most a minute.
    std::chrono::milliseconds delay(std::size_t attempt) const noexcept;
};

struct ErrorMapEntry {
    std::string name = {};
    std::string description = {};
    ErrorTrait traits = ErrorTrait::none;
    std::optional<ErrorRetry> retry = {};

    bool may_be_retried() const noexcept {
        return !has(traits, ErrorTrait::no_retry) &&
               has(traits, ErrorTrait::temporary | ErrorTrait::retry_now | ErrorTrait::retry_later |
                               ErrorTrait::auto_retry);
    }
};

struct ErrorMap {
    std::int64_t revision = 0;
    std::unordered_map<std::uint16_t, ErrorMapEntry> entries = {};

    const ErrorMapEntry* find(Status status) const noexcept {
        const auto found = entries.find(static_cast<std::uint16_t>(status));
        return found == entries.end() ? nullptr : &found->second;
    }
};

/// Real ones have some 100 entries and 20 KiB.
constexpr std::size_t max_error_map_size = 1024 * 1024;

/**
 * Reads an error map of version 1 or 2.
 *
 * Shape:  unknown members and attributes are ignored; texts are cut to 256 bytes.
 * Errors: null for what is no error map: too large, no JSON, another version, a member of the wrong type. A client can
 *         do without. Throws std::bad_alloc and nothing else.
 */
std::shared_ptr<const ErrorMap> read_error_map(ByteView json);

}  // namespace txcouchbase::protocol
