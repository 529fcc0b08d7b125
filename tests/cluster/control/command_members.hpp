// Reads the members of a command of the control surface, and says in a sentence what is wrong with one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace txcouchbase::cluster {

/// What the sender of a command did wrong, in words for them.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// All throw Refused. `command` is an object with a string "do".
class CommandMembers {
public:
    explicit CommandMembers(const nlohmann::json& command);

    const std::string& verb() const noexcept { return verb_; }
    /// "do" and "node" are always allowed.
    void allow_only(std::initializer_list<std::string_view> names) const;
    bool has(const char* name) const { return command_.contains(name); }
    /// Empty when it is not there.
    std::string text(const char* name) const;
    std::string needed_text(const char* name) const;
    /// Must be there.
    std::int64_t number(const char* name, std::int64_t low, std::int64_t high) const;
    std::int64_t number_or(const char* name, std::int64_t otherwise, std::int64_t low,
                           std::int64_t high) const;
    bool flag_or(const char* name, bool otherwise) const;
    /// Empty when it is not there.
    std::vector<std::string> texts(const char* name) const;
    std::vector<std::uint32_t> numbers(const char* name) const;
    const nlohmann::json& operator[](const char* name) const { return command_[name]; }

private:
    const nlohmann::json& command_;
    std::string verb_;
};

/// Throws Refused when it is no JSON.
nlohmann::json parse_command(std::string_view json);

}  // namespace txcouchbase::cluster
