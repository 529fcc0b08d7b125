// SPDX-License-Identifier: Apache-2.0
#include "cli/strerror_verb.hpp"

#include <algorithm>
#include <txcouchbase/exceptions.hpp>

#include "cli/error_class_name.hpp"
#include "cli/result_json.hpp"
#include "cli/verb.hpp"
#include "protocol/error_table.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb{
    .name = "strerror",
    .help = R"(txcb strerror [--json] CODE

Prints what an error code means: number and name, the sentence, the categories
to which it belongs and the exception class that is thrown. Asks no server.

  --json                print an object; docs/txcb.md describes it

CODE is what rc() gives: a number (13 or 0x0d) or a name (KEY_ENOENT). It is not
the status that a server sends, which txcb decode names.

Exit code: 0 done; 1 there is no such code; 64 wrong command line; 74 output
failed.
)",
    .operands = "one CODE",
    .least = 1,
    .most = 1,
    .keys = 0,
};

const ErrorInfo* find_code(std::string_view text) {
    const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
    const auto number = is_hex ? parse_number(text.substr(2), 16) : parse_number(text);
    const auto* const row = std::ranges::find_if(error_table, [&](const ErrorInfo& entry) {
        return number ? static_cast<std::uint64_t>(entry.code) == *number : entry.name == text;
    });
    return row != error_table.end() ? row : nullptr;
}

/// explain_json() is the one place that names categories.
nlohmann::json describe(const ErrorInfo& row) {
    const auto explained = nlohmann::json::parse(explain_json(Error{row.code}));
    return {{"error", row.name},
            {"rc", static_cast<int>(row.code)},
            {"message", row.message},
            {"categories", explained["categories"]},
            {"class", name(row.error_class)}};
}

std::string hexadecimal(errc code) {
    // Two digits, as what() writes them, or as many as it takes.
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (auto rest = static_cast<unsigned>(code); rest != 0 || text.size() < 2; rest >>= 4)
        text.insert(text.begin(), digits[rest & 0xf]);
    return "0x" + text;
}

void print(const ErrorInfo& row, std::ostream& out) {
    std::string categories;
    const nlohmann::json described = describe(row);
    for (const auto& category : described["categories"])
        categories += (categories.empty() ? "" : ", ") + category.get<std::string>();
    out << hexadecimal(row.code) << " (" << static_cast<int>(row.code) << ") " << row.name
        << "\n  text        " << row.message << "\n  categories  "
        << (categories.empty() ? "none" : categories) << "\n  class       " << name(row.error_class) << '\n';
}

}  // namespace

int run_strerror(Arguments arguments, Console& console) {
    bool as_json = false;
    std::vector<std::string_view> codes;
    if (const auto code = read_arguments(verb, "", arguments, {flag("--json", "", as_json)}, codes, console))
        return *code;
    const ErrorInfo* const row = find_code(codes.front());
    if (row == nullptr) {
        console.err << "txcb strerror: there is no code '" << printable(codes.front()) << "'\n";
        return exit_not_found;
    }
    if (as_json)
        print_line(console.out, describe(*row));
    else
        print(*row, console.out);
    return finish(verb.name, exit_ok, console);
}

}  // namespace txcouchbase::cli
