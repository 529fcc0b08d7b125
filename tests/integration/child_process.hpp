// A program that a test starts, and that never outlives it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace txcouchbase::test {

/// How a program is started, apart from its arguments.
struct Launch {
    std::vector<std::string> environment = {};  ///< "NAME=value", beside what the test has itself
    bool drops_root = false;                    ///< runs as nobody where the test runs as root
    int output = -1;  ///< takes the program's stdout and stderr; -1: they are thrown away
};

/**
 * Lifetime: killed and reaped by the destructor; killed by the kernel, too, should the test itself be killed.
 */
class ChildProcess {
public:
    /// Shape:  the first argument is the program, looked up in PATH.
    /// Errors: std::runtime_error when there can be no further process; a program that is missing exits with 127.
    explicit ChildProcess(const std::vector<std::string>& arguments, const Launch& launch = {});
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ~ChildProcess() { kill(); }

    pid_t pid() const noexcept { return pid_; }

    /// SIGKILL; it is gone when this returns.
    void kill() noexcept;
    /// SIGSTOP; it stands still when this returns.
    void stop() noexcept;
    /// SIGCONT.
    void resume() noexcept;

    /// Whether it has ended by itself, without waiting for it.
    bool has_exited() noexcept;
    /// Waits for its end: the exit status, or 128 and the signal that ended it.
    int wait() noexcept;

private:
    void set_status(int status) noexcept;

    pid_t pid_ = -1;
    std::optional<int> exit_;
};

}  // namespace txcouchbase::test
