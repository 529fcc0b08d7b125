// A client's socket that blocks, with or without TLS; for tests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace txcouchbase::test {

/**
 * Errors: std::runtime_error for what a test does not expect: refused, a certificate that nobody signed, nothing to
 *         read for 10 seconds.
 */
class SocketStream {
public:
    /// To this port of 127.0.0.1. TLS when there is a CA (PEM).
    explicit SocketStream(std::uint16_t port, const std::string& ca = {});
    ~SocketStream();
    SocketStream(SocketStream&&) noexcept;
    SocketStream& operator=(SocketStream&&) noexcept;

    static bool is_refused(std::uint16_t port);

    void write(std::string_view bytes);
    /// What has arrived, at least a byte; empty when the other end closed or reset.
    std::string read();
    /// Whether something has arrived within this time.
    bool is_readable(int milliseconds);
    /// Whether the last read() found a reset.
    bool was_reset() const noexcept;
    /// Closes with a RST.
    void reset();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace txcouchbase::test
