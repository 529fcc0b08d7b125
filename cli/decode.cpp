// SPDX-License-Identifier: Apache-2.0
#include "cli/decode.hpp"

#include "cli/field_format.hpp"
#include "cli/frame_json.hpp"
#include "protocol/request_check.hpp"
#include "protocol/response_check.hpp"

namespace txcouchbase::cli {
namespace {

using nlohmann::ordered_json;
using protocol::Defect;
using protocol::Feature;
using protocol::Frame;
using protocol::Magic;
using protocol::ReadOutcome;
using protocol::Receiver;

/// A session that was granted everything, so that no frame is refused for what the session before it did not ask
/// for. Except collections, unless it is known that they were: with them every key begins with a collection id, and
/// nothing in a single frame says whether it does.
constexpr protocol::SessionContext generous_session(KeyPrefix prefix) noexcept {
    protocol::SessionContext session;
    for (std::uint16_t code = 0; code < 64; ++code) session.features.insert(static_cast<Feature>(code));
    if (prefix == KeyPrefix::none) session.features.erase(Feature::collections);
    return session;
}

bool is_judged_by_server(const Frame& frame, Receiver receiver) noexcept {
    if (receiver != Receiver::any) return receiver == Receiver::server;
    return frame.magic() == Magic::client_request || frame.magic() == Magic::flex_request ||
           frame.magic() == Magic::server_response;
}

/// What is wrong with a whole frame, in the members of its line; empty when nothing is.
ordered_json judge(const Frame& frame, const DecodeOptions& options) {
    if (!is_judged_by_server(frame, options.receiver)) {
        const Defect defect = protocol::check_response(frame);
        return defect == Defect::none ? ordered_json{} : ordered_json{{"error", name(defect)}};
    }
    const protocol::Verdict verdict = protocol::check_request(frame, generous_session(options.prefix));
    if (verdict.is_accepted()) return {};
    ordered_json out{{"error", name(verdict.defect)},
                     {"server_status", hex_number(static_cast<std::uint16_t>(verdict.status))}};
    if (const std::string context = verdict.context(); !context.empty()) out["server_context"] = context;
    return out;
}

ordered_json frame_line(const Frame& frame, const DecodeOptions& options, std::size_t consumed) {
    const ordered_json wrong = judge(frame, options);
    ordered_json line{{"outcome", wrong.empty() ? "ok" : "error"}};
    if (!wrong.empty()) {
        line.update(wrong);
        line["fatal"] = false;
    }
    line["consumed"] = consumed;
    line["frame"] = frame_json(frame, options.prefix);
    return line;
}

}  // namespace

void decode(protocol::ByteView buffer, const DecodeOptions& options, std::ostream& out) {
    protocol::FrameReader reader{options.receiver, options.max_frame};
    std::size_t consumed = 0;
    do {
        Frame frame;
        switch (reader.next(buffer.substr(consumed), frame)) {
            case ReadOutcome::frame:
                consumed += frame.size();
                print_line(out, frame_line(frame, options, consumed));
                break;
            case ReadOutcome::need_more:
                print_line(out, ordered_json{{"outcome", "need_more"},
                                             {"need_total", consumed + reader.need_total()}});
                return;
            case ReadOutcome::failed:
                print_line(out, ordered_json{
                                    {"outcome", "error"}, {"error", name(reader.error())}, {"fatal", true}});
                return;
        }
    } while (consumed < buffer.size());
}

}  // namespace txcouchbase::cli
