// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/multi.hpp>

#include <algorithm>
#include <ostream>
#include <stdexcept>
#include <txcouchbase/exceptions.hpp>

#include "client/multi_state.hpp"
#include "client/replies.hpp"
#include "client/transcoder.hpp"
#include "net/block.hpp"

namespace txcouchbase {

using detail::KeyIndex;
using detail::MultiState;

const ValueResult* MultiResult::begin() const noexcept {
    return state_ == nullptr ? nullptr : state_->results.data();
}
const ValueResult* MultiResult::end() const noexcept {
    return state_ == nullptr ? nullptr : state_->results.data() + state_->results.size();
}

bool MultiResult::all_ok() const noexcept {
    return state_ == nullptr || state_->all_ok;
}

const ValueResult* MultiResult::find(std::string_view key) const noexcept {
    if (state_ == nullptr) return nullptr;
    const std::uint32_t number = state_->keys.find(key);
    return number == KeyIndex::none ? nullptr : &state_->results[number];
}

const ValueResult& MultiResult::at(std::string_view key) const {
    if (const ValueResult* const found = find(key)) return *found;
    throw std::out_of_range("MultiResult: there is no key \"" + std::string{key} + '"');
}

Error MultiResult::error(std::string_view key) const {
    const ValueResult& result = at(key);
    if (state_->errors.empty()) return {};
    return state_->errors[static_cast<std::size_t>(&result - begin())];
}

std::shared_ptr<Item> MultiResult::item(std::string_view key) const {
    const ValueResult& result = at(key);
    if (state_->items.empty()) return nullptr;
    return state_->items[static_cast<std::size_t>(&result - begin())];
}

std::map<std::string, std::uint64_t, std::less<>> MultiResult::cas_values() const {
    std::map<std::string, std::uint64_t, std::less<>> values;
    for (const ValueResult& result : *this)
        if (detail::has_cas(result)) values.emplace(result.key(), result.cas());
    return values;
}

namespace {

/// Whether an operation was issued that this ended: errors of operations name them, and a value that cannot be decoded
/// has come. Everything else was refused before, or is of no operation at all.
bool is_of_operation(const Error& error) {
    return !error.detail().operation.empty() || error.detail().was_written;
}

/// Of a value that cannot be decoded the server's answer was a success.
errc answer_in(const Error& error) {
    return error.rc() == errc::value_format ? errc::success : error.rc();
}

MultiResult only(const MultiState& all, bool successes) {
    const auto part = std::make_shared<MultiState>();
    for (std::uint32_t number = 0; number < all.results.size(); ++number) {
        const bool has_error = !all.errors.empty() && all.errors[number];
        if ((all.results[number].success() && !has_error) != successes) continue;
        part->keys.insert(all.keys.key(number));
        part->results.push_back(all.results[number]);
        if (!all.errors.empty()) part->errors.push_back(all.errors[number]);
        if (!all.items.empty()) part->items.push_back(all.items[number]);
    }
    part->all_ok = successes || part->results.empty();
    return MultiResult{part};
}

}  // namespace

MultiResult::Split MultiResult::split_results() const {
    if (state_ == nullptr) return {};
    return {only(*state_, true), only(*state_, false)};
}

std::ostream& operator<<(std::ostream& out, const MultiResult& results) {
    constexpr std::size_t printed_results = 8;
    out << "MultiResult<" << results.size()
        << (results.all_ok() ? " results, all ok" : " results, not all ok");
    for (std::size_t i = 0; i < std::min(results.size(), printed_results); ++i)
        out << ", " << results.begin()[i];
    if (results.size() > printed_results) out << ", ...";
    return out << '>';
}

MultiResult CouchbaseError::all_results() const {
    const auto* const attached =
        dynamic_cast<const detail::ResultsAttachment*>(error_.detail().attachment.get());
    if (attached != nullptr) return attached->all;
    if (key().empty() || !is_of_operation(error_)) return {};
    const auto state = std::make_shared<MultiState>();
    state->keys.insert(key());
    state->results.push_back(failed_result(key(), answer_in(error_)));
    state->errors.push_back(error_);
    state->all_ok = false;
    return MultiResult{state};
}

std::optional<ValueResult> CouchbaseError::result() const {
    const auto* const attached =
        dynamic_cast<const detail::ResultsAttachment*>(error_.detail().attachment.get());
    if (attached != nullptr) return attached->failed;
    if (!is_of_operation(error_) || rc() == errc::value_format) return std::nullopt;
    return failed_result(key(), rc());
}

// Kept as it would be stored with Format::automatic: one form for what a user sets and for what a server gives.
void Item::set_value(const Encodable& value) {
    std::string scratch;
    const Encoded encoded = encode(value, Format::automatic, scratch);
    if (encoded.error) throw_exception(encoded.error);
    keep(encoded.bytes, encoded.flags);
}

void Item::keep(std::string_view bytes, std::uint32_t format) {
    net::Block* const block = net::Block::make(bytes.size());
    std::copy(bytes.begin(), bytes.end(), block->data());
    value_ = ValueResult{detail::Pin{block->pin()}, {}, 0, {block->data(), bytes.size()}, format};
    block->retire();
}

void Item::retrieved(const ValueResult& result) {
    value_ = result;
    flags = result.flags();
}

Encodable Item::encodable() const {
    switch (stored_as(value_.flags())) {
        case StoredAs::utf8: return value_.bytes();
        case StoredAs::json: return Encodable::json_text(value_.bytes());
        default: return Encodable::bytes(value_.bytes());
    }
}

// As the server does it: the flags stay, whether or not they are still true of the bytes.
void Item::concatenate(std::string_view front, std::string_view back) {
    std::string whole{front};
    whole += value_.bytes();
    whole += back;
    keep(whole, value_.flags());
}

ItemOptionDict& ItemOptionDict::add(std::shared_ptr<Item> item, std::optional<ItemOptions> options) {
    const auto known = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.item == item; });
    if (known != entries_.end())
        known->options = std::move(options);
    else
        entries_.push_back({std::move(item), std::move(options)});
    return *this;
}

}  // namespace txcouchbase
