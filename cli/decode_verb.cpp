// SPDX-License-Identifier: Apache-2.0
#include "cli/decode_verb.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "cli/decode.hpp"
#include "cli/field_format.hpp"
#include "cli/unhex.hpp"

namespace txcouchbase::cli {
namespace {

constexpr std::string_view help =
    R"(txcb decode [--parser client|server|any] [--max-frame N] [HEX]

Decodes the frames in HEX, or in each line of standard input when there is no HEX, and prints one JSON object a line:
  {"outcome":"ok","consumed":N,"frame":{...}}       a whole frame; N bytes of the buffer are read by now
  {"outcome":"need_more","need_total":N}            the buffer ends inside a frame; N bytes in all would complete it
  {"outcome":"error","error":"...","fatal":true}    the stream is lost here; nothing behind it is decoded
  {"outcome":"error","error":"...","fatal":false,"consumed":N,"frame":{...}}
                                                    a whole frame that breaks a rule; decoding goes on behind it. A
                                                    server that received it answers server_status, server_context
The members of a frame are those of tests/vectors/vectors.json.

  --parser WHO    the end that received the bytes: client, server, or any (default), which takes both directions.
                  What a server receives is judged as on a session with every feature but collections
  --max-frame N   refuse frames of more than N bytes, header included (default 31457280)

HEX is digits in upper or lower case, two a byte, nothing else. On standard input each line is a buffer of its own;
spaces, tabs and carriage returns around it are ignored. An empty line, like an empty HEX, is an empty buffer and
prints need_more 24. Empty standard input prints nothing.

Exit code: 0 whatever was decoded; 64 for a wrong option, an odd number of digits or a foreign character, with its
position; 74 when reading or writing fails.
)";

struct CommandLine {
    DecodeOptions options = {};
    std::optional<std::string_view> hex_text = {};
    bool wants_help = false;
};

bool parse_receiver(std::string_view text, protocol::Receiver& receiver) {
    if (text == "client") {
        receiver = protocol::Receiver::client;
    } else if (text == "server") {
        receiver = protocol::Receiver::server;
    } else if (text == "any") {
        receiver = protocol::Receiver::any;
    } else {
        return false;
    }
    return true;
}

bool parse_size(std::string_view text, std::size_t& size) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    return error == std::errc{} && end == text.data() + text.size();
}

/// Takes one option, and its value where it has one, spelled `--name=value` or in two arguments.
/// Returns what is wrong with it.
std::string take_option(Arguments& rest, CommandLine& line) {
    const std::string_view argument = rest.front();
    const std::size_t equals = argument.find('=');
    const std::string_view name = argument.substr(0, equals);
    rest = rest.subspan(1);
    if (argument == "--help" || argument == "-h") {
        line.wants_help = true;
        return {};
    }
    if (name != "--parser" && name != "--max-frame") return "there is no option '" + std::string{name} + "'";
    if (equals == argument.npos && rest.empty()) return std::string{name} + " needs a value";

    std::string_view value;
    if (equals != argument.npos) {
        value = argument.substr(equals + 1);
    } else {
        value = rest.front();
        rest = rest.subspan(1);
    }
    if (name == "--parser")
        return parse_receiver(value, line.options.receiver) ? "" : "--parser is client, server or any";
    return parse_size(value, line.options.max_frame) ? "" : "--max-frame is a number of bytes";
}

/// Returns what is wrong with the command line.
std::string parse(Arguments rest, CommandLine& line) {
    bool options_end = false;
    while (!rest.empty()) {
        const std::string_view argument = rest.front();
        if (!options_end && argument.starts_with('-')) {
            options_end = argument == "--";
            if (options_end) {
                rest = rest.subspan(1);
            } else if (std::string complaint = take_option(rest, line); !complaint.empty()) {
                return complaint;
            }
            continue;
        }
        if (line.hex_text) return "one HEX at a time; several buffers go to standard input, a line each";
        line.hex_text = argument;
        rest = rest.subspan(1);
    }
    return {};
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
    CommandLine line;
    if (const std::string complaint = parse(arguments, line); !complaint.empty()) {
        console.err << "txcb decode: " << complaint << "; txcb decode --help explains\n";
        return exit_usage;
    }
    int code = exit_ok;
    if (line.wants_help) {
        console.out << help;
    } else if (!line.hex_text) {
        code = decode_lines(line.options, console);
    } else if (!decode_text(*line.hex_text, "", 0, line.options, console)) {
        code = exit_usage;
    }
    if (code == exit_io_error) console.err << "txcb decode: standard input cannot be read\n";
    if (console.out.flush()) return code;
    console.err << "txcb decode: standard output cannot be written\n";
    return exit_io_error;
}

}  // namespace txcouchbase::cli
