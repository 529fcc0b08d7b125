// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/management.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/cluster/manager/bucket_form.hpp"
#include "tests/cluster/manager/user_form.hpp"

namespace txcouchbase::cluster {
namespace {

using Json = nlohmann::ordered_json;

ManagementReply json_reply(unsigned status, const Json& body) {
    // A form's field names are the client's own bytes and need not be UTF-8.
    return {.status = status, .body = body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

ManagementReply empty_reply(unsigned status) {
    return {.status = status, .content_type = "text/plain", .body = ""};
}

ManagementReply not_found() {
    return {.status = 404, .content_type = "text/plain", .body = "Requested resource not found.\r\n"};
}

ManagementReply form_refused(const FormErrors& errors) {
    return json_reply(400, {{"errors", errors}});
}

ManagementReply bucket_refused(const FormErrors& errors) {
    return json_reply(400, {{"errors", errors}, {"summaries", Json::object()}});
}

ManagementReply create_bucket(Manager& manager, const Form& form) {
    FormErrors errors;
    const BucketOptions options = read_bucket_form(form, errors);
    if (manager.state()->find_bucket(options.name) != nullptr)
        errors["name"] = "Bucket with given name already exists";
    if (!errors.empty()) return bucket_refused(errors);
    const std::optional<Refusal> refusal = manager.create_bucket(options);
    return refusal ? bucket_refused({{"_", refusal->words}}) : empty_reply(202);
}

ManagementReply delete_bucket(Manager& manager, const std::string& bucket) {
    if (manager.state()->find_bucket(bucket) == nullptr)
        return {.status = 404,
                .content_type = "text/plain",
                .body = "The bucket to be deleted was not found.\r\n"};
    const std::optional<Refusal> refusal = manager.delete_bucket(bucket);
    return refusal ? json_reply(refusal->http_status, {{"_", refusal->words}}) : empty_reply(200);
}

ManagementReply flush_bucket(Manager& manager, const std::string& name) {
    const StatePtr state = manager.state();
    const BucketInfo* const bucket = state->find_bucket(name);
    if (bucket == nullptr) return not_found();
    if (!bucket->is_flush_enabled) return json_reply(400, {{"_", "Flush is disabled for the bucket"}});
    const std::optional<Refusal> refusal = manager.flush_bucket(name);
    return refusal ? json_reply(refusal->http_status, {{"_", refusal->words}}) : empty_reply(200);
}

ManagementReply put_user(Manager& manager, const std::string& name, const Form& form) {
    const StatePtr state = manager.state();
    FormErrors errors;
    UserInfo user = read_user_form(name, state->find_user(name), form, errors);
    if (!errors.empty()) return form_refused(errors);
    const std::optional<Refusal> refusal = manager.put_user(std::move(user));
    return refusal ? form_refused({{"_", refusal->words}}) : empty_reply(200);
}

ManagementReply remove_user(Manager& manager, const std::string& name) {
    if (manager.state()->find_user(name) == nullptr) return json_reply(404, "User was not found.");
    const std::optional<Refusal> refusal = manager.remove_user(name);
    return refusal ? json_reply(refusal->http_status, refusal->words) : empty_reply(200);
}

bool begins_with(const std::vector<std::string>& segments, std::initializer_list<const char*> names) {
    return segments.size() >= names.size() && std::equal(names.begin(), names.end(), segments.begin());
}

ManagementReply run(Manager& manager, const ManagementRequest& request,
                    const std::vector<std::string>& segments) {
    const bool is_bucket = begins_with(segments, {"pools", "default", "buckets"});
    const bool is_user =
        begins_with(segments, {"settings", "rbac", "users", "local"}) && segments.size() == 5;
    const bool has_form = (is_bucket && segments.size() == 3) || is_user;
    const std::optional<Form> form = has_form ? parse_form(request.body) : Form{};
    if (!form) return form_refused({{"_", "The form has a broken percent-escape."}});

    if (is_user && request.method == "PUT") return put_user(manager, segments[4], *form);
    if (is_user && request.method == "DELETE") return remove_user(manager, segments[4]);
    if (is_bucket && segments.size() == 3 && request.method == "POST") return create_bucket(manager, *form);
    if (is_bucket && segments.size() == 4 && request.method == "DELETE")
        return delete_bucket(manager, segments[3]);
    const bool is_flush = is_bucket && segments.size() == 6 && segments[4] == "controller" &&
                          segments[5] == "doFlush" && request.method == "POST";
    return is_flush ? flush_bucket(manager, segments[3]) : not_found();
}

}  // namespace

ManagementReply manage(Manager& manager, const ManagementRequest& request) {
    const std::optional<Target> target = parse_target(request.path);
    ManagementReply reply = target ? run(manager, request, target->segments) : not_found();
    reply.id = request.id;
    return reply;
}

}  // namespace txcouchbase::cluster
