// SPDX-License-Identifier: Apache-2.0
#include "cli/store_verbs.hpp"

#include "cli/duration.hpp"
#include "cli/kv_run.hpp"
#include "cli/value_source.hpp"

namespace txcouchbase::cli {
namespace {

constexpr std::string_view operands = "a KEY and a VALUE, or --file and a KEY";
constexpr std::string_view shared_options = R"(  -f, --file FILE       the value is what this file holds
  --format F            what readers are told it is: utf8, bytes or json, stored
                        as given. Without it: utf8 if it is that, else bytes
  --ttl TIME            seconds to live, or 90s, 5m, 2h, 1d; without it no end
)";

constexpr Verb set_verb = verb_on_a_key("set", operands, shared_options, R"(txcb set [OPTION]... KEY VALUE|-
txcb set [OPTION]... --file FILE KEY

Stores VALUE, all of standard input, or a file, in place of what was there.

  --cas N               only if the key still has this CAS (txcb get --json)
)");

constexpr Verb add_verb = verb_on_a_key("add", operands, shared_options, R"(txcb add [OPTION]... KEY VALUE|-
txcb add [OPTION]... --file FILE KEY

Stores VALUE, all of standard input, or a file, if the key is not there yet.

)");

constexpr Verb replace_verb =
    verb_on_a_key("replace", operands, shared_options, R"(txcb replace [OPTION]... KEY VALUE|-
txcb replace [OPTION]... --file FILE KEY

Stores VALUE, all of standard input, or a file, if the key is there already.

  --cas N               only if the key still has this CAS (txcb get --json)
)");

std::optional<ValueFault> fetch_value(const Verb& verb, const KvCommand& command,
                                      const std::optional<std::string>& file, std::string& text,
                                      Console& console) {
    const std::size_t limit = command.options.max_request_bytes;
    if (command.operands.size() != (file ? 1 : 2)) return ValueFault{exit_usage, wrong_operands(verb)};
    if (file) return read_file(*file, limit, text);
    if (command.operands[1] == "-") return read_value(console.in, "standard input", limit, text);
    text = command.operands[1];
    return std::nullopt;
}

using Store = Deferred<OperationResult> (Connection::*)(Key, const Encodable&, const StoreOptions&);

int run_store(const Verb& verb, Store store, Arguments arguments, Console& console) {
    StoreOptions options;
    Value value;
    std::optional<std::string> file;
    std::vector<Option> own{format_option(value.format), ttl_option(options.ttl),
                            text_option("--file", "-f", file)};
    // What is not there yet has no CAS.
    if (&verb != &add_verb)
        own.push_back(number_option("--cas", "a number from 1 to 18446744073709551615", options.cas, 1));
    KvCommand command;
    if (const auto code = read_command(verb, arguments, own, command, console)) return *code;
    if (const auto fault = fetch_value(verb, command, file, value.text, console)) {
        if (fault->code == exit_usage) return refuse(verb.name, fault->complaint, console);
        console.err << "txcb " << verb.name << ": " << printable(fault->complaint) << '\n';
        return fault->code;
    }
    if (const std::string complaint = settle_format(value); !complaint.empty())
        return refuse(verb.name, complaint, console);
    options.format = value.format;
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport&) {
        return (cb.*store)(command.operands.front(), value.encodable(), options)
            .add_callback(show_in_json(command, console));
    });
}

}  // namespace

int run_set(Arguments arguments, Console& console) {
    return run_store(set_verb, &Connection::set, arguments, console);
}

int run_add(Arguments arguments, Console& console) {
    return run_store(add_verb, &Connection::add, arguments, console);
}

int run_replace(Arguments arguments, Console& console) {
    return run_store(replace_verb, &Connection::replace, arguments, console);
}

}  // namespace txcouchbase::cli
