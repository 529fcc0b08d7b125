// Real time for machines: it begins at what the system's clock says and then only goes forward.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster/time.hpp"

namespace txcouchbase::cluster {

class LoopClock {
public:
    using Steady = std::chrono::steady_clock;

    Time now() const noexcept { return began_ + (Steady::now() - steady_began_); }
    /// For timers.
    Steady::time_point steady(Time time) const noexcept { return steady_began_ + (time - began_); }

private:
    Time began_ = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
    Steady::time_point steady_began_ = Steady::now();
};

}  // namespace txcouchbase::cluster
