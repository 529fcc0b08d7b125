// Every frame of the vectors, damaged byte by byte, is judged by name and never read beyond its end.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "protocol/frame_writer.hpp"
#include "protocol/request_check.hpp"
#include "protocol/response_check.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

SessionContext everything_but_collections() {
    SessionContext session;
    for (std::uint16_t code = 0; code < 64; ++code) session.features.insert(Feature{code});
    session.features.erase(Feature::collections);
    return session;
}

Defect judge(const Frame& frame, const SessionContext& session) {
    const bool is_request = frame.magic() == Magic::client_request || frame.magic() == Magic::flex_request;
    return is_request ? check_request(frame, session).defect : check_response(frame);
}

/// Judges the bytes at both ends, in memory that ends with them.
void expect_named(ByteView bytes) {
    const ExactBytes exact{bytes};
    const Frame frame{exact.view()};
    SessionContext session = everything_but_collections();
    EXPECT_NE(name(judge(frame, session)), "unknown");
    session.features.insert(Feature::collections);
    EXPECT_NE(name(judge(frame, session)), "unknown");
}

std::string rebuilt(const Frame& frame, const FrameBody& body) {
    const FrameHeader header{.magic = frame.magic(),
                             .opcode = frame.opcode(),
                             .datatype = frame.datatype(),
                             .vbucket_or_status = frame.vbucket(),
                             .opaque = frame.opaque(),
                             .cas = frame.cas()};
    std::string bytes;
    append_frame(bytes, header, body);
    return bytes;
}

TEST(VectorDamage, EverySectionCutShortAtEveryByteIsJudged) {
    const SessionContext session = everything_but_collections();
    for (const FrameVector& vector : frame_vectors()) {
        const Frame frame{vector.bytes};
        const FrameBody whole{frame.framing_extras(), frame.extras(), frame.key(), frame.value()};
        EXPECT_EQ(judge(Frame{rebuilt(frame, whole)}, session), judge(frame, session)) << vector.name;
        for (const auto section :
             {&FrameBody::framing_extras, &FrameBody::extras, &FrameBody::key, &FrameBody::value})
            for (std::size_t size = 0; size < (whole.*section).size(); ++size) {
                FrameBody cut = whole;
                cut.*section = (whole.*section).substr(0, size);
                expect_named(rebuilt(frame, cut));
            }
    }
}

TEST(VectorDamage, EveryByteOfTheBodyLiesInTurn) {
    for (const FrameVector& vector : frame_vectors())
        for (std::size_t at = header_size; at < vector.bytes.size(); ++at)
            for (const int lie : {0, 0x7f, 0x80, 0xff, vector.bytes[at] - 1, vector.bytes[at] + 1}) {
                std::string bytes = vector.bytes;
                bytes[at] = static_cast<char>(lie);
                expect_named(bytes);
            }
}

TEST(VectorDamage, EveryOpcodeMayCarryTheBodyOfAnyOther) {
    for (const FrameVector& vector : frame_vectors())
        for (int opcode = 0; opcode < 256; ++opcode) {
            std::string bytes = vector.bytes;
            bytes[1] = static_cast<char>(opcode);
            expect_named(bytes);
        }
}

}  // namespace
}  // namespace txcouchbase::protocol
