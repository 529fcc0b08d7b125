// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/roles.hpp"

#include <algorithm>

namespace txcouchbase::cluster {
namespace {

constexpr RoleKind kinds[] = {
    {"admin", "Full Admin", "May do everything.", true, {}},
    {"bucket_full_access",
     "Application Access",
     "May read and write the documents of a bucket.",
     false,
     {.may_read = true, .may_write = true}},
    {"data_reader",
     "Data Reader",
     "May read the documents of a bucket.",
     false,
     {.may_read = true, .may_write = false}},
    {"data_writer",
     "Data Writer",
     "May write the documents of a bucket.",
     false,
     {.may_read = false, .may_write = true}},
};

/// "name[bucket]" taken apart; the bucket is empty when there are no brackets.
struct Spelled {
    std::string_view name;
    std::string_view bucket;
};

std::optional<Spelled> take_apart(std::string_view role) {
    const std::size_t bracket = role.find('[');
    if (bracket == std::string_view::npos) return Spelled{role, {}};
    if (role.back() != ']') return std::nullopt;
    const Spelled spelled{role.substr(0, bracket), role.substr(bracket + 1, role.size() - bracket - 2)};
    if (spelled.bucket.empty() || spelled.bucket.find_first_of("[]:,") != std::string_view::npos)
        return std::nullopt;
    return spelled;
}

bool grant(std::string_view role, UserInfo& user) {
    const std::optional<Spelled> spelled = take_apart(role);
    if (!spelled) return false;
    const RoleKind* const kind = std::find_if(std::begin(kinds), std::end(kinds),
                                              [&](const RoleKind& k) { return k.name == spelled->name; });
    if (kind == std::end(kinds) || kind->is_admin != spelled->bucket.empty()) return false;
    if (kind->is_admin) {
        user.is_admin = true;
        return true;
    }
    BucketRights& rights = user.buckets[std::string{spelled->bucket}];
    rights.may_read |= kind->rights.may_read;
    rights.may_write |= kind->rights.may_write;
    return true;
}

}  // namespace

std::span<const RoleKind> role_kinds() noexcept {
    return kinds;
}

std::optional<std::string> parse_roles(std::span<const std::string> roles, UserInfo& user) {
    UserInfo granted = user;
    granted.is_admin = false;
    granted.buckets.clear();
    std::string refused;
    for (const std::string& role : roles)
        if (!grant(role, granted)) refused.append(refused.empty() ? "[" : ",").append(role);
    if (!refused.empty())
        return "Cannot assign roles to user because the following roles are unknown, malformed or role "
               "parameters are undefined: " +
               refused + "]";
    user = std::move(granted);
    return std::nullopt;
}

std::vector<std::string> split_roles(std::string_view list) {
    std::vector<std::string> roles;
    std::string role;
    int depth = 0;
    const auto finish = [&] {
        const std::size_t first = role.find_first_not_of(' ');
        if (first != std::string::npos)
            roles.push_back(role.substr(first, role.find_last_not_of(' ') - first + 1));
        role.clear();
    };
    for (const char c : list) {
        if (c == ',' && depth == 0) {
            finish();
            continue;
        }
        depth += (c == '[') - (c == ']');
        role += c;
    }
    finish();
    return roles;
}

std::vector<GrantedRole> granted_roles(const UserInfo& user) {
    if (user.is_admin) return {{"admin"}};
    std::vector<GrantedRole> roles;
    for (const auto& [bucket, rights] : user.buckets) {
        for (const RoleKind& kind : kinds) {
            const bool is_it = !kind.is_admin && kind.rights.may_read == rights.may_read &&
                               kind.rights.may_write == rights.may_write;
            if (is_it) roles.push_back({kind.name, bucket});
        }
    }
    return roles;
}

}  // namespace txcouchbase::cluster
