// Framing extras: a walk that ends in an overrun or at the end, writing that gives back the bytes, readers that agree.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "protocol/framing_extras.hpp"

using namespace txcouchbase::protocol;
using namespace txcouchbase::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > FramingExtras::capacity) return 0;
    const ByteView section = as_view(data, size);
    ByteCursor in{section};
    FramingExtras written;
    FramingObject object;
    bool overran = false;
    for (ByteCursor ahead = in; !in.at_end() && !overran; in = ahead) {
        overran = !parse(ahead, object);
        if (overran) break;
        property(written.add(object.id, object.data), "what was read can be written");
    }
    property(written.view() == section.substr(0, size - in.rest().size()), "and is then the same bytes");

    const auto request = read_request_framing(section);
    const auto response = read_response_framing(section);
    property(!overran || !(request || response), "an overrun is a defect for both readers");
    property(overran || (request.defect() != Defect::bad_framing && response.defect() != Defect::bad_framing),
             "and nothing else is bad_framing");
    if (!request || !request->durability) return 0;
    FramingExtras again;
    property(again.add(*request->durability), "a durability that was read can be written");
    property(read_request_framing(again.view())->durability->timeout_ms == request->durability->timeout_ms,
             "and says the same");
    return 0;
}
