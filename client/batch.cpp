// SPDX-License-Identifier: Apache-2.0
#include "client/batch.hpp"

#include <algorithm>

#include "client/idle_room.hpp"
#include "client/replies.hpp"
#include "client/transcoder.hpp"

namespace txcouchbase {

using net::Operation;

namespace {

// A transcoder may have made another key of the caller's, and that one means nothing to the caller.
Error named(const Error& error, std::string_view key) {
    if (error.detail().key == key) return error;
    ErrorDetail detail = error.detail();
    detail.key = key;
    return Error{error.code(), std::move(detail)};
}

}  // namespace

Batch* Batch::start(Core& core, TranscoderPtr transcoder, Gives gives) {
    return new Batch(core, std::move(transcoder), gives);
}

Batch::Batch(Core& core, TranscoderPtr transcoder, Gives gives)
    : core_(core),
      transcoder_(std::move(transcoder)),
      state_(std::make_shared<detail::MultiState>()),
      parent_(core.issue_gathered(this)),
      gives_(gives) {}

// A range may say anything of its size; beyond this the memory grows as the keys come.
void Batch::expect(std::size_t keys) {
    constexpr std::size_t most = 65'536;
    expected_ = keys;
    const std::size_t room = std::min(keys, most);
    state_->keys.reserve(room);
    state_->results.reserve(room);
    children_.reserve(room);
}

void Batch::grow() {
    children_.reserve(std::max<std::size_t>(16, children_.size() * 2));
}

void Batch::add(std::string_view key, Composite& operation, Decodes decodes) {
    const std::uint32_t number = enter(key);
    try {
        adopt(operation.begin().id(), number, transcoder_ ? decodes : Decodes::nothing);
    } catch (const ClientTemporaryFailError&) {
        refuse_if_it_never_fits(operation.need());
        throw;
    }
}

void Batch::add_refused(std::string_view key, Error error) {
    const std::uint32_t number = enter(key);
    adopt(core_.issue_refused(std::move(error)).id(), number, Decodes::nothing);
}

// There was no room for the request just now. Whether there ever will be for all of this call's?
void Batch::refuse_if_it_never_fits(const Composite::Need& need) const {
    IdleRoom room{core_.options(), core_.node_slots()};
    bool fits = expected_ <= room.most_operations();
    const auto take = [&](const Composite::Need& one) {
        if (one.bytes != 0) fits = fits && room.take(core_.router().route(one.key).node, one.bytes);
    };
    for (const Child& child : children_) {
        const Operation& operation = *child.id.operation;
        if (operation.node != Operation::no_node)
            fits = fits && room.take(operation.node, operation.frame().size());
        else if (child.id.is_live() && operation.gathering != nullptr)
            take(static_cast<const Composite*>(operation.gathering)->need());
    }
    take(need);
    if (!fits)
        refuse_argument({},
                        "one call has more keys or bytes than may ever be in flight together: give them in "
                        "several, or see max_operations and max_request_bytes");
}

void Batch::attach(std::shared_ptr<Item> item, std::string front, std::string back) {
    updates_.resize(children_.size());
    state_->items.resize(state_->results.size());
    state_->items[children_.back().number] = item;
    updates_.back() = {std::move(item), std::move(front), std::move(back)};
}

detail::OperationHandle Batch::send() {
    detail::OperationHandle handle = parent_;
    one_less();
    return handle;
}

void Batch::take_back() noexcept {
    is_taken_back_ = true;
    core_.settle_gathered(parent_.id(), [](Operation&) {});
    cancel_children();
    one_less();
}

void Batch::cancel() {
    ++remaining_;  // stay until all are told
    cancel_children();
    one_less();
}

void Batch::cancel_children() {
    for (const Child& child : children_)
        if (child.id.is_live()) child.id.cancel();
}

void Batch::settle(std::uint32_t child, ValueResult&& result) {
    const std::uint32_t number = children_[child].number;
    if (!result.success()) state_->all_ok = false;
    if (children_[child].decodes == Decodes::nothing || decode(result, child)) [[likely]] {
        if (!updates_.empty()) update_item(child, result);
        // Of a key that was given twice the later answer counts, and so does what it says of failures.
        if (!state_->errors.empty()) state_->errors[number] = {};
        state_->results[number] = std::move(result);
    }
    one_less();
}

void Batch::on_failure(std::uint32_t child, const Error& error) {
    const std::uint32_t number = children_[child].number;
    if (!is_taken_back_) {
        state_->results[number] = failed_result(state_->keys.key(number), error.rc());
        if (!updates_.empty() && updates_[child].item) updates_[child].item->rc = error.rc();
        fail_with(number, named(error, state_->keys.key(number)), false);
    }
    one_less();
}

// False: it failed, which is told already.
bool Batch::decode(ValueResult& result, std::uint32_t child) {
    const std::uint32_t number = children_[child].number;
    try {
        result = children_[child].decodes == Decodes::key ? with_decoded_key(result, *transcoder_)
                                                          : decoded_result(result, *transcoder_);
        return true;
    } catch (...) {
        const Error error =
            transcoder_error(state_->keys.key(number), "the transcoder could not decode what is stored");
        state_->results[number] = failed_result(state_->keys.key(number), errc::success);
        fail_with(number, error, true);
        return false;
    }
}

void Batch::update_item(std::uint32_t child, const ValueResult& result) {
    Update& update = updates_[child];
    if (update.item == nullptr) return;
    update.item->rc = result.rc();
    if (!result.success()) return;
    update.item->cas = result.cas();
    if (result.has_value()) update.item->retrieved(result);
    if (!update.front.empty() || !update.back.empty()) update.item->concatenate(update.front, update.back);
}

void Batch::fail_with(std::uint32_t number, const Error& error, bool is_fatal) {
    state_->all_ok = false;
    state_->errors.resize(state_->results.size());
    state_->errors[number] = error;
    if (error_ && (is_fatal_ || !is_fatal)) return;
    error_ = error;
    // What the transcoder could not read is no result of the server's.
    failed_ = is_fatal ? std::nullopt : std::optional{state_->results[number]};
    is_fatal_ = is_fatal;
}

// From the loop, never inside the call: the log's hook may close the connection. Before the last of the operations is
// counted, so that this batch stays if the hook cancels what it stands for.
void Batch::tell_of_duplicates() {
    if (std::exchange(has_told_, true) || gives_ != Gives::results || duplicates() == 0) return;
    core_.log_duplicates(duplicates());
}

void Batch::end() {
    if (!is_taken_back_) {
        remaining_ = 1;  // the log hook may cancel the whole, which must not end it here once more
        tell_of_duplicates();
        remaining_ = 0;
        finish();
    }
    delete this;
}

void Batch::finish() {
    core_.settle_gathered(parent_.id(), [this](Operation& operation) {
        if (error_) {
            ErrorDetail detail = error_.detail();
            if (gives_ == Gives::results)
                detail.attachment = std::make_shared<detail::ResultsAttachment>(MultiResult{state_}, failed_);
            operation.handler->on_failure(operation, Error{error_.code(), std::move(detail)});
            return;
        }
        switch (gives_) {
            case Gives::results: return succeed(operation, MultiResult{state_});
            case Gives::value: return succeed(operation, ValueResult{state_->results.front()});
            case Gives::mutation: return succeed(operation, OperationResult{state_->results.front()});
        }
    });
}

namespace {

template <class Add>
detail::OperationHandle issue_alone(Core& core, const TranscoderPtr& transcoder, Batch::Gives gives,
                                    Add add) {
    Batch* const batch = Batch::start(core, transcoder, gives);
    try {
        add(*batch);
    } catch (...) {
        batch->take_back();
        throw;
    }
    return batch->send();
}

}  // namespace

detail::OperationHandle issue_transcoded(Core& core, std::string_view key, const Call& call,
                                         const TranscoderPtr& transcoder, Batch::Gives gives) {
    return issue_alone(core, transcoder, gives, [&](Batch& batch) { batch.add(key, call); });
}

detail::OperationHandle issue_transcoded(Core& core, std::string_view key, Composite& operation,
                                         const TranscoderPtr& transcoder, Batch::Decodes decodes,
                                         Batch::Gives gives) {
    return issue_alone(core, transcoder, gives, [&](Batch& batch) { batch.add(key, operation, decodes); });
}

}  // namespace txcouchbase
