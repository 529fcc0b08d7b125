// Everything public, in one header.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <txcouchbase/connection.hpp>
#include <txcouchbase/deferred.hpp>
#include <txcouchbase/deferred_list.hpp>
#include <txcouchbase/deferred_sync.hpp>
#include <txcouchbase/exceptions.hpp>
#include <txcouchbase/multi.hpp>

namespace txcouchbase {

/// The version of these headers, as text and as 0xMMmmpp. Spec: Couchbase.lcb_version of the original.
constexpr std::string_view version_text = "0.1.0";
constexpr std::uint32_t version_number = 0x00'01'00;

}  // namespace txcouchbase
