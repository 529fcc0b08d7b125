// SPDX-License-Identifier: Apache-2.0
#include "cli/set_verb.hpp"

#include <nlohmann/json.hpp>

#include "cli/kv_run.hpp"
#include "protocol/json_nesting.hpp"
#include "protocol/utf8.hpp"

namespace txcouchbase::cli {
namespace {

constexpr KvVerb verb{
    .name = "set",
    .help = R"(txcb set [--format F] [--ttl S] [--cas N] [OPTION]... KEY VALUE|-

Stores VALUE, or all of standard input, in place of what was there.

  --format F            what readers are told it is: utf8 (text), bytes, or json
                        (a document, stored without blanks, its members sorted).
                        Without it: utf8 if that is what it is, else bytes
  --ttl S               seconds to live; without it there is no end
  --cas N               only if the key still has this CAS (txcb get --json)
)",
    .operands = "a KEY and a VALUE",
    .least = 2,
    .most = 2,
    .keys = 1,
};

constexpr int deepest_json = 1000;

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

/// All of standard input, but no more than one byte over `limit`.
std::string read_all(std::istream& in, std::size_t limit) {
    std::string text;
    while (in && text.size() <= limit) {
        const std::size_t before = text.size();
        text.resize(before + std::min<std::size_t>(limit + 1 - before, 65'536));
        in.read(text.data() + before, static_cast<std::streamsize>(text.size() - before));
        text.resize(before + static_cast<std::size_t>(in.gcount()));
    }
    return text;
}

/// The value as it goes into the operation. It borrows from here.
struct Value {
    std::string text = {};
    nlohmann::json document = {};
    Format format = Format::automatic;
};

/// Finds out what the text is, as far as that is open. Returns what is wrong with it.
std::string settle_format(Value& value) {
    const bool is_utf8 = protocol::is_utf8(value.text);
    if (value.format == Format::automatic) value.format = is_utf8 ? Format::utf8 : Format::bytes;
    if (value.format == Format::utf8 && !is_utf8) return "the value is no UTF-8; --format bytes takes it";
    if (value.format != Format::json) return {};
    if (!protocol::is_nested_within(value.text, deepest_json))
        return "the value is nested deeper than 1000 levels";
    value.document = nlohmann::json::parse(value.text, nullptr, false);
    return value.document.is_discarded() ? "the value is no JSON document; text in JSON has quotes" : "";
}

}  // namespace

int run_set(Arguments arguments, Console& console) {
    StoreOptions options;
    Value value;
    std::uint32_t ttl = 0;
    KvCommand command;
    const std::vector<Option> own{
        format_option(value.format), number_option("--ttl", "a number of seconds", ttl, 0, UINT32_MAX),
        number_option("--cas", "a number from 1 to 18446744073709551615", options.cas, 1)};
    if (const auto code = read_command(verb, arguments, own, command, console)) return *code;
    options.ttl = std::chrono::seconds{ttl};

    value.text = command.operands[1];
    if (command.operands[1] == "-") {
        const std::size_t limit = command.options.max_request_bytes;
        value.text = read_all(console.in, limit);
        if (console.in.bad()) {
            console.err << "txcb set: standard input cannot be read\n";
            return exit_io_error;
        }
        if (value.text.size() > limit)
            return refuse(verb.name, "standard input has more than 128 MiB", console);
    }
    if (const std::string complaint = settle_format(value); !complaint.empty())
        return refuse(verb.name, complaint, console);
    options.format = value.format;

    return run_on_server(verb, command, console, [&](Connection& cb, KvReport&) {
        const Encodable encodable =
            value.format == Format::json ? Encodable{value.document} : Encodable{value.text};
        return cb.set(command.operands.front(), encodable, options).ignore();
    });
}

}  // namespace txcouchbase::cli
