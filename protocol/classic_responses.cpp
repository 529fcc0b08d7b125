// SPDX-License-Identifier: Apache-2.0
#include "protocol/classic_responses.hpp"

namespace txcouchbase::protocol {

Read<CounterResponse> read_counter(const Frame& frame) noexcept {
    const Read<MutationResponse> mutation = read_mutation(frame);
    if (!mutation) return mutation.defect();
    const ByteView value = frame.value();
    if (value.size() != 8) return Defect::bad_body;
    return CounterResponse{*mutation, load_be<std::uint64_t>(value.data())};
}

Read<TouchResponse> read_touch(const Frame& frame) noexcept {
    const ByteView extras = frame.extras();
    switch (extras.size()) {
        case 0:
        case 16: return TouchResponse{.cas = frame.cas()};
        case 4: return TouchResponse{.cas = frame.cas(), .flags = load_be<std::uint32_t>(extras.data())};
        default: return Defect::bad_extras;
    }
}

}  // namespace txcouchbase::protocol
