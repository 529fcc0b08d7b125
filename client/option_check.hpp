// Refuses options that no connection could keep, naming the option and its value.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/operations.hpp>

namespace txcouchbase {

/// Throws ArgumentError when a limit is 0, max_frame is below 4096, or a timeout not positive or longer than 49 days,
/// which is as long as deadlines can be.
void check_options(const ConnectionOptions& options);

/// The same for an operation's own timeout, where 0 means the connection's and is not asked about.
void check_timeout(OperationTimeout timeout);
inline void check_own_timeout(OperationTimeout timeout) {
    if (timeout.count() != 0) check_timeout(timeout);
}
/// The same for the time between two questions.
void check_interval(std::chrono::milliseconds interval);

}  // namespace txcouchbase
