// SPDX-License-Identifier: Apache-2.0
#include "cli/verb.hpp"

#include <algorithm>

namespace txcouchbase::cli {
namespace {

constexpr std::size_t longest_key = 250;

std::string check(const Verb& verb, const std::vector<std::string_view>& operands) {
    if (operands.size() < verb.least || operands.size() > verb.most) return wrong_operands(verb);
    for (std::size_t i = 0; i < std::min(verb.keys, operands.size()); ++i)
        if (operands[i].empty() || operands[i].size() > longest_key) return "a key has 1 to 250 bytes";
    return {};
}

}  // namespace

std::string wrong_operands(const Verb& verb) {
    return "it takes " + std::string{verb.operands};
}

std::optional<int> read_arguments(const Verb& verb, std::string_view shared_help, Arguments arguments,
                                  std::vector<Option> options, std::vector<std::string_view>& operands,
                                  Console& console) {
    bool wants_help = false;
    options.push_back(flag("--help", "-h", wants_help));
    std::string complaint = read_options(arguments, options, operands);
    if (complaint.empty() && wants_help) {
        console.out << verb.help << verb.options << shared_help;
        return finish(verb.name, exit_ok, console);
    }
    if (complaint.empty()) complaint = check(verb, operands);
    if (!complaint.empty()) return refuse(verb.name, complaint, console);
    return std::nullopt;
}

}  // namespace txcouchbase::cli
