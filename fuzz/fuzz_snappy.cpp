// Compressed values: never more than the bytes can make, exactly what they said, and a literal of it inflates to it.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "protocol/leb128.hpp"
#include "protocol/snappy.hpp"

using namespace txcouchbase::protocol;
using namespace txcouchbase::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto inflated = inflate_snappy(as_view(data, size));
    if (!inflated) return 0;
    property(inflated->size() <= 22 * size, "no more than so many bytes can make");
    property(inflated->size() == decode_leb128(as_view(data, size))->value, "as much as they said");
    const auto count = static_cast<std::uint32_t>(inflated->size());
    std::string literal{Leb128{count}.bytes()};
    if (count != 0) {
        literal += '\xfc';  // its size less one follows in 4 bytes
        for (int i = 0; i < 4; ++i) literal += static_cast<char>((count - 1) >> 8 * i);
    }
    property(inflate_snappy(literal + *inflated) == inflated, "a literal of it inflates to it");
    return 0;
}
