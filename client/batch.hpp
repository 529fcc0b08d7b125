// Several operations with one result, or one operation whose result a transcoder has to see first.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/exceptions.hpp>

#include "client/calls.hpp"
#include "client/composite.hpp"
#include "client/multi_state.hpp"

namespace txcouchbase {

/**
 * Issues operations on keys, collects their ends, and ends the operation that stands for them all.
 *
 *     start() --add(), add_refused()...--> send() --the last of them ends--> gone
 *                                     \--> take_back(): nothing is sent, nobody is called
 *
 * Nothing that was added is written before the loop's turn ends, so a bad argument half-way takes back what was added
 * before it: all of the batch is sent, or nothing.
 *
 * Lifetime: deletes itself when everything it issued has ended and the caller has sent or taken it back.
 */
class Batch final : public net::Gathering {
public:
    /// What the operation that stands for all gives.
    enum class Gives : std::uint8_t { results, value, mutation };
    /// What of a result the transcoder sees: a counter's value is the server's, not one that anybody encoded.
    enum class Decodes : std::uint8_t { nothing, key, key_and_value };

    static Batch* start(Core& core, TranscoderPtr transcoder, Gives gives);
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    /// How many keys there will be, by the range that they come from; zero when it does not say.
    void expect(std::size_t keys);
    std::size_t expected() const noexcept { return expected_; }
    /// Throws what issuing throws; ArgumentError instead of queue_full when there is more than there could ever be room
    /// for. `key` is the caller's, not its stored form.
    /// (In the header because a call more for each key is a fiftieth of what a key costs.)
    void add(std::string_view key, const Call& call) {
        const std::uint32_t number = enter(key);
        adopt(issue(call), number, decodes(call));
    }
    /// An operation of several steps, which begins now.
    void add(std::string_view key, Composite& operation, Decodes decodes);
    /// An operation that is asked of no server, and ends with `error`.
    void add_refused(std::string_view key, Error error);
    /// The Item that the last operation added is about, and what it adds to the Item's value when it succeeds.
    void attach(std::shared_ptr<Item> item, std::string front = {}, std::string back = {});
    std::size_t size() const noexcept { return children_.size(); }
    std::size_t duplicates() const noexcept { return children_.size() - state_->keys.size(); }
    const Transcoder* transcoder() const noexcept { return transcoder_.get(); }

    detail::OperationHandle send();
    void take_back() noexcept;

    // What the operations it issued end with.
    // (Most results have only to be put where they belong: by force in the caller, for the reason above.)
    [[gnu::always_inline]] void on_result(std::uint32_t child, ValueResult&& result) {
        const Child& ended = children_[child];
        if (!result.success() || ended.decodes != Decodes::nothing || !updates_.empty() ||
            !state_->errors.empty()) [[unlikely]]
            return settle(child, std::move(result));
        state_->results[ended.number] = std::move(result);
        one_less();
    }
    void on_failure(std::uint32_t child, const Error& error);

    // net::Gathering
    void cancel() override;

private:
    struct Child {
        detail::OperationId id;
        std::uint32_t number;  // of its key
        Decodes decodes;
    };
    struct Update {
        std::shared_ptr<Item> item;
        std::string front;
        std::string back;
    };

    Batch(Core& core, TranscoderPtr transcoder, Gives gives);
    ~Batch() = default;

    Decodes decodes(const Call& call) const noexcept {
        if (transcoder_ == nullptr || call.options.traits.is_raw) [[likely]]
            return Decodes::nothing;
        return &call.kind == &core_.value_kind() ? Decodes::key_and_value : Decodes::key;
    }
    /// The number of the key. Makes room first: nothing may throw once the operation is issued.
    [[gnu::always_inline]] std::uint32_t enter(std::string_view key) {
        if (children_.size() == children_.capacity()) [[unlikely]]
            grow();
        const auto [number, is_new] = state_->keys.insert(key);
        if (is_new) state_->results.emplace_back();
        if (!updates_.empty()) updates_.emplace_back();
        return number;
    }
    detail::OperationId issue(const Call& call) {
        try {
            return core_.issue(call.request, call.kind, call.options).id();
        } catch (const ClientTemporaryFailError&) {
            refuse_if_it_never_fits({call.request.key, protocol::frame_size(call.request, {})});
            throw;
        }
    }
    // (Inlined by force, as enter() is: it is one call more for each key.)
    [[gnu::always_inline]] void adopt(const detail::OperationId& id, std::uint32_t number, Decodes decodes) {
        id.operation->traits.is_batched = true;
        ::new (id.operation->completion) BatchSlot{this, static_cast<std::uint32_t>(children_.size())};
        children_.push_back({id, number, decodes});
        ++remaining_;
    }
    void refuse_if_it_never_fits(const Composite::Need& need) const;
    void settle(std::uint32_t child, ValueResult&& result);
    bool decode(ValueResult& result, std::uint32_t child);
    void update_item(std::uint32_t child, const ValueResult& result);
    void fail_with(std::uint32_t number, const Error& error, bool is_fatal);
    void tell_of_duplicates();
    void grow();
    void one_less() {
        if (--remaining_ == 0) [[unlikely]]
            end();
    }
    void end();
    void finish();
    void cancel_children();

    Core& core_;
    TranscoderPtr transcoder_;
    std::shared_ptr<detail::MultiState>
        state_;  // before the slot that would otherwise be left over if it fails
    detail::OperationHandle parent_;
    std::vector<Child> children_;
    std::vector<Update> updates_;        // by child, or empty while no Item is attached
    Error error_;                        // the first failure, or the first fatal one
    std::optional<ValueResult> failed_;  // the result that it is about, if it is a server's
    std::size_t expected_ = 0;           // keys
    std::size_t remaining_ = 1;          // operations, and the caller until it has sent
    Gives gives_;
    bool is_fatal_ = false;
    bool is_taken_back_ = false;
    bool has_told_ = false;  // of duplicates
};

/// Issues a single operation whose result the transcoder sees before the caller.
detail::OperationHandle issue_transcoded(Core& core, std::string_view key, const Call& call,
                                         const TranscoderPtr& transcoder, Batch::Gives gives);
detail::OperationHandle issue_transcoded(Core& core, std::string_view key, Composite& operation,
                                         const TranscoderPtr& transcoder, Batch::Decodes decodes,
                                         Batch::Gives gives);

}  // namespace txcouchbase
