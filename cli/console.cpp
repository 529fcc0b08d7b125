// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

namespace txcouchbase::cli {

int refuse(std::string_view verb, std::string_view complaint, Console& console) {
    console.err << "txcb " << verb << ": " << complaint << "; txcb " << verb << " --help explains\n";
    return exit_usage;
}

int finish(std::string_view verb, int code, Console& console) {
    if (console.out.flush()) return code;
    console.err << "txcb " << verb << ": standard output cannot be written\n";
    return exit_io_error;
}

std::string printable(std::string_view words) {
    std::string text{words};
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return text;
}

}  // namespace txcouchbase::cli
