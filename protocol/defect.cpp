// SPDX-License-Identifier: Apache-2.0
#include "protocol/defect.hpp"

namespace txcouchbase::protocol {

std::string_view name(Defect defect) noexcept {
    switch (defect) {
        case Defect::none: return "none";
        case Defect::bad_framing: return "bad_framing";
        case Defect::unknown_frame_info: return "unknown_frame_info";
        case Defect::bad_durability: return "bad_durability";
        case Defect::unsupported_frame: return "unsupported_frame";
        case Defect::bad_frame_len: return "bad_frame_len";
        case Defect::bad_extras: return "bad_extras";
        case Defect::bad_key: return "bad_key";
        case Defect::bad_leb128: return "bad_leb128";
        case Defect::bad_value: return "bad_value";
        case Defect::bad_cas: return "bad_cas";
        case Defect::bad_datatype: return "bad_datatype";
        case Defect::bad_subdoc: return "bad_subdoc";
        case Defect::bad_body: return "bad_body";
        case Defect::unknown_opcode: return "unknown_opcode";
        case Defect::not_authenticated: return "not_authenticated";
        case Defect::opcode_mismatch: return "opcode_mismatch";
        case Defect::wrong_direction: return "wrong_direction";
    }
    return "unknown";
}

}  // namespace txcouchbase::protocol
