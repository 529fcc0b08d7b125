// SPDX-License-Identifier: Apache-2.0
#include "client/option_check.hpp"

#include <txcouchbase/exceptions.hpp>

namespace txcouchbase {
namespace {

using std::chrono::milliseconds;

// What the deadline wheel can hold. Far longer ones, "for ever" as milliseconds::max(), would overflow a time point.
constexpr milliseconds longest = std::chrono::hours{24 * 49};

constexpr std::size_t smallest_max_frame = 4096;

[[noreturn]] void refuse(std::string cause) {
    throw_exception(Error{errc::argument, {.cause = std::move(cause)}});
}

void check_duration(const char* name, milliseconds value) {
    if (value > milliseconds::zero() && value <= longest) return;
    refuse(std::string{name} + " is " + std::to_string(value.count()) + " ms; 1 ms to 49 days can be kept");
}

void check_limit(const char* name, std::size_t value) {
    if (value == 0) refuse(std::string{name} + " is 0; nothing could be sent");
}

}  // namespace

void check_options(const ConnectionOptions& options) {
    check_duration("timeout", options.timeout);
    check_duration("connect_timeout", options.connect_timeout);
    check_duration("silence_timeout", options.silence_timeout);
    check_duration("bootstrap_timeout", options.bootstrap_timeout);
    check_duration("config_poll_interval", options.config_poll_interval);
    check_limit("max_operations", options.max_operations);
    check_limit("max_request_bytes", options.max_request_bytes);
    check_limit("max_total_operations", options.max_total_operations);
    check_limit("max_total_request_bytes", options.max_total_request_bytes);
    if (options.max_frame < smallest_max_frame)
        refuse("max_frame is " + std::to_string(options.max_frame) + "; below " +
               std::to_string(smallest_max_frame) + " no login and no error fits into a reply");
}

void check_timeout(OperationTimeout timeout) {
    check_duration("the operation's timeout", timeout);
}

void check_interval(milliseconds interval) {
    check_duration("the interval", interval);
}

}  // namespace txcouchbase
