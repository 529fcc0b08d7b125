// The `txcb-cluster` process: which of its three programs it is.
// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <vector>

#include "tests/cluster/tool/control_client.hpp"
#include "tests/cluster/tool/node_process.hpp"
#include "tests/cluster/tool/serve.hpp"

namespace {

namespace tool = txcouchbase::cluster::tool;

int run(const tool::ServeArguments& arguments) {
    return tool::serve(arguments, std::cout, std::cerr);
}
int run(const tool::ControlArguments& arguments) {
    return tool::send_command(arguments, std::cout, std::cerr);
}
int run(tool::HelpWanted) {
    std::cout << tool::help;
    return tool::exit_ok;
}
int run(const tool::BadArguments& bad) {
    std::cerr << "txcb-cluster: " << bad.words << "; txcb-cluster --help says what there is\n";
    return tool::exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> arguments{argv + 1, argv + argc};
    if (!arguments.empty() && arguments.front() == tool::node_process_verb) return tool::run_node_process();
    const auto read = tool::read_arguments(arguments);
    return std::visit([](const auto& wanted) { return run(wanted); }, read);
}
