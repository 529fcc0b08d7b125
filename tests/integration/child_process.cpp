// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/child_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace txcouchbase::test {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

// Between fork and exec: nothing here may allocate or lock.
[[noreturn]] void become(char** arguments, char** environment, const passwd* user, int output) {
    // Asking to die with the test comes last, because a change of user would undo it.
    if (user != nullptr &&
        (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
        ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execvpe(arguments[0], arguments, environment);
    ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, const Launch& launch) {
    std::vector<std::string> texts = arguments;
    std::vector<std::string> variables = launch.environment;
    for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
    const std::vector<char*> argv = pointers(texts);
    const std::vector<char*> envp = pointers(variables);
    const passwd* const user = launch.drops_root && ::geteuid() == 0 ? ::getpwnam("nobody") : nullptr;
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    const int output = launch.output < 0 ? nowhere : launch.output;

    pid_ = ::fork();
    if (pid_ == 0) become(const_cast<char**>(argv.data()), const_cast<char**>(envp.data()), user, output);
    ::close(nowhere);
    if (pid_ < 0) throw std::runtime_error("no further process can be started");
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_(other.exit_) {}

void ChildProcess::kill() noexcept {
    if (pid_ < 0 || exit_) return;
    ::kill(pid_, SIGKILL);
    wait();
}

void ChildProcess::stop() noexcept {
    ::kill(pid_, SIGSTOP);
    int status = 0;
    if (::waitpid(pid_, &status, WUNTRACED) == pid_ && !WIFSTOPPED(status)) set_status(status);
}

void ChildProcess::resume() noexcept {
    ::kill(pid_, SIGCONT);
}

bool ChildProcess::has_exited() noexcept {
    int status = 0;
    if (!exit_ && ::waitpid(pid_, &status, WNOHANG) == pid_) set_status(status);
    return exit_.has_value();
}

int ChildProcess::wait() noexcept {
    int status = 0;
    if (!exit_ && ::waitpid(pid_, &status, 0) == pid_) set_status(status);
    return exit_.value_or(-1);
}

void ChildProcess::set_status(int status) noexcept {
    exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace txcouchbase::test
