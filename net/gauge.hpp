// How much a pipeline holds and may hold: by itself, and together with the pipelines of other nodes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace txcouchbase::net {

struct Amount {
    std::size_t operations = 0;
    std::size_t bytes = 0;  ///< of their requests
};

class SharedLimit;

/// Counts one pipeline's operations against its cap, and against one that it may share with others.
class Gauge {
public:
    explicit Gauge(Amount limit) noexcept : limit_(limit), allowed_(limit) {}
    Gauge(const Gauge&) = delete;
    Gauge& operator=(const Gauge&) = delete;

    bool has_room(std::size_t size) noexcept {
        // What was handed over by another may have brought it above its cap.
        if (used_.operations < allowed_.operations && used_.bytes + size <= allowed_.bytes) [[likely]]
            return true;
        return shared_ != nullptr && extend(size);
    }
    void add(std::size_t size) noexcept {
        ++used_.operations;
        used_.bytes += size;
    }
    void remove(std::size_t size) noexcept {
        --used_.operations;
        used_.bytes -= size;
    }
    const Amount& used() const noexcept { return used_; }
    /// The cap of its own.
    const Amount& limit() const noexcept { return limit_; }

private:
    friend class SharedLimit;
    bool extend(std::size_t size) noexcept;

    Amount used_;
    Amount limit_;
    Amount allowed_;  // how far it may go without asking the others
    SharedLimit* shared_ = nullptr;
};

/**
 * A cap on what several gauges hold together. Counting in two places would cost every operation; so each gauge is
 * allowed a share of what is left and asks again only when that is used up. The shares never exceed the cap, and what
 * one gauge does not use another gets: it is refused only when the cap itself is reached.
 */
class SharedLimit {
public:
    explicit SharedLimit(Amount limit) noexcept : limit_(limit) {}
    SharedLimit(const SharedLimit&) = delete;
    SharedLimit& operator=(const SharedLimit&) = delete;

    /// `gauge`, which is empty, lives as long as this does.
    void admit(Gauge& gauge);
    /// An empty gauge that was admitted is nobody's any more.
    void dismiss(Gauge& gauge) noexcept;
    /// Deals out again what is left, so that `gauge` has room for `size` bytes. False: there is not enough.
    bool extend(Gauge& gauge, std::size_t size) noexcept;

    Amount used() const noexcept;
    const Amount& limit() const noexcept { return limit_; }

private:
    Amount limit_;
    std::vector<Gauge*> gauges_;
};

}  // namespace txcouchbase::net
