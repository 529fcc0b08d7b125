// What a Core tells the log, and at which level.
// SPDX-License-Identifier: Apache-2.0
#include "client/core.hpp"

namespace txcouchbase {

void Core::log_duplicates(std::size_t count) noexcept {
    log(LogLevel::warning, "operation", {},
        [&] { return "keys that a multi operation was given more than once: " + std::to_string(count); });
}

void Core::on_dialling(net::KvSession& session) {
    log(LogLevel::debug, session, [] { return "dialling"; });
}

void Core::log_up(net::KvSession& session) {
    log(LogLevel::info, session, [] { return "connected"; });
}

void Core::log_connect_failed(net::KvSession& session, const Error& error) {
    log(LogLevel::error, session, [&] { return "the first connect failed: " + error.detail().cause; });
}

void Core::log_lost(net::KvSession& session, const Error& error, bool was_up) {
    if (!was_up)
        return log(LogLevel::info, session, [&] { return "still no connection: " + error.detail().cause; });
    const char* const what = error.rc() == errc::silent_peer ? "silent peer: " : "connection lost: ";
    log(LogLevel::warning, session, [&] { return what + error.detail().cause; });
    if (const std::uint64_t late = session.machine().late_replies_here(); late != 0)
        log(LogLevel::info, session,
            [&] { return "replies that came too late on it and were swallowed: " + std::to_string(late); });
}

void Core::on_redial(net::KvSession& session, std::chrono::milliseconds delay) {
    log(LogLevel::info, session,
        [&] { return "dialling again in " + std::to_string(delay.count()) + " ms"; });
}

}  // namespace txcouchbase
