// Several operations with one result, or one operation whose result a transcoder has to see first.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/calls.hpp"
#include "client/multi_state.hpp"

namespace txcouchbase {

/**
 * Issues operations on keys, collects their ends, and ends the operation that stands for them all.
 *
 *     start() --add()...--> send() --the last of them ends--> gone
 *                      \--> take_back(): nothing is sent, nobody is called
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

    static Batch* start(Core& core, TranscoderPtr transcoder, Gives gives);
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    void expect(std::size_t keys);
    /// Throws what issuing throws, and leaves the batch as it was. `key` is the caller's, not its stored form.
    /// (In the header because a call more for each key is a fiftieth of what a key costs.)
    void add(std::string_view key, const Call& call) {
        const auto child = static_cast<std::uint32_t>(children_.size());
        // Room first: nothing may throw once the operation is issued.
        if (child == children_.capacity()) [[unlikely]]
            grow();
        const auto [number, is_new] = state_->keys.insert(key);
        if (is_new) state_->results.emplace_back();
        if (!updates_.empty()) updates_.emplace_back();
        const detail::OperationId id = core_.issue(call.request, call.kind, call.options).id();
        id.operation->traits.is_batched = true;
        ::new (id.operation->completion) BatchSlot{this, child};
        children_.push_back({id, number, decodes(call)});
        ++remaining_;
    }
    /// Another key of what will be refused as a whole.
    void note(std::string_view key) {
        if (state_->keys.insert(key).second) state_->results.emplace_back();
    }
    /// Takes everything back; every key ends with `error`, which is returned with all their results.
    Error refuse(const Error& error);
    /// The Item that the last operation added is about, and what it adds to the Item's value when it succeeds.
    void attach(std::shared_ptr<Item> item, std::string front = {}, std::string back = {});
    std::size_t size() const noexcept { return children_.size(); }
    std::size_t duplicates() const noexcept { return children_.size() - state_->keys.size(); }
    const Transcoder* transcoder() const noexcept { return transcoder_.get(); }

    detail::OperationHandle send();
    void take_back() noexcept;

    // What the operations it issued end with.
    void on_result(std::uint32_t child, ValueResult&& result);
    void on_failure(std::uint32_t child, const Error& error);

    // net::Gathering
    void cancel() override;

private:
    /// What of a result the transcoder sees: a counter's value is the server's, not one that anybody encoded.
    enum class Decodes : std::uint8_t { nothing, key, key_and_value };
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
    std::size_t remaining_ = 1;          // operations, and the caller until it has sent
    Gives gives_;
    bool is_fatal_ = false;
    bool is_taken_back_ = false;
    bool has_told_ = false;  // of duplicates
};

/// Issues a single operation whose result the transcoder sees before the caller.
detail::OperationHandle issue_transcoded(Core& core, std::string_view key, const Call& call,
                                         const TranscoderPtr& transcoder, Batch::Gives gives);

}  // namespace txcouchbase
