// SPDX-License-Identifier: Apache-2.0
#include "protocol/secret.hpp"

#include <openssl/crypto.h>

namespace txcouchbase::protocol {

void wipe(void* memory, std::size_t size) noexcept {
    OPENSSL_cleanse(memory, size);
}

bool equal_in_constant_time(ByteView a, ByteView b) noexcept {
    return !a.empty() && a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Secret::Secret(std::initializer_list<ByteView> pieces) {
    std::size_t size = 0;
    for (const ByteView piece : pieces) size += piece.size();
    bytes_.reserve(size);
    for (const ByteView piece : pieces) bytes_ += piece;
}

}  // namespace txcouchbase::protocol
