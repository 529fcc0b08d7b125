// What a connection's handle holds: its core, or nothing once it was moved from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <cstddef>

namespace txcouchbase {

class Core;

namespace detail {

/// A plain pointer that says, where assertions are compiled in, what it means that it is null.
class CorePointer {
public:
    CorePointer(Core* core) noexcept
        : core_(core) {}  // NOLINT(google-explicit-constructor): stands in for it

    Core* operator->() const noexcept {
        assert(core_ != nullptr && "this connection was moved from");
        return core_;
    }
    Core& operator*() const noexcept { return *operator->(); }
    bool operator==(std::nullptr_t) const noexcept { return core_ == nullptr; }

private:
    Core* core_;
};

}  // namespace detail
}  // namespace txcouchbase
