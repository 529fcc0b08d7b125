// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/user_form.hpp"

#include <algorithm>

#include "protocol/utf8.hpp"
#include "tests/cluster/manager/roles.hpp"

namespace txcouchbase::cluster {
namespace {

/// Empty when the name is good.
std::string name_error(ByteView name) {
    if (name.size() > 128) return "Username may not exceed 128 characters.";
    const bool has_control =
        std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x21; });
    if (name.empty() || has_control || !protocol::is_utf8(name) ||
        name.find_first_of("()<>@,;:\\\"/[]?={}\x7f") != ByteView::npos)
        return "The username must not contain spaces, control or any of ()<>@,;:\\\"/[]?={} characters and "
               "must be valid utf8";
    return "";
}

void read_password(const Form& form, UserInfo& user, FormErrors& errors) {
    const auto given = form.find("password");
    if (given == form.end()) {
        if (user.password == nullptr) errors["password"] = "Password is required for new user.";
    } else if (given->second.size() < 6) {
        errors["password"] = "The password must be at least 6 characters long.";
    } else {
        user.password =
            std::make_shared<const protocol::Secret>(std::initializer_list<ByteView>{given->second});
    }
}

}  // namespace

UserInfo read_user_form(std::string_view user, const UserInfo* existing, const Form& form,
                        FormErrors& errors) {
    UserInfo info;
    if (existing != nullptr) info.password = existing->password;
    info.name = user;
    if (const std::string words = name_error(user); !words.empty()) errors["_"] = words;
    read_password(form, info, errors);
    const auto roles = form.find("roles");
    const auto given = split_roles(roles == form.end() ? "" : roles->second);
    if (const auto words = parse_roles(given, info)) errors["roles"] = *words;
    const auto groups = form.find("groups");
    if (groups != form.end() && !groups->second.empty())
        errors["groups"] = "Groups do not exist: " + groups->second;
    for (const auto& [field, value] : form)
        if (field != "password" && field != "roles" && field != "groups" && field != "name")
            errors[field] = "Unsupported key";
    return info;
}

}  // namespace txcouchbase::cluster
