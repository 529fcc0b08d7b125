// The frame reader: any split gives the same outcomes, limits hold, what was read is written back as the same bytes.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/frames.hpp"
#include "fuzz/property.hpp"
#include "protocol/frame_reader.hpp"

using namespace txcouchbase::protocol;
using namespace txcouchbase::fuzz;

/// The frames written again, and how it ends, when the stream arrives `step` bytes at a time.
static std::string transcript(ByteView stream, std::size_t step, FrameReader reader, std::size_t limit) {
    std::string again;
    for (std::size_t arrived = 0, announced = 0;;) {
        const auto unread = exact_copy(stream.substr(again.size(), arrived - again.size()));
        Frame frame;
        if (reader.next({unread.data(), unread.size()}, frame) == ReadOutcome::frame) {
            append_again(again, frame);
            property(again.ends_with(frame.bytes()), "what was read is written back as the same bytes");
            property(announced <= header_size || announced == frame.size(), "need_more was exact");
            property(frame.size() <= limit, "no frame is over the limit");
            announced = 0;
            continue;
        }
        if (reader.error() != FrameError::none) return again.append(name(reader.error()));
        announced = reader.need_total();
        property(announced > unread.size() && announced <= std::max(limit, header_size), "need_more fits");
        if (arrived == stream.size()) return again + "need " + std::to_string(announced);
        arrived += std::min(step, stream.size() - arrived);
    }
}

/// First byte: the receiver and the step. Second byte: the limit. The rest is the stream.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const ByteView stream = as_view(data, size).substr(2);
    const FrameReader reader{static_cast<Receiver>(data[0] % 3), 16U * data[1]};
    const auto read = [&](std::size_t step) { return transcript(stream, step, reader, 16U * data[1]); };
    property(read(data[0] / 3 + 1) == read(stream.size()), "any split gives the same outcomes");
    return 0;
}
