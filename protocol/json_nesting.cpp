// SPDX-License-Identifier: Apache-2.0
#include "protocol/json_nesting.hpp"

namespace txcouchbase::protocol {

bool is_nested_within(ByteView json, int depth) noexcept {
    int open = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            if (c == '\\') ++i;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++open > depth) return false;
        } else if (c == '}' || c == ']') {
            --open;
        }
    }
    return true;
}

}  // namespace txcouchbase::protocol
