// SPDX-License-Identifier: Apache-2.0
#include "client/expiry.hpp"

#include <limits>
#include <txcouchbase/exceptions.hpp>

namespace txcouchbase {
namespace {

// What a server takes for a duration; from here on it is a date.
constexpr std::int64_t first_date = 30LL * 24 * 3600;

[[noreturn]] void refuse(std::string_view key, std::string cause) {
    throw_exception(Error{errc::argument, {.key = std::string{key}, .cause = std::move(cause)}});
}

std::uint32_t date_of(std::string_view key, std::int64_t seconds) {
    // The largest number of all means something else to counters.
    if (seconds >= std::numeric_limits<std::uint32_t>::max())
        refuse(key, "the ttl reaches beyond what 32 bits of seconds can tell");
    return static_cast<std::uint32_t>(seconds);
}

}  // namespace

std::uint32_t expiry_of(std::string_view key, const Ttl& ttl,
                        std::chrono::system_clock::time_point (*now)()) {
    if (ttl.is_none()) return 0;
    switch (ttl.kind()) {
        case Ttl::Kind::out_of_range:
            refuse(key, "the ttl is no number of seconds that anybody could wait for");
        case Ttl::Kind::absolute:
            if (ttl.seconds() <= first_date)
                refuse(key, "the ttl is a date in January 1970, which a server would take for a duration");
            return date_of(key, ttl.seconds());
        default: break;
    }
    if (ttl.seconds() < 0) refuse(key, "the ttl is negative");
    if (ttl.seconds() < first_date) return static_cast<std::uint32_t>(ttl.seconds());
    const auto since_1970 = std::chrono::duration_cast<std::chrono::seconds>(now().time_since_epoch());
    return date_of(key, since_1970.count() + ttl.seconds());
}

}  // namespace txcouchbase
