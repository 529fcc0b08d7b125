// SPDX-License-Identifier: Apache-2.0
#include "protocol/document_responses.hpp"

namespace txcouchbase::protocol {

Read<MetaResponse> read_meta(const Frame& frame) noexcept {
    MetaResponse meta{.cas = frame.cas()};
    ByteCursor in{frame.extras()};
    if (!in.number(meta.deleted) || !in.number(meta.flags) || !in.number(meta.expiry) ||
        !in.number(meta.seqno))
        return Defect::bad_extras;
    if (!in.at_end() && !in.number(meta.datatype.emplace())) return Defect::bad_extras;
    if (!in.at_end()) return Defect::bad_extras;
    return meta;
}

std::string_view name(KeyState state) noexcept {
    switch (state) {
        case KeyState::found: return "found";
        case KeyState::persisted: return "persisted";
        case KeyState::not_found: return "not_found";
        case KeyState::deleted: return "deleted";
    }
    return "unknown";
}

bool parse(ByteCursor& in, ObserveEntry& out) noexcept {
    std::uint16_t key_size = 0;
    return in.number(out.vbucket) && in.number(key_size) && in.bytes(key_size, out.key) &&
           in.number(out.state) && in.number(out.cas);
}

Read<Records<ObserveEntry>> read_observe(const Frame& frame) noexcept {
    return read_records<ObserveEntry>(frame.value(), Defect::bad_body);
}

Read<ObserveSeqnoResponse> read_observe_seqno(const Frame& frame) noexcept {
    ObserveSeqnoResponse out;
    std::uint8_t format = 0;
    ByteCursor in{frame.value()};
    if (!in.number(format) || format > 1) return Defect::bad_body;
    if (!in.number(out.vbucket) || !in.number(out.vbucket_uuid) || !in.number(out.persisted_seqno) ||
        !in.number(out.current_seqno))
        return Defect::bad_body;
    if (format == 1) {
        SupersededHistory& old = out.superseded.emplace();
        if (!in.number(old.vbucket_uuid) || !in.number(old.last_seqno)) return Defect::bad_body;
    }
    if (!in.at_end()) return Defect::bad_body;
    return out;
}

bool parse(ByteCursor& in, MutationToken& out) noexcept {
    return in.number(out.vbucket_uuid) && in.number(out.seqno);
}

Read<Records<MutationToken>> read_failover_log(const Frame& frame) noexcept {
    return read_records<MutationToken>(frame.value(), Defect::bad_body);
}

bool parse(ByteCursor& in, VbucketSeqno& out) noexcept {
    return in.number(out.vbucket) && in.number(out.seqno);
}

Read<Records<VbucketSeqno>> read_all_vb_seqnos(const Frame& frame) noexcept {
    return read_records<VbucketSeqno>(frame.value(), Defect::bad_body);
}

Read<VbucketState> read_vbucket(const Frame& frame) noexcept {
    VbucketState state{};
    ByteCursor in{frame.value()};
    if (!in.number(state) || !in.at_end()) return Defect::bad_body;
    return state;
}

bool parse(ByteCursor& in, SizedKey& out) noexcept {
    std::uint16_t size = 0;
    return in.number(size) && in.bytes(size, out.key);
}

Read<Records<SizedKey>> read_keys(const Frame& frame) noexcept {
    return read_records<SizedKey>(frame.value(), Defect::bad_body);
}

}  // namespace txcouchbase::protocol
