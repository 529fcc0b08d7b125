// SPDX-License-Identifier: Apache-2.0
#include "cli/value_source.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "protocol/json_nesting.hpp"
#include "protocol/utf8.hpp"

namespace txcouchbase::cli {
namespace {

constexpr int deepest_json = 1000;  // what the library reads back

/// The parser passes over a byte order mark, but a stored one is in the way of every other reader.
bool is_json(std::string_view text) {
    return !text.starts_with("\xef\xbb\xbf") && nlohmann::json::accept(text);
}

}  // namespace

Option format_option(Format& format) {
    return {"--format", "", true, [&format](std::string_view name) -> std::string {
                if (name == "json")
                    format = Format::json;
                else if (name == "utf8")
                    format = Format::utf8;
                else if (name == "bytes")
                    format = Format::bytes;
                else
                    return "--format is json, utf8 or bytes";
                return {};
            }};
}

Encodable Value::encodable() const noexcept {
    return format == Format::json ? Encodable::json_text(text) : Encodable{text};
}

std::optional<ValueFault> read_value(std::istream& in, std::string_view name, std::size_t limit,
                                     std::string& text) {
    text.clear();
    while (in && text.size() <= limit) {
        const std::size_t before = text.size();
        text.resize(before + std::min<std::size_t>(limit + 1 - before, 65'536));
        in.read(text.data() + before, static_cast<std::streamsize>(text.size() - before));
        text.resize(before + static_cast<std::size_t>(in.gcount()));
    }
    if (in.bad()) return ValueFault{exit_io_error, std::string{name} + " cannot be read"};
    if (text.size() > limit)
        return ValueFault{exit_usage, std::string{name} + " has more than " +
                                          std::to_string(limit / (1024 * 1024)) + " MiB"};
    return std::nullopt;
}

std::optional<ValueFault> read_file(const std::string& path, std::size_t limit, std::string& text) {
    std::ifstream in{path, std::ios::binary};
    if (!in) in.setstate(std::ios::badbit);
    return read_value(in, "file \"" + path + '"', limit, text);
}

std::string settle_format(Value& value) {
    const bool is_utf8 = protocol::is_utf8(value.text);
    if (value.format == Format::automatic) value.format = is_utf8 ? Format::utf8 : Format::bytes;
    if (value.format == Format::utf8 && !is_utf8) return "the value is no UTF-8; --format bytes takes it";
    if (value.format != Format::json) return {};
    if (!protocol::is_nested_within(value.text, deepest_json))
        return "the value is nested deeper than 1000 levels";
    return is_json(value.text) ? "" : "the value is no JSON document; text in JSON has quotes";
}

}  // namespace txcouchbase::cli
