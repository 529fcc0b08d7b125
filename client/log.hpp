// What a connection tells a log: its sessions' comings and goings, odd calls, never keys, values or secrets.
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
    std::string_view
        subsystem;             ///< "session": a connection to one node; "operation": a call that looks wrong
    std::string_view message;  ///< "connection lost: the peer closed the connection"
    std::string_view node;     ///< "127.0.0.1:11211"; empty for an operation
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
