// SPDX-License-Identifier: Apache-2.0
#include "cli/decode_verb.hpp"

#include <algorithm>
#include <string>

#include "cli/decode.hpp"
#include "cli/field_format.hpp"
#include "cli/unhex.hpp"
#include "cli/verb.hpp"

namespace txcouchbase::cli {
namespace {

constexpr Verb verb{
    .name = "decode",
    .help = R"(txcb decode [--parser client|server|any] [OPTION]... [HEX]

Decodes the frames in HEX, or in each line of standard input when there is no
HEX, and prints one JSON object a line (docs/txcb.md has the members):
  {"outcome":"ok","consumed":N,"frame":{...}}     a whole frame
  {"outcome":"need_more","need_total":N}          the buffer ends inside one
  {"outcome":"error","error":"...","fatal":true}  the stream is lost here
  {"outcome":"error","error":"...","fatal":false,"consumed":N,"frame":{...}}
                        a whole frame that breaks a rule; decoding goes on

  --parser WHO          the end that received the bytes: client, server, or any
                        (default), which takes both directions
  --collections         the session has them: documents' keys begin with an id
  --max-frame N         refuse frames of more than N bytes (default 31457280)
  --json                what it does anyway

HEX is digits, two a byte, nothing else. On standard input each line is a buffer
of its own; blanks around it are ignored. An empty line, like an empty HEX, is
an empty buffer: need_more 24.

Exit code: 0 whatever was decoded; 64 wrong command line, or no hexadecimal;
74 input or output failed.
)",
    .operands = "one HEX at most; several buffers go to standard input, a line each",
    .least = 0,
    .most = 1,
    .keys = 0,
};

Option parser_option(protocol::Receiver& receiver) {
    return {"--parser", "", true, [&receiver](std::string_view name) -> std::string {
                if (name == "client")
                    receiver = protocol::Receiver::client;
                else if (name == "server")
                    receiver = protocol::Receiver::server;
                else if (name == "any")
                    receiver = protocol::Receiver::any;
                else
                    return "--parser is client, server or any";
                return {};
            }};
}

std::string describe(const HexFault& fault, std::string_view text) {
    if (fault.kind == HexFault::Kind::odd_digit) return "the last digit has no partner; a byte takes two";
    const char c = text[fault.offset];
    const bool printable = c > ' ' && c < '\x7f';
    return (printable ? "'" + std::string{c} + "'" : "byte 0x" + hex_bytes({&c, 1})) +
           " is no hexadecimal digit";
}

/// Decodes what `text` spells; `where` it starts is for the message: "line 3, ", and how many columns precede it.
bool decode_text(std::string_view text, std::string_view where, std::size_t columns_before,
                 const DecodeOptions& options, Console& console) {
    std::string bytes;
    if (const auto fault = append_unhexed(bytes, text)) {
        console.err << "txcb decode: " << where << "column " << columns_before + fault->offset + 1 << ": "
                    << describe(*fault, text) << '\n';
        return false;
    }
    decode(bytes, options, console.out);
    return true;
}

int decode_lines(const DecodeOptions& options, Console& console) {
    constexpr std::string_view blanks = " \t\r";
    std::string line;
    for (std::size_t number = 1; std::getline(console.in, line); ++number) {
        const std::size_t start = std::min(line.find_first_not_of(blanks), line.size());
        const std::size_t end = std::max(line.find_last_not_of(blanks) + 1, start);
        const std::string_view text = std::string_view{line}.substr(start, end - start);
        if (!decode_text(text, "line " + std::to_string(number) + ", ", start, options, console))
            return exit_usage;
        // Somebody who types, or a program that asks and waits, gets the answer before the next line.
        if (console.in.rdbuf()->in_avail() <= 0) console.out.flush();
    }
    return console.in.bad() ? exit_io_error : exit_ok;
}

}  // namespace

int run_decode(Arguments arguments, Console& console) {
    DecodeOptions options;
    bool json = true;
    bool has_collections = false;
    std::vector<std::string_view> texts;
    if (const auto code =
            read_arguments(verb, "", arguments,
                           {parser_option(options.receiver),
                            number_option("--max-frame", "a number of bytes", options.max_frame, 0, SIZE_MAX),
                            flag("--collections", "", has_collections), flag("--json", "", json)},
                           texts, console))
        return *code;
    if (has_collections) options.prefix = KeyPrefix::collection_id;

    int code = exit_ok;
    if (texts.empty()) {
        code = decode_lines(options, console);
    } else if (!decode_text(texts.front(), "", 0, options, console)) {
        code = exit_usage;
    }
    if (code == exit_io_error) console.err << "txcb decode: standard input cannot be read\n";
    return finish(verb.name, code, console);
}

}  // namespace txcouchbase::cli
