// What can be wrong inside a frame whose header is sound, and the result type of every reader: a value or that.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>

namespace txcouchbase::protocol {

/// The errors behind the header (PROTOCOL 11). None of them loses the stream, except an opcode_mismatch, which says
/// that requests and responses no longer pair up.
enum class Defect : std::uint8_t {
    none,
    bad_framing,         ///< walking the framing extras overruns their section
    unknown_frame_info,  ///< a framing object that no server knows
    bad_durability,      ///< a level or timeout outside its range
    unsupported_frame,   ///< a framing object that does not go with this opcode or session
    bad_frame_len,       ///< a framing object of the wrong length
    bad_extras,
    bad_key,
    bad_leb128,  ///< the collection id in front of the key
    bad_value,   ///< a value that must be there and is not, or the reverse
    bad_cas,
    bad_datatype,
    bad_subdoc,
    bad_body,
    unknown_opcode,
    not_authenticated,
    opcode_mismatch,
    wrong_direction,
};

/// The name as PROTOCOL 11 spells it: "bad_extras"...
std::string_view name(Defect defect) noexcept;

/// A reader's answer: the value, or why there is none.
template <class T>
class [[nodiscard]] Read {
public:
    Read(const T& value) noexcept : value_(value) {}
    Read(Defect defect) noexcept : defect_(defect) { assert(defect != Defect::none); }

    explicit operator bool() const noexcept { return defect_ == Defect::none; }
    Defect defect() const noexcept { return defect_; }

    const T& operator*() const noexcept {
        assert(*this);
        return value_;
    }
    const T* operator->() const noexcept { return &**this; }

private:
    T value_{};
    Defect defect_ = Defect::none;
};

}  // namespace txcouchbase::protocol
