// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/memcached.hpp"

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace txcouchbase::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{8};
constexpr std::chrono::milliseconds between_looks{2};

/// The port in the file that memcached writes once it listens: "TCP INET: 40123". 0: not there yet.
std::uint16_t read_port(const std::filesystem::path& file) {
    std::ifstream in{file};
    std::string transport;
    std::string family;
    unsigned port = 0;
    in >> transport >> family >> port;
    return in && transport == "TCP" ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
}

}  // namespace

Memcached::Memcached(MemcachedSetup setup) : setup_(std::move(setup)) {
    // memcached writes its port file as the user it becomes.
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
    restart();
}

void Memcached::restart() {
    kill();
    // Somebody else may hold our old port for a moment, as the near end of a connection.
    for (const auto end = Clock::now() + patience; Clock::now() < end;
         std::this_thread::sleep_for(between_looks))
        if (launch()) return;
    throw std::runtime_error("memcached does not start");
}

// False: it exited, because it could not have the port.
bool Memcached::launch() {
    const std::filesystem::path port_file = folder_.path() / "port";
    std::filesystem::remove(port_file);
    // -1: a port of the kernel's choice, so that no two tests can ask for the same.
    const std::string port = port_ == 0 ? "-1" : std::to_string(port_);
    std::vector<std::string> arguments{"memcached", "-l", "127.0.0.1", "-p", port, "-U", "0", "-t", "1"};
    arguments.insert(arguments.end(), setup_.arguments.begin(), setup_.arguments.end());
    Launch how{.environment = setup_.environment, .drops_root = true};
    how.environment.push_back("MEMCACHED_PORT_FILENAME=" + port_file.string());
    process_.emplace(arguments, how);

    for (const auto end = Clock::now() + patience; Clock::now() < end;
         std::this_thread::sleep_for(between_looks)) {
        if (process_->has_exited()) {
            if (process_->wait() == 127) throw std::runtime_error("memcached is not installed");
            return false;
        }
        if (const std::uint16_t listening = read_port(port_file)) {
            port_ = listening;
            return true;
        }
    }
    throw std::runtime_error("memcached runs, but does not listen");
}

}  // namespace txcouchbase::test
