// Points in time, as all of this room counts them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace txcouchbase::net {

using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

}  // namespace txcouchbase::net
