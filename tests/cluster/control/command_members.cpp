// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/control/command_members.hpp"

#include <algorithm>
#include <limits>

namespace txcouchbase::cluster {

namespace {

std::string in_quotes(std::string_view name) {
    return '"' + std::string(name) + '"';
}

constexpr std::int64_t max_u32 = std::numeric_limits<std::uint32_t>::max();

bool is_number_within(const nlohmann::json& value, std::int64_t low, std::int64_t high) {
    return value.is_number_integer() && value >= low && value <= high;
}

}  // namespace

nlohmann::json parse_command(std::string_view json) {
    nlohmann::json command = nlohmann::json::parse(json, nullptr, false);
    if (command.is_discarded()) throw Refused("the command is no JSON");
    return command;
}

CommandMembers::CommandMembers(const nlohmann::json& command) : command_(command) {
    if (!command.is_object() || !command.contains("do")) throw Refused("a command is an object with \"do\"");
    verb_ = text("do");
}

void CommandMembers::allow_only(std::initializer_list<std::string_view> names) const {
    for (const auto& item : command_.items()) {
        if (item.key() == "do" || item.key() == "node") continue;
        if (std::find(names.begin(), names.end(), item.key()) == names.end())
            throw Refused("unknown member " + in_quotes(item.key()) + " of " + in_quotes(verb_));
    }
}

std::string CommandMembers::text(const char* name) const {
    const auto found = command_.find(name);
    if (found == command_.end()) return {};
    if (!found->is_string()) throw Refused(in_quotes(name) + " must be a string");
    return found->get<std::string>();
}

std::string CommandMembers::needed_text(const char* name) const {
    std::string value = text(name);
    if (value.empty()) throw Refused(in_quotes(verb_) + " needs a " + in_quotes(name));
    return value;
}

std::int64_t CommandMembers::number(const char* name, std::int64_t low, std::int64_t high) const {
    const auto found = command_.find(name);
    if (found == command_.end() || !is_number_within(*found, low, high))
        throw Refused(in_quotes(name) + " must be a whole number from " + std::to_string(low) + " to " +
                      std::to_string(high));
    return found->get<std::int64_t>();
}

std::int64_t CommandMembers::number_or(const char* name, std::int64_t otherwise, std::int64_t low,
                                       std::int64_t high) const {
    return has(name) ? number(name, low, high) : otherwise;
}

bool CommandMembers::flag_or(const char* name, bool otherwise) const {
    const auto found = command_.find(name);
    if (found == command_.end()) return otherwise;
    if (!found->is_boolean()) throw Refused(in_quotes(name) + " must be true or false");
    return found->get<bool>();
}

std::vector<std::string> CommandMembers::texts(const char* name) const {
    std::vector<std::string> out;
    if (!has(name)) return out;
    const bool is_good =
        command_[name].is_array() && std::all_of(command_[name].begin(), command_[name].end(),
                                                 [](const auto& text) { return text.is_string(); });
    if (!is_good) throw Refused(in_quotes(name) + " must be an array of strings");
    for (const auto& text : command_[name]) out.push_back(text.get<std::string>());
    return out;
}

std::vector<std::uint32_t> CommandMembers::numbers(const char* name) const {
    std::vector<std::uint32_t> out;
    if (!has(name)) return out;
    const bool is_good = command_[name].is_array() &&
                         std::all_of(command_[name].begin(), command_[name].end(),
                                     [](const auto& value) { return is_number_within(value, 0, max_u32); });
    if (!is_good) throw Refused(in_quotes(name) + " must be an array of numbers");
    for (const auto& value : command_[name]) out.push_back(value.get<std::uint32_t>());
    return out;
}

}  // namespace txcouchbase::cluster
