// What a connection tells a log: its sessions and maps as they come and go, odd calls; never keys, values or secrets.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace txcouchbase {

enum class LogLevel : std::uint8_t { trace, debug, info, warning, error };

/// One event. The views are valid until the hook returns.
struct LogRecord {
    LogLevel level;
    /// "session": a connection to one node; "operation": a call that looks wrong; "cluster": its map.
    std::string_view subsystem;
    std::string_view message;  ///< "connection lost: the peer closed the connection"
    std::string_view node;     ///< "127.0.0.1:11211"; empty for an operation, and for a map that was taken
};

/**
 * Hears of events at and above ConnectionOptions::log_level.
 *
 * When:   on the connection's executor, from within whatever the connection is doing; "dialling" for the first time
 *         from its constructor. The hook may use the connection, close it, and drop its handles.
 * Errors: what it throws goes to the connection's unhandled hook.
 * Cost:   nothing is formatted below the level, and no sound operation is an event.
 */
using LogHook = std::function<void(const LogRecord& record)>;

}  // namespace txcouchbase
