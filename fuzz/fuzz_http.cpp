// An HTTP peer that may say anything: whatever the pieces, the client hears the same, and no more than was said.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "net/http_machine.hpp"

using namespace txcouchbase::net;
using namespace txcouchbase::fuzz;

namespace {

/// What the machine makes of `bytes` in pieces of so many, and of a peer that hangs up then.
std::string story_of(ByteView bytes, std::size_t piece_size) {
    HttpMachine machine{{"host", 8091, false}};
    property(!machine.start({.target = "/"}), "a request is begun");
    std::string story;
    auto event = HttpEvent::need_bytes;
    while (event == HttpEvent::need_bytes && !bytes.empty()) {
        ByteView piece = bytes.substr(0, piece_size);
        bytes.remove_prefix(piece.size());
        while ((event = machine.put(piece)) == HttpEvent::head || event == HttpEvent::body)
            story += event == HttpEvent::head ? std::to_string(machine.head().status) + "|"
                                              : std::string{machine.body()};
        property(event != HttpEvent::need_bytes || piece.empty(), "whoever needs bytes has none");
        if (event == HttpEvent::end) story += "|" + std::to_string(piece.size() + bytes.size());
    }
    if (event == HttpEvent::need_bytes) event = machine.on_eof();
    property(event == (machine.error() ? HttpEvent::failed : HttpEvent::end), "it ends, or says why not");
    return story + machine.error().detail().cause;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView bytes = as_view(data, size).substr(1);
    const std::string whole = story_of(bytes, bytes.size());
    property(story_of(bytes, std::size_t{data[0]} + 1) == whole, "the same whatever the pieces");
    property(whole.size() <= bytes.size() + 256, "and no more than was said");
    return 0;
}
