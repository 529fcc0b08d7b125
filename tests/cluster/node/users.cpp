// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/node/users.hpp"

namespace txcouchbase::cluster {
namespace {

bool has_same_password(const UserInfo& a, const UserInfo& b) {
    return a.password == b.password ||
           (a.password != nullptr && b.password != nullptr && a.password->view() == b.password->view());
}

}  // namespace

void Users::update(StatePtr state) {
    std::erase_if(verifiers_, [&](const auto& entry) {
        const std::string& name = entry.first.first;
        const UserInfo* const before = find(name);
        const UserInfo* const after = state->find_user(name);
        return before == nullptr || after == nullptr || !has_same_password(*before, *after);
    });
    state_ = std::move(state);
}

const UserInfo* Users::find(std::string_view name) const {
    return state_ == nullptr ? nullptr : state_->find_user(name);
}

const UserInfo* Users::log_in(std::string_view name, protocol::ByteView password) const {
    const UserInfo* const user = find(name);
    if (user == nullptr || user->password == nullptr) return nullptr;
    // Digests compare in constant time, and what is compared tells nothing of the lengths.
    const protocol::Digest theirs = protocol::hash(protocol::HashFunction::sha256, password);
    const protocol::Digest ours = protocol::hash(protocol::HashFunction::sha256, user->password->view());
    return protocol::equal_in_constant_time(theirs.view(), ours.view()) ? user : nullptr;
}

protocol::ScramVerifier Users::verifier(protocol::SaslMechanism mechanism, std::string_view name) {
    const std::uint32_t iterations = state_ == nullptr ? 1'000 : state_->settings.scram_iterations;
    const UserInfo* const user = find(name);
    // Every name a stranger makes up would be kept for ever: decoys are made anew, and cheaply.
    if (user == nullptr || user->password == nullptr)
        return protocol::make_decoy_verifier(mechanism, secret_, name, iterations);
    const std::pair key{std::string{name}, mechanism};
    const auto known = verifiers_.find(key);
    if (known != verifiers_.end() && known->second.iterations == iterations) return known->second;
    const protocol::Digest salt =
        protocol::hmac(protocol::HashFunction::sha512, secret_,
                       std::string{name} + '/' + std::string{protocol::name(mechanism)});
    const std::size_t size = protocol::digest_size(protocol::scram_hash(mechanism));
    const auto verifier = protocol::make_scram_verifier(mechanism, user->password->view(),
                                                        salt.view().substr(0, size), iterations);
    verifiers_[key] = verifier;
    return verifier;
}

}  // namespace txcouchbase::cluster
