// What the codec benchmark repeats: each piece of work, and how many bytes one repetition handles.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace txcouchbase::bench {

/// One thing done over and over. `run` returns a sum over everything that it saw or wrote, so that no compiler can
/// leave a part of it out.
struct Work {
    std::string_view name;
    std::size_t bytes;  ///< in one frame
    std::uint64_t (*run)(std::uint64_t frames);
};

std::span<const Work> all_work();

}  // namespace txcouchbase::bench
