// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/kv/exchange.hpp"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "protocol/leb128.hpp"
#include "protocol/server_duration.hpp"
#include "protocol/snappy.hpp"

namespace txcouchbase::cluster {

using protocol::Datatype;
using protocol::Feature;

namespace {

constexpr Datatype without(Datatype set, Datatype flag) noexcept {
    return static_cast<Datatype>(bits(set) & ~bits(flag));
}

/// The name that the server's own log would have for a failure: a uuid.
std::string make_reference(Node& node) {
    const std::uint64_t high = node.random(), low = node.random();
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
                  static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xffff),
                  static_cast<unsigned>(low >> 48), static_cast<unsigned long long>(low & 0xffff'ffff'ffff));
    return text.data();
}

/// Whether clients knew this status before there were extended errors.
bool is_classic(Status status) noexcept {
    const auto code = static_cast<unsigned>(status);
    return code <= 0x07 || (code >= 0x20 && code <= 0x23) || (code >= 0x80 && code <= 0x86) || code >> 6 == 3;
}

/// What a client that did not ask for extended errors is told instead (PROTOCOL 3.3), or nothing: it is cut off.
std::optional<Status> classic_status(Status status, Opcode opcode) {
    switch (status) {
        case Status::locked:
            return opcode == Opcode::get_locked || opcode == Opcode::unlock_key ? Status::etmpfail
                                                                                : Status::key_eexists;
        case Status::cas_value_invalid: return Status::key_eexists;
        case Status::not_locked:
        case Status::sync_write_in_progress:
        case Status::sync_write_recommit_in_progress: return Status::etmpfail;
        case Status::econfig_only: return Status::not_supported;
        case Status::unknown_collection:
        case Status::unknown_scope: return Status::einval;
        case Status::eaccess:
            return opcode == Opcode::select_bucket ? std::optional{Status::eaccess} : std::nullopt;
        default: return is_classic(status) ? std::optional{status} : std::nullopt;
    }
}

}  // namespace

void Exchange::append(const protocol::Response& response) {
    protocol::Response whole = response;
    whole.opcode = frame.opcode();
    protocol::FramingExtras framing_extras;
    if (session.has(Feature::tracing))
        framing_extras.add(protocol::ResponseObject::server_duration,
                           protocol::encode_server_duration(std::chrono::microseconds{0}));
    protocol::append_response(out_, whole, frame.opaque(), framing_extras.view());
}

void Exchange::answer(const protocol::Response& response) {
    if (!suppresses_success_) append(response);
}

void Exchange::refuse(Status status, std::string_view context) {
    if (suppresses_miss_ && status == Status::key_enoent) return;
    if (!session.has(Feature::xerror)) {
        const std::optional<Status> known = classic_status(status, frame.opcode());
        if (!known) {
            session.is_closing = true;
            return;
        }
        status = *known;
    }
    protocol::Response response{.status = status};
    std::string body;
    const bool has_reference = status == Status::auth_error || status == Status::eaccess;
    if (!context.empty() || has_reference) {
        nlohmann::ordered_json error;
        if (!context.empty()) error["context"] = context;
        if (has_reference) error["ref"] = make_reference(node);
        body = nlohmann::ordered_json{{"error", error}}.dump();
        response.value = body;
        if (session.has(Feature::json)) response.datatype = Datatype::json;
    }
    append(response);
}

void Exchange::refuse_vbucket() {
    protocol::Response response{.status = Status::not_my_vbucket};
    if (const ConfigText* const config = node.configs.bucket(session.bucket)) {
        const auto given = session.given.find(session.bucket);
        const bool has_it = given != session.given.end() && given->second >= config->version;
        if (!has_it || !session.has(Feature::dedupe_not_my_vbucket_clustermap)) response.value = config->json;
        session.given[session.bucket] = config->version;
    }
    append(response);
}

void Exchange::answer_document(const Lookup& found, ByteView key) {
    if (found.status != Status::success) return refuse(found.status);
    const Document& document = *found.document;
    protocol::Response response{.datatype = document.datatype(),
                                .cas = found.cas,
                                .extras = protocol::Extras::of(document.flags()),
                                .key = key,
                                .value = document.value()};
    std::string inflated;
    if (has(response.datatype, Datatype::snappy) && !session.has(Feature::snappy)) {
        response.value = cluster::plain_value(document, inflated);
        response.datatype = without(response.datatype, Datatype::snappy);
    }
    if (!session.has(Feature::json)) response.datatype = without(response.datatype, Datatype::json);
    answer(response);
}

void Exchange::answer_change(const Change& change) {
    if (change.status != Status::success) return refuse(change.status);
    protocol::Response response{.cas = change.cas};
    if (session.has(Feature::mutation_seqno))
        response.extras = protocol::Extras::of(change.token.vbucket_uuid, change.token.seqno);
    answer(response);
}

bool Exchange::inflate() {
    if (!has(static_cast<Datatype>(frame.datatype()), Datatype::snappy)) return true;
    const auto size = protocol::decode_leb128(frame.value());
    if (!size || size->value > protocol::default_max_frame) return false;
    inflated_ = protocol::inflate_snappy(frame.value());
    return inflated_.has_value();
}

Bucket* Exchange::find_data() const {
    if (session.bucket.empty()) return nullptr;
    Bucket* const found = node.find_bucket(session.bucket);
    return found != nullptr && found->uuid() == session.bucket_uuid ? found : nullptr;
}

Bucket* Exchange::bucket() {
    if (data_ == nullptr) refuse(Status::no_bucket);
    return data_;
}

bool Exchange::is_memcached() const noexcept {
    if (data_ == nullptr || data_->vbuckets() != 1) return false;
    const BucketInfo* const info = node.state->find_bucket(session.bucket);
    return info != nullptr && info->type == BucketType::memcached;
}

bool Exchange::has_only_config() const noexcept {
    if (data_ != nullptr || session.bucket.empty()) return false;
    const BucketInfo* const info = node.state->find_bucket(session.bucket);
    return info != nullptr && info->uuid == session.bucket_uuid;
}

Vbucket* Exchange::active() {
    if (bucket() == nullptr) return nullptr;
    active_ = data_->find(is_memcached() ? 0 : frame.vbucket(), VbucketState::active);
    if (active_ == nullptr)
        refuse_vbucket();
    else
        seqno_before_ = active_->high_seqno();
    return active_;
}

void Exchange::mark_changed() {
    if (active_ == nullptr || active_->high_seqno() == seqno_before_) return;
    data_->mark_changed(is_memcached() ? 0 : frame.vbucket());
}

bool Exchange::may_read() const {
    const UserInfo* const user = node.users.find(session.user);
    return user != nullptr && user->rights(session.bucket).may_read;
}

bool Exchange::may_write() const {
    const UserInfo* const user = node.users.find(session.user);
    return user != nullptr && user->rights(session.bucket).may_write;
}

void Exchange::refuse_privilege(std::string_view privilege) {
    refuse(Status::eaccess, "Authorization failure: can't execute " +
                                std::string{protocol::name(frame.opcode())} + " operation without the " +
                                std::string{privilege} + " privilege");
}

}  // namespace txcouchbase::cluster
