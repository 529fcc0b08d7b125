// The machine's own memcached, as a child of the test.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "tests/integration/child_process.hpp"
#include "tests/integration/temporary_folder.hpp"

namespace txcouchbase::test {

struct MemcachedSetup {
    std::vector<std::string> arguments = {};    ///< beside address, port and threads
    std::vector<std::string> environment = {};  ///< "NAME=value"
};

/**
 * A memcached on a port of 127.0.0.1 that the kernel chose, ready for connections. Each has its own port and its own
 * values, so tests may run side by side.
 */
class Memcached {
public:
    /// Errors: std::runtime_error when it is not ready within seconds, for example because it is not installed.
    explicit Memcached(MemcachedSetup setup = {});

    std::uint16_t port() const noexcept { return port_; }
    /// "127.0.0.1:port": how errors name it.
    std::string node() const { return "127.0.0.1:" + std::to_string(port_); }
    /// The connection string.
    std::string url() const { return "memcached://" + node(); }

    /// SIGKILL: its connections are reset, its values gone.
    void kill() noexcept { process_.reset(); }
    /// Starts it again, empty, on the same port.
    void restart();

    /// SIGSTOP: the kernel still takes connections and bytes for it, but it reads none.
    void stop() noexcept { process_->stop(); }
    void resume() noexcept { process_->resume(); }

private:
    bool launch();

    TemporaryFolder folder_;
    MemcachedSetup setup_;
    std::uint16_t port_ = 0;  // until the first start: any
    std::optional<ChildProcess> process_;
};

}  // namespace txcouchbase::test
