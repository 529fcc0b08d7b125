// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <algorithm>
#include <charconv>

namespace txcouchbase::cli {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool looks_like_option(std::string_view argument) noexcept {
    return argument.size() > 1 && argument.front() == '-' && !is_digit(argument[1]);
}

/// An argument cut into the option and the value that is written in the same word.
struct Spelled {
    std::string_view option;
    std::optional<std::string_view> value = {};
};

Spelled cut(std::string_view argument) noexcept {
    const bool is_long = argument.starts_with("--");
    const std::size_t end = is_long ? argument.find('=') : 2;
    if (end >= argument.size()) return {argument};
    return {argument.substr(0, end), argument.substr(is_long ? end + 1 : end)};
}

std::string read_option(std::string_view argument, Arguments& rest, const std::vector<Option>& options) {
    const Spelled spelled = cut(argument);
    const auto option = std::ranges::find_if(options, [&](const Option& candidate) {
        return spelled.option == candidate.name || spelled.option == candidate.letter;
    });
    const std::string shown{spelled.option};
    if (option == options.end()) return "there is no option '" + shown + "'";
    if (!option->has_value) return spelled.value ? shown + " takes no value" : option->take({});
    if (spelled.value) return option->take(*spelled.value);
    if (rest.empty()) return shown + " needs a value";
    const std::string_view value = rest.front();
    rest = rest.subspan(1);
    return option->take(value);
}

}  // namespace

Option flag(std::string_view name, std::string_view letter, bool& target) {
    return {name, letter, false, [&target](std::string_view) {
                target = true;
                return std::string{};
            }};
}

std::string read_options(Arguments arguments, const std::vector<Option>& options,
                         std::vector<std::string_view>& operands) {
    while (!arguments.empty()) {
        const std::string_view argument = arguments.front();
        arguments = arguments.subspan(1);
        if (argument == "--") {
            operands.insert(operands.end(), arguments.begin(), arguments.end());
            break;
        }
        if (!looks_like_option(argument)) {
            operands.push_back(argument);
        } else if (std::string complaint = read_option(argument, arguments, options); !complaint.empty()) {
            return complaint;
        }
    }
    return {};
}

std::optional<std::uint64_t> parse_number(std::string_view text, int base) noexcept {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace txcouchbase::cli
