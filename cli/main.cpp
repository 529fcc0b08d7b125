// The `txcb` process: nothing but its streams and its arguments.
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <iostream>
#include <vector>

#include "cli/txcb.hpp"

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    // Tied streams would flush the output before every line that is read.
    std::cin.tie(nullptr);
    const std::vector<std::string_view> arguments{argv + 1, argv + argc};
    txcouchbase::cli::Console console{std::cin, std::cout, std::cerr, isatty(STDIN_FILENO) == 1};
    return txcouchbase::cli::run_txcb(arguments, console);
}
