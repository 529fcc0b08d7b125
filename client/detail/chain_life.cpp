// How Chains end: orphaned, revived, buried; and what they say of themselves. See Chain for the rules.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <memory>

#include "client/detail/chain.hpp"

namespace txcouchbase::detail {

struct DebugInfo {
    SourceLocation made;
    SourceLocation fired;
};

namespace {

// What died while something was being destroyed already waits here: chains of any length are destroyed in a loop.
struct Graveyard {
    Chain* head;
    bool is_open;
};

thread_local constinit Graveyard graveyard{nullptr, false};

std::string spell(const char* what, SourceLocation at) {
    if (at.file == nullptr) return {};
    return std::string(what) + at.file + ":" + std::to_string(at.line);
}

std::string spell(const Chain* chain) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "0x%zx", reinterpret_cast<std::size_t>(chain));
    return text.data();
}

}  // namespace

/// While one exists nothing is destroyed; the outermost destroys what died meanwhile.
class Burial {
public:
    Burial() noexcept : is_outermost_(!graveyard.is_open) { graveyard.is_open = true; }
    ~Burial() {
        if (!is_outermost_) return;
        while (graveyard.head != nullptr) std::exchange(graveyard.head, graveyard.head->link_)->destroy();
        graveyard.is_open = false;
    }
    Burial(const Burial&) = delete;
    Burial& operator=(const Burial&) = delete;

    static void add(Chain& chain) noexcept {
        chain.set(Chain::dead);
        chain.link_ = graveyard.head;
        graveyard.head = &chain;
    }

private:
    bool is_outermost_;
};

void Chain::bury() noexcept {
    const Burial burial;
    Burial::add(*this);
}

/// The last producer is gone. Whatever waits downstream may be without producers by that too, and so on.
void Chain::let_go() noexcept {
    const Burial burial;
    link_ = nullptr;
    for (Chain* work = this; work != nullptr;) {
        Chain& orphan = *std::exchange(work, work->link_);
        orphan.let_go_downstream(work);
        if (orphan.counts_ == 0) Burial::add(orphan);
    }
}

void Chain::let_go_downstream(Chain*& work) noexcept {
    for_each_downstream([&](Chain& downstream) {
        --downstream.counts_;
        if (downstream.has_producers()) return;
        downstream.link_ = work;
        work = &downstream;
    });
}

/// A chain without producers gets one: its downstream is held again, and so on. The mirror image of let_go().
void Chain::revive() noexcept {
    link_ = nullptr;
    for (Chain* work = this; work != nullptr;) {
        const Chain& chain = *std::exchange(work, work->link_);
        chain.for_each_downstream([&](Chain& downstream) {
            if (!downstream.has_producers()) {
                downstream.link_ = work;
                work = &downstream;
            }
            ++downstream.counts_;
        });
    }
}

void Chain::destroy() noexcept {
    // First of all nobody may find this chain any more; then its parts, which may run destructors of the user.
    if (waits_on_ != nullptr) waits_on_->sever(*this);
    report_end();
    drop_canceller();
    while (has_slots()) {
        Slot* slot = pop();
        slot->ops->drop(slot);
        free_slot(slot);
    }
    clear();
    if (waits_on_ != nullptr) stop_waiting()->release_consumer();
    delete std::exchange(debug_, nullptr);
    pauses_ = 0;
    set(hollow);
    if (watchers_ == 0) recycle();
}

void Chain::release_watcher() noexcept {
    if (--watchers_ != 0) return;
    reset(watched);
    if (has(hollow)) recycle();
}

void Chain::report_end() noexcept {
    if (holds_failure()) {
        report_failure({FailureReport::Kind::unhandled, &failure(), trace()});
    } else if (!has(fired) && is_debugging()) {
        report_failure({FailureReport::Kind::dropped_unfired, nullptr, trace()});
    }
}

void Chain::trace_creation(SourceLocation at) noexcept {
    debug_ = new DebugInfo{at, {}};
    set(traced);
}

void Chain::trace_fire(SourceLocation at) {
    if (debug_ == nullptr) trace_creation({});
    debug_->fired = at;
}

std::string Chain::trace() const {
    if (debug_ == nullptr) return {};
    const std::string made = spell("made at ", debug_->made);
    const std::string fired_at = spell("fired at ", debug_->fired);
    return made + (made.empty() || fired_at.empty() ? "" : ", ") + fired_at;
}

std::string Chain::describe() const {
    std::string text = "Deferred " + spell(this) + (has(fired) ? " fired" : " unfired");
    if (has(paused)) text += ", paused";
    if (waits_on_ != nullptr) {
        text += ", waiting on " + spell(waits_on_);
    } else if (holds_failure()) {
        text += ", failed with " + failure().describe();
    } else if (has(fired)) {
        text += holds_value() ? ", holds " + readable_name(*value_ops_->type) : ", holds nothing";
    }
    for_each_slot([&](const Slot* slot) {
        if (slot->ops->target != nullptr) text += ", will fire " + spell(slot->ops->target(slot));
    });
    return text;
}

}  // namespace txcouchbase::detail
