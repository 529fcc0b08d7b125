// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/basic_authentication.hpp"

#include <boost/beast/core/string.hpp>

#include "protocol/base64.hpp"
#include "protocol/secret.hpp"

namespace txcouchbase::cluster {

const UserInfo* authenticate(const Users& users, ByteView authorization) {
    constexpr ByteView scheme = "Basic ";
    if (!boost::beast::iequals(authorization.substr(0, scheme.size()), scheme)) return nullptr;
    authorization.remove_prefix(scheme.size());
    authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
    std::optional<std::string> decoded = protocol::base64_decode(authorization);
    if (!decoded) return nullptr;
    const ByteView pair = *decoded;
    const std::size_t colon = pair.find(':');
    const UserInfo* const user =
        colon == ByteView::npos ? nullptr : users.log_in(pair.substr(0, colon), pair.substr(colon + 1));
    protocol::wipe(decoded->data(), decoded->size());
    return user;
}

}  // namespace txcouchbase::cluster
