// Roles as the real server spells them, and what they let somebody do.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

/// A role of the development cluster; all but "admin" are about a bucket.
struct RoleKind {
    const char* name;
    const char* title;
    const char* description;
    bool is_admin;
    BucketRights rights;
};
std::span<const RoleKind> role_kinds() noexcept;

/**
 * Gives `user` the rights of these roles, and no others: "admin", "bucket_full_access[default]", "data_reader[*]",
 * "data_writer[b]".
 *
 * Errors: ns_server's sentence, which names the roles it does not know, or that want a bucket and have none, or have
 *         one and want none; the user is left as it was.
 */
std::optional<std::string> parse_roles(std::span<const std::string> roles, UserInfo& user);

/// "admin,data_reader[a]" as a form has it. Between brackets a comma does not separate.
std::vector<std::string> split_roles(std::string_view list);

/// A role of a user, told from the rights.
struct GrantedRole {
    std::string name;
    std::string bucket = {};  ///< empty for "admin"
};
std::vector<GrantedRole> granted_roles(const UserInfo& user);

}  // namespace txcouchbase::cluster
