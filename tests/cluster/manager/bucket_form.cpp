// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/bucket_form.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <span>

namespace txcouchbase::cluster {
namespace {

std::optional<std::uint32_t> number(ByteView text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Empty when the name is good.
std::string name_error(ByteView name) {
    constexpr ByteView letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.%-";
    if (name.empty()) return "Bucket name needs to be specified";
    if (name.size() > 100) return "Bucket name cannot exceed 100 characters";
    if (name.front() == '.') return "Bucket name cannot start with dot.";
    if (name.find_first_not_of(letters) != ByteView::npos)
        return "Bucket name can only contain characters in range A-Z, a-z, 0-9 as well as underscore, "
               "period, "
               "dash & percent. Consult the documentation.";
    return "";
}

/// A setting of a real bucket without a meaning here, and what it may be.
struct Setting {
    const char* name;
    std::initializer_list<const char*> values;
};
constexpr std::initializer_list<const char*> flag = {"0", "1"};
constexpr std::initializer_list<const char*> anything = {};
const Setting settings[] = {
    {"maxTTL", {"0"}},
    {"durabilityMinLevel", {"none"}},
    {"replicaIndex", flag},
    {"evictionPolicy", {"valueOnly", "fullEviction", "noEviction", "nruEviction"}},
    {"compressionMode", {"off", "passive", "active"}},
    {"conflictResolutionType", {"seqno", "lww"}},
    {"storageBackend", {"couchstore", "magma"}},
    {"threadsNumber", {"3", "8"}},
    {"parallelDBAndViewCompaction", {"true", "false"}},
    {"autoCompactionDefined", {"true", "false"}},
    {"authType", {"sasl", "none"}},
    {"saslPassword", {""}},
    {"proxyPort", anything},
};

/// Reads the fields one after the other and notes what is wrong with each.
struct Reader {
    const Form& form;
    FormErrors& errors;

    const std::string* find(const char* name) const {
        const auto found = form.find(name);
        return found == form.end() ? nullptr : &found->second;
    }

    void read_number(const char* name, std::uint32_t min, std::uint32_t max, const char* words, auto& value) {
        const std::string* const text = find(name);
        if (text == nullptr) return;
        const std::optional<std::uint32_t> read = number(*text);
        if (!read || *read < min || *read > max)
            errors[name] = words;
        else
            value = static_cast<std::remove_reference_t<decltype(value)>>(*read);
    }

    void read_type(BucketType& type) {
        const std::string* const text = find("bucketType");
        if (text == nullptr || *text == "couchbase" || *text == "membase") return;
        if (*text == "memcached")
            type = BucketType::memcached;
        else if (*text == "ephemeral")
            errors["bucketType"] = "ephemeral buckets are not supported by the development cluster";
        else
            errors["bucketType"] = "invalid bucket type";
    }

    void check_setting(const std::string& name, const std::string& value) {
        const auto* const setting = std::find_if(std::begin(settings), std::end(settings),
                                                 [&](const Setting& s) { return s.name == name; });
        if (setting == std::end(settings)) {
            errors[name] = "Unsupported key";
            return;
        }
        const auto& values = setting->values;
        if (values.size() == 0 || std::find(values.begin(), values.end(), value) != values.end()) return;
        std::string words = name + " must be one of:";
        for (const char* const allowed : values) words.append(" '").append(allowed).append("'");
        errors[name] = words;
    }
};

constexpr const char* own_fields[] = {"name",          "bucketType",   "ramQuotaMB",
                                      "replicaNumber", "flushEnabled", "numVBuckets"};

}  // namespace

BucketOptions read_bucket_form(const Form& form, FormErrors& errors) {
    BucketOptions options;
    Reader reader{form, errors};
    const std::string* const name = reader.find("name");
    options.name = name == nullptr ? "" : *name;
    if (const std::string words = name_error(options.name); !words.empty()) errors["name"] = words;
    reader.read_type(options.type);
    reader.read_number("ramQuotaMB", 100, ~std::uint32_t{0}, "RAM quota cannot be less than 100 MB",
                       options.ram_quota_mb);
    reader.read_number("replicaNumber", 0, 3,
                       "The replica number must be a non-negative integer, and not larger than 3.",
                       options.replicas);
    options.is_flush_enabled = false;
    reader.read_number("flushEnabled", 0, 1, "flushEnabled can only be 1 or 0", options.is_flush_enabled);
    reader.read_number("numVBuckets", 1, 1024, "Number of vbuckets must be an integer from 1 to 1024",
                       options.vbuckets);
    for (const auto& [field, value] : form)
        if (std::find(std::begin(own_fields), std::end(own_fields), field) == std::end(own_fields))
            reader.check_setting(field, value);
    return options;
}

}  // namespace txcouchbase::cluster
