// The reference count that ties handles, results in flight and the event loop to one connection.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

namespace txcouchbase::detail {

/// Counted without atomics: a connection belongs to one executor, and so do all who count it.
class Shared {
public:
    Shared() = default;
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;

    void add_reference() noexcept { ++references_; }
    void drop_reference() noexcept {
        if (--references_ == 0) destroy();
    }

protected:
    ~Shared() = default;

private:
    virtual void destroy() noexcept = 0;

    std::uint32_t references_ = 0;
};

/// Keeps a Shared alive.
class SharedRef {
public:
    SharedRef() = default;
    explicit SharedRef(Shared* shared) noexcept : shared_(shared) { shared_->add_reference(); }
    SharedRef(SharedRef&& other) noexcept : shared_(std::exchange(other.shared_, nullptr)) {}
    SharedRef(const SharedRef& other) noexcept : shared_(other.shared_) {
        if (shared_ != nullptr) shared_->add_reference();
    }
    SharedRef& operator=(SharedRef other) noexcept {
        std::swap(shared_, other.shared_);
        return *this;
    }
    ~SharedRef() {
        if (shared_ != nullptr) shared_->drop_reference();
    }
    Shared* get() const noexcept { return shared_; }

private:
    Shared* shared_ = nullptr;
};

}  // namespace txcouchbase::detail
