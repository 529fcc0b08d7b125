// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/kv/exchange.hpp"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "protocol/server_duration.hpp"

namespace txcouchbase::cluster {

using protocol::Datatype;
using protocol::Feature;

namespace {

/// The name that the server's own log would have for a failure: a uuid.
std::string make_reference(Node& node) {
    const std::uint64_t high = node.random(), low = node.random();
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%012llx", static_cast<unsigned>(high >> 32),
                  static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xffff),
                  static_cast<unsigned>(low >> 48), static_cast<unsigned long long>(low & 0xffff'ffff'ffff));
    return text.data();
}

/// What a client that did not ask for extended errors is told instead (PROTOCOL 3.3), or nothing: it is cut off.
std::optional<Status> classic_status(Status status, Opcode opcode) {
    switch (status) {
        case Status::locked:
            return opcode == Opcode::get_locked || opcode == Opcode::unlock_key ? Status::etmpfail
                                                                                : Status::key_eexists;
        case Status::not_locked: return Status::etmpfail;
        case Status::econfig_only: return Status::not_supported;
        case Status::eaccess:
            return opcode == Opcode::select_bucket ? std::optional{Status::eaccess} : std::nullopt;
        case Status::no_bucket:
        case Status::auth_stale: return std::nullopt;
        default: return status;
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

void Exchange::answer_document(const Lookup& found, bool has_key) {
    if (found.status != Status::success) return refuse(found.status);
    const Document& document = *found.document;
    answer({.datatype = session.has(Feature::json) ? document.datatype() : Datatype::raw,
            .cas = found.cas,
            .extras = protocol::Extras::of(document.flags()),
            .key = has_key ? document.key() : ByteView{},
            .value = document.value()});
}

void Exchange::answer_change(const Change& change) {
    if (change.status != Status::success) return refuse(change.status);
    mark_changed();
    protocol::Response response{.cas = change.cas};
    if (session.has(Feature::mutation_seqno))
        response.extras = protocol::Extras::of(change.token.vbucket_uuid, change.token.seqno);
    answer(response);
}

Bucket* Exchange::bucket() {
    Bucket* const found = session.bucket.empty() ? nullptr : node.find_bucket(session.bucket);
    if (found == nullptr || found->uuid() != session.bucket_uuid) {
        refuse(Status::no_bucket, "No bucket selected");
        return nullptr;
    }
    return found;
}

Vbucket* Exchange::active() {
    Bucket* const data = bucket();
    if (data == nullptr) return nullptr;
    // A memcached bucket has one copy, whatever vBucket a client names.
    const BucketInfo* const info = node.state->find_bucket(session.bucket);
    const bool is_memcached = info != nullptr && info->type == BucketType::memcached;
    Vbucket* const copy = data->find(is_memcached ? 0 : frame.vbucket(), VbucketState::active);
    if (copy == nullptr) refuse_vbucket();
    return copy;
}

void Exchange::mark_changed() {
    if (Bucket* const data = node.find_bucket(session.bucket))
        data->mark_changed(data->vbuckets() == 1 ? 0 : frame.vbucket());
}

bool Exchange::may_read(std::string_view privilege) {
    const UserInfo* const user = node.users.find(session.user);
    return has_right(user != nullptr && user->rights(session.bucket).may_read, privilege);
}

bool Exchange::may_write(std::string_view privilege) {
    const UserInfo* const user = node.users.find(session.user);
    return has_right(user != nullptr && user->rights(session.bucket).may_write, privilege);
}

bool Exchange::has_right(bool has_it, std::string_view privilege) {
    if (!has_it)
        refuse(Status::eaccess, "Authorization failure: can't execute " +
                                    std::string{protocol::name(frame.opcode())} + " operation without the " +
                                    std::string{privilege} + " privilege");
    return has_it;
}

}  // namespace txcouchbase::cluster
