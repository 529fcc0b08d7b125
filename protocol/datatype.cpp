// SPDX-License-Identifier: Apache-2.0
#include "protocol/datatype.hpp"

namespace txcouchbase::protocol {

std::string_view name(Datatype datatype) noexcept {
    switch (datatype) {
        case Datatype::raw: return "raw";
        case Datatype::json: return "json";
        case Datatype::snappy: return "snappy";
        case Datatype::xattr: return "xattr";
    }
    return "unknown";
}

}  // namespace txcouchbase::protocol
