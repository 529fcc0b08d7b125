// What both ends make of any sound frame: the checks are total, and never say less than the framing extras do.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/framing_extras.hpp"
#include "protocol/request_check.hpp"
#include "protocol/response_check.hpp"

using namespace txcouchbase::protocol;
using namespace txcouchbase::fuzz;

/// First byte: whether the session is authenticated, and whether every feature is on. The rest is frames.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    SessionContext session{.is_authenticated = (data[0] & 1) == 0};
    for (std::uint16_t code = 0; code < 64 && (data[0] & 2) == 0; ++code)
        session.features.insert(Feature{code});
    if ((data[0] & 4) == 0) session.features.erase(Feature::collections);

    FrameReader reader{Receiver::any};
    Frame frame;
    for (ByteView unread = as_view(data, size).substr(1); reader.next(unread, frame) == ReadOutcome::frame;
         unread.remove_prefix(frame.size())) {
        const Verdict verdict = check_request(frame, session);
        property(verdict.is_accepted() || verdict.status != Status::success, "a refusal has a status");
        property(verdict.context().size() < 200, "the context is a sentence");
        const bool is_for_client = frame.magic() == Magic::flex_response;
        if (is_for_client && !read_response_framing(frame.framing_extras()))
            property(check_response(frame) != Defect::none,
                     "bad framing extras are a defect of the response");
        property(name(check_response(frame)) != "unknown", "every defect has a name");
    }
    return 0;
}
