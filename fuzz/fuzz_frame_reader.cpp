// The frame reader: any split gives the same outcomes, limits hold, what was read is written back as the same bytes.
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "fuzz/property.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/frame_writer.hpp"

using namespace txcouchbase::protocol;
using txcouchbase::fuzz::property;

/// The frames written again, and how it ends, when the stream arrives `step` bytes at a time.
static std::string transcript(ByteView stream, std::size_t step, FrameReader reader, std::size_t limit) {
    std::string again;
    for (std::size_t arrived = 0, announced = 0;;) {
        // A copy that ends where its memory ends, so that the address sanitizer sees a read of what is yet to arrive.
        const std::vector<char> unread(stream.begin() + again.size(), stream.begin() + arrived);
        Frame f;
        if (reader.next({unread.data(), unread.size()}, f) == ReadOutcome::frame) {
            property(f.size() <= limit && (announced <= header_size || announced == f.size()),
                     "sizes are kept");
            append_frame(again, {f.magic(), f.opcode(), f.datatype(), f.vbucket(), f.opaque(), f.cas()},
                         {f.framing_extras(), f.extras(), f.key(), f.value()});
            property(again.ends_with(f.bytes()), "what was read is written back as the same bytes");
            announced = 0;
            continue;
        }
        if (reader.error() != FrameError::none) return again.append(name(reader.error()));
        announced = reader.need_total();
        property(announced > unread.size() && announced <= std::max(limit, header_size),
                 "need_more is bounded");
        if (arrived == stream.size()) return again + "need " + std::to_string(announced);
        arrived += std::min(step, stream.size() - arrived);
    }
}

/// First byte: the receiver and the step. Second byte: the limit. The rest is the stream.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const ByteView stream = txcouchbase::fuzz::as_view(data, size).substr(2);
    const std::size_t limit = 16U * data[1];
    const FrameReader reader{static_cast<Receiver>(data[0] % 3), limit};
    property(transcript(stream, data[0] / 3 + 1, reader, limit) ==
                 transcript(stream, stream.size(), reader, limit),
             "any split gives the same outcomes");
    return 0;
}
