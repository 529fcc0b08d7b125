// SPDX-License-Identifier: Apache-2.0
#include "cli/password.hpp"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace txcouchbase::cli {
namespace {

// What the signal handler puts back: it can be given nothing else.
termios echoing;

extern "C" void restore_and_die(int signal) {
    tcsetattr(STDIN_FILENO, TCSANOW, &echoing);
    raise(signal);  // SA_RESETHAND: this time it has its usual effect, as soon as the handler returns
}

/// While it lives, the terminal shows nothing of what is typed, and whoever interrupts gets it back as it was.
class SilentTerminal {
public:
    SilentTerminal() {
        if (tcgetattr(STDIN_FILENO, &echoing) != 0) return;
        struct sigaction action = {};
        action.sa_handler = restore_and_die;
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &action, &previous_[i]);
        termios silent = echoing;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL;
        is_silent_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
        has_handlers_ = true;
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    ~SilentTerminal() {
        if (is_silent_) tcsetattr(STDIN_FILENO, TCSANOW, &echoing);
        if (!has_handlers_) return;
        for (std::size_t i = 0; i < signals.size(); ++i) sigaction(signals[i], &previous_[i], nullptr);
    }

    bool is_silent() const noexcept { return is_silent_; }

private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

    std::array<struct sigaction, signals.size()> previous_ = {};
    bool has_handlers_ = false;
    bool is_silent_ = false;
};

std::string read_line(Console& console, std::string& line) {
    if (std::getline(console.in, line)) return {};
    return "standard input ended before there was a password";
}

}  // namespace

std::string read_password(Console& console, std::string& password) {
    if (!console.in_is_terminal) return read_line(console, password);
    const SilentTerminal terminal;
    if (!terminal.is_silent()) return "the terminal would show the password";
    console.err << "Password: " << std::flush;
    return read_line(console, password);
}

}  // namespace txcouchbase::cli
