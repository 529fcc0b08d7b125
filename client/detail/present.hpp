// How a raw operation is shown to the user of either face.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <txcouchbase/detail/connection_handle.hpp>

namespace txcouchbase::detail {

/// Returned is AsyncResult: what `issue` returns, and throws. Returned is Deferred: that, wrapped, with everything that
/// was thrown at the errback.
template <template <class> class Returned, class Issue>
[[gnu::always_inline]] inline auto present(Issue issue) {
    using R = typename decltype(issue())::result_type;
    if constexpr (std::same_as<Returned<R>, AsyncResult<R>>) {
        return issue();
    } else {
        try {
            return ConnectionHandle::defer(issue());
        } catch (...) {
            return fail<R>(Failure::current());
        }
    }
}

}  // namespace txcouchbase::detail
