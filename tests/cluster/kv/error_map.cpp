// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/kv/error_map.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "protocol/status.hpp"

namespace txcouchbase::cluster {
namespace {

using protocol::Status;

constexpr int revision = 9;

struct Row {
    int first;
    int last;
    const char* attributes;  ///< separated by spaces
};

// PROTOCOL 3.3, "attributes shipped by current servers". Only codes that have a name are listed.
constexpr Row rows[] = {
    {0x00, 0x00, "success"},
    {0x01, 0x02, "item-only"},
    {0x03, 0x03, "item-only invalid-input"},
    {0x04, 0x04, "internal invalid-input"},
    {0x05, 0x06, "item-only"},
    {0x07, 0x07, "fetch-config invalid-input"},
    {0x08, 0x08, "conn-state-invalidated"},
    {0x09, 0x09, "item-locked item-only retry-now"},
    {0x0c, 0x0c, "temp retry-later rate-limit"},
    {0x0d, 0x0d, "fetch-config retry-now"},
    {0x0e, 0x0e, "item-only invalid-input"},
    {0x1f, 0x20, "conn-state-invalidated auth"},
    {0x21, 0x21, "special-handling"},
    {0x24, 0x24, "support"},
    {0x25, 0x25, "conn-state-invalidated"},
    {0x30, 0x31, "temp retry-later rate-limit"},
    {0x32, 0x32, "conn-state-invalidated rate-limit"},
    {0x33, 0x33, "temp retry-later rate-limit"},
    {0x28, 0x29, "item-only system-constraint no-retry"},
    {0x35, 0x38, "item-only system-constraint no-retry"},
    {0x50, 0x50, "support"},
    {0x51, 0x51, "item-only retry-now"},
    {0x80, 0x81, "support"},
    {0x82, 0x82, "temp retry-later"},
    {0x83, 0x83, "support"},
    {0x84, 0x84, "internal conn-state-invalidated"},
    {0x85, 0x86, "temp retry-now"},
    {0xa0, 0xa0, "invalid-input"},
    {0xa1, 0xa1, "item-only invalid-input"},
    {0xa2, 0xa2, "item-only retry-later"},
    {0xa3, 0xa3, "item-only"},
    {0xa4, 0xa4, "item-only retry-later"},
    {0xc0, 0xcb, "subdoc item-only"},
    {0xcc, 0xcc, "special-handling"},
    {0xcd, 0xcd, "subdoc item-deleted success"},
    {0xce, 0xd2, "subdoc invalid-input"},
    {0xd3, 0xd8, "subdoc item-only"},
};

/// Attributes that came with version 2.
bool is_new(std::string_view attribute) {
    return attribute == "no-retry" || attribute == "rate-limit" || attribute == "system-constraint";
}

nlohmann::ordered_json attributes(std::string_view words, int version) {
    auto list = nlohmann::ordered_json::array();
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(' '));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
        if (version > 1 || !is_new(word)) list.push_back(word);
    }
    return list;
}

std::string make(int version) {
    nlohmann::ordered_json errors;
    for (const Row& row : rows)
        for (int code = row.first; code <= row.last; ++code) {
            const std::string_view name = protocol::name(static_cast<Status>(code));
            if (name == "UNKNOWN") continue;
            char hex[8];
            std::snprintf(hex, sizeof hex, "%x", static_cast<unsigned>(code));
            errors[hex] = {{"name", name}, {"desc", name}, {"attrs", attributes(row.attributes, version)}};
        }
    return nlohmann::ordered_json{{"version", version}, {"revision", revision}, {"errors", errors}}.dump();
}

}  // namespace

std::string_view error_map(int version) {
    static const std::string first = make(1);
    static const std::string second = make(2);
    return version == 1 ? first : second;
}

}  // namespace txcouchbase::cluster
