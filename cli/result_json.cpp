// SPDX-License-Identifier: Apache-2.0
#include "cli/result_json.hpp"

namespace txcouchbase::cli {

nlohmann::json describe(const OperationResult& result) {
    nlohmann::json object;
    put_text(object, "key", result.key());
    object["cas"] = std::to_string(result.cas());
    return object;
}

nlohmann::json describe(const ValueResult& result) {
    nlohmann::json object = describe(static_cast<const OperationResult&>(result));
    put_text(object, "value", result.bytes());
    object["flags"] = result.flags();
    return object;
}

nlohmann::json describe(const Error& error, std::string_view sentence) {
    nlohmann::json object;
    object["error"] = info(error.rc()).name;
    object["rc"] = static_cast<int>(error.rc());
    object["message"] = sentence;
    if (const std::string& key = error.detail().key; !key.empty()) put_text(object, "key", key);
    return object;
}

}  // namespace txcouchbase::cli
