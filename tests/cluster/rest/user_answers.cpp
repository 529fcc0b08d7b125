// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/user_answers.hpp"

#include <nlohmann/json.hpp>

#include "tests/cluster/manager/roles.hpp"

namespace txcouchbase::cluster {
namespace {

using Json = nlohmann::ordered_json;

Json user_document(const UserInfo& user) {
    Json roles = Json::array();
    for (const GrantedRole& granted : granted_roles(user)) {
        Json role = {{"role", granted.name}};
        if (!granted.bucket.empty()) role["bucket_name"] = granted.bucket;
        role["origins"] = Json::array({{{"type", "user"}}});
        roles.push_back(std::move(role));
    }
    return {{"id", user.name},
            {"domain", "local"},
            {"roles", std::move(roles)},
            {"groups", Json::array()},
            {"external_groups", Json::array()},
            {"name", ""}};
}

}  // namespace

Answer who_am_i(const Call& call) {
    return json_response(user_document(*call.user));
}

Answer user_list(const Call& call) {
    Json list = Json::array();
    for (const UserInfo& user : call.node.state->users) list.push_back(user_document(user));
    return json_response(list);
}

Answer one_user(const Call& call) {
    const UserInfo* const user = call.node.state->find_user(call.names.front());
    return user == nullptr ? json_response("Unknown user.", 404) : json_response(user_document(*user));
}

Answer role_list(const Call&) {
    Json list = Json::array();
    for (const RoleKind& kind : role_kinds()) {
        Json role = {{"role", kind.name}};
        if (!kind.is_admin) role["bucket_name"] = "*";
        role.update({{"name", kind.title}, {"desc", kind.description}});
        list.push_back(std::move(role));
    }
    return json_response(list);
}

}  // namespace txcouchbase::cluster
