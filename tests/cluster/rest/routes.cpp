// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/rest/routes.hpp"

#include <algorithm>
#include <span>

#include "tests/cluster/rest/basic_authentication.hpp"
#include "tests/cluster/rest/cluster_answers.hpp"
#include "tests/cluster/rest/map_answers.hpp"
#include "tests/cluster/rest/user_answers.hpp"
#include "tests/cluster/rest/view_answers.hpp"

namespace txcouchbase::cluster {
namespace {

enum class Access : std::uint8_t {
    everybody,  ///< but with wrong credentials not even these
    user,
    reader,  ///< of the bucket that the first star names
    admin,
};

using Handler = Answer (*)(const Call&);

struct Route {
    ByteView method;
    ByteView path;  ///< a star stands for one segment, whatever it is
    Access access;
    ByteView permission;  ///< what 403 says is missing; its star is the first name
    Handler handler;
};

Answer ask_manager(const Call&) {
    return ForManager{};
}

constexpr ByteView read_bucket = "cluster.bucket[*].settings!read";

constexpr Route management_routes[] = {
    {"GET", "/pools", Access::everybody, "", pools},
    {"GET", "/pools/default", Access::user, "", pool},
    {"GET", "/pools/nodes", Access::user, "", nodes},
    {"GET", "/pools/default/nodeServices", Access::user, "", node_services},
    {"GET", "/pools/default/b/*", Access::reader, read_bucket, terse_map},
    {"GET", "/pools/default/bs/*", Access::reader, read_bucket, terse_stream},
    {"GET", "/pools/default/buckets/*", Access::reader, read_bucket, verbose_map},
    {"GET", "/pools/default/bucketsStreaming/*", Access::reader, read_bucket, verbose_stream},
    {"GET", "/pools/default/buckets", Access::user, "", bucket_list},
    {"POST", "/pools/default/buckets", Access::admin, "cluster.buckets!create", ask_manager},
    {"DELETE", "/pools/default/buckets/*", Access::admin, "cluster.bucket[*]!delete", ask_manager},
    {"POST", "/pools/default/buckets/*/controller/doFlush", Access::admin, "cluster.bucket[*]!flush",
     ask_manager},
    {"GET", "/pools/default/buckets/*/ddocs", Access::reader, "cluster.bucket[*].views!read",
     design_documents},
    {"GET", "/whoami", Access::user, "", who_am_i},
    {"GET", "/settings/rbac/roles", Access::admin, "cluster.admin.security!read", role_list},
    {"GET", "/settings/rbac/users", Access::admin, "cluster.admin.security!read", user_list},
    {"GET", "/settings/rbac/users/local", Access::admin, "cluster.admin.security!read", user_list},
    {"GET", "/settings/rbac/users/local/*", Access::admin, "cluster.admin.security!read", one_user},
    {"PUT", "/settings/rbac/users/local/*", Access::admin, "cluster.admin.security!write", ask_manager},
    {"DELETE", "/settings/rbac/users/local/*", Access::admin, "cluster.admin.security!write", ask_manager},
};

constexpr Route view_routes[] = {
    {"GET", "/*/_design/*", Access::reader, "cluster.bucket[*].views!read", design_document},
    {"PUT", "/*/_design/*", Access::reader, "cluster.bucket[*].views!write", design_document},
    {"DELETE", "/*/_design/*", Access::reader, "cluster.bucket[*].views!write", design_document},
    {"GET", "/*/_design/*/_view/*", Access::reader, "cluster.bucket[*].views!read", view_query},
    {"POST", "/*/_design/*/_view/*", Access::reader, "cluster.bucket[*].views!read", view_query},
};

/// The names at the stars when the path is the route's, or nothing.
std::optional<std::vector<std::string>> match(ByteView pattern, std::span<const std::string> segments) {
    std::vector<std::string> names;
    for (const std::string& segment : segments) {
        if (pattern.empty()) return std::nullopt;
        pattern.remove_prefix(1);
        const ByteView wanted = pattern.substr(0, pattern.find('/'));
        if (wanted == "*")
            names.push_back(segment);
        else if (wanted != segment)
            return std::nullopt;
        pattern.remove_prefix(wanted.size());
    }
    if (!pattern.empty()) return std::nullopt;
    return names;
}

/// The route with the path and, if there is one, with the method; `methods` are those that the path has.
const Route* find_route(std::span<const Route> routes, ByteView method, Call& call,
                        std::span<const std::string> segments, std::vector<ByteView>& methods) {
    const Route* found = nullptr;
    for (const Route& route : routes) {
        auto names = match(route.path, segments);
        if (!names) continue;
        methods.push_back(route.method);
        if (route.method != method) continue;
        found = &route;
        call.names = *std::move(names);
    }
    if (std::find(methods.begin(), methods.end(), "GET") != methods.end()) methods.emplace_back("HEAD");
    return found;
}

bool may_read(const UserInfo& user, const std::string& bucket) {
    const BucketRights rights = user.rights(bucket);
    return user.is_admin || rights.may_read || rights.may_write;
}

bool is_allowed(const Route& route, const Call& call) {
    switch (route.access) {
        case Access::everybody:
        case Access::user: return true;
        case Access::reader: return may_read(*call.user, call.names.front());
        case Access::admin: return call.user->is_admin;
    }
    return false;
}

std::string permission_of(const Route& route, const Call& call) {
    std::string permission{route.permission};
    const std::size_t star = permission.find('*');
    if (star != std::string::npos) permission.replace(star, 1, call.names.front());
    return permission;
}

/// The uuid with which a URL names its bucket, or nothing: "?bucket_uuid=..." of management, "/name+uuid/" of views
/// (couchApiBase in maps has it). The second is taken off the name.
std::string take_bucket_uuid(Call& call, bool is_views) {
    if (!is_views) {
        const Form query = parse_form(call.query).value_or(Form{});
        const auto uuid = query.find("bucket_uuid");
        return uuid == query.end() ? "" : uuid->second;
    }
    std::string& name = call.names.front();
    const std::size_t plus = std::min(name.find('+'), name.size());
    std::string uuid = name.substr(std::min(plus + 1, name.size()));
    name.resize(plus);
    return uuid;
}

std::string join(std::span<const ByteView> words, ByteView separator) {
    std::string text;
    for (const ByteView word : words) text.append(text.empty() ? "" : separator).append(word);
    return text;
}

HttpResponse method_not_allowed(bool is_views, std::span<const ByteView> methods) {
    HttpResponse response =
        is_views ? view_error(405, "method_not_allowed", "Only " + join(methods, ",") + " allowed")
                 : text_response(405, "Method Not Allowed");
    response.headers.emplace_back("Allow", join(methods, ", "));
    return response;
}

HttpResponse unauthorized_here(bool is_views) {
    HttpResponse response = unauthorized();
    if (!is_views) return response;
    HttpResponse with_words = view_error(401, "unauthorized", "password required");
    with_words.headers = std::move(response.headers);
    return with_words;
}

HttpResponse nothing_here(bool is_views) {
    return is_views ? view_error(404, "not_found", "missing") : not_found();
}

/// A URL that names its bucket's uuid means no other bucket, not even the one that was made again in its place.
HttpResponse another_bucket(bool is_views) {
    return is_views ? view_error(404, "not_found", "uuids_dont_match")
                    : text_response(404, "Bucket uuid does not match the requested.\r\n");
}

Answer run(const Route& route, Call& call, bool is_views) {
    const std::string uuid = route.access == Access::reader ? take_bucket_uuid(call, is_views) : "";
    if (!is_allowed(route, call)) return forbidden(permission_of(route, call));
    if (route.access == Access::reader) {
        call.bucket = call.node.state->find_bucket(call.names.front());
        if (call.bucket == nullptr) return nothing_here(is_views);
        if (!uuid.empty() && uuid != call.bucket->uuid) return another_bucket(is_views);
    }
    return route.handler(call);
}

}  // namespace

Answer answer(const Node& node, Service service, const HttpRequest& request) {
    const bool is_views = service == Service::views || service == Service::views_tls;
    const std::optional<Target> target = parse_target(request.target);
    if (!target) return nothing_here(is_views);

    Call call{.node = node, .request = request, .names = {}, .query = target->query};
    std::vector<ByteView> methods;
    const auto routes = is_views ? std::span<const Route>{view_routes} : management_routes;
    const Route* const route =
        find_route(routes, request.is_head() ? "GET" : request.method, call, target->segments, methods);
    if (methods.empty()) return nothing_here(is_views);

    call.user = authenticate(node.users, request.authorization);
    const bool is_open = route != nullptr && route->access == Access::everybody;
    if (call.user == nullptr && !(is_open && request.authorization.empty()))
        return unauthorized_here(is_views);
    if (route == nullptr) return method_not_allowed(is_views, methods);
    return run(*route, call, is_views);
}

}  // namespace txcouchbase::cluster
