// Every request of vectors.json, made by its builder from the interpreted fields, is the frame byte for byte.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/request.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/classic_requests.hpp"
#include "protocol/collection_requests.hpp"
#include "protocol/document_requests.hpp"
#include "protocol/framing_extras.hpp"
#include "protocol/range_scan_requests.hpp"
#include "protocol/server_push.hpp"
#include "protocol/session_requests.hpp"
#include "protocol/subdoc_requests.hpp"
#include "tests/unit/protocol/built_frame.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

using nlohmann::json;

/// A member of `fields`, however the vectors write numbers: as such, as decimal text, or as hexadecimal text.
std::uint64_t number(const json& value) {
    return value.is_string() ? std::stoull(value.get<std::string>(), nullptr, 0) : value.get<std::uint64_t>();
}

/// What a builder is given: the vector's fields with the strings that the request's views point into.
class Asked {
public:
    explicit Asked(const FrameVector& vector)
        : opcode(static_cast<Opcode>(number(vector.decoded.at("opcode")))),
          cas(number(vector.decoded.at("cas"))),
          datatype(static_cast<Datatype>(vector.decoded.at("datatype").get<int>())),
          key(unhex(vector.decoded.at("key_hex"))),
          value(unhex(vector.decoded.at("value_hex"))),
          fields(vector.decoded.value("fields", json::object())) {}

    bool has(const char* name) const { return fields.contains(name); }
    template <class Number = std::uint32_t>
    Number get(const char* name) const {
        return static_cast<Number>(number(fields.at(name)));
    }
    template <class Number = std::uint32_t>
    std::optional<Number> maybe(const char* name) const {
        return has(name) ? std::optional<Number>{get<Number>(name)} : std::nullopt;
    }
    const std::string& text(const json& at) const { return at.get_ref<const std::string&>(); }
    const std::string& text(const char* name) const { return text(fields.at(name)); }

    Opcode opcode;
    std::uint64_t cas;
    Datatype datatype;
    std::string key;
    std::string value;
    json fields;
};

/// All builders seen alike: a request without a body of its own keeps its view of the vector's value.
struct Made {
    Made(const Request& plain) : request(plain) {}
    Made(ComposedRequest composed) : owned(std::move(composed)), request(owned.view()) {}
    Made(const Made&) = delete;

    ComposedRequest owned;
    Request request;
};

Made made_classic(const Asked& a) {
    switch (a.opcode) {
        case Opcode::get:
        case Opcode::getq:
        case Opcode::getk:
        case Opcode::getkq: return request::get(a.key, a.opcode);
        case Opcode::set:
        case Opcode::setq:
        case Opcode::add:
        case Opcode::addq:
        case Opcode::replace:
        case Opcode::replaceq:
            return request::store(
                a.opcode, a.key, a.value,
                {.flags = a.get("flags"), .expiry = a.get("expiry"), .cas = a.cas, .datatype = a.datatype});
        case Opcode::append:
        case Opcode::appendq:
        case Opcode::prepend:
        case Opcode::prependq:
            return request::concatenate(a.opcode, a.key, a.value, {.cas = a.cas, .datatype = a.datatype});
        case Opcode::remove:
        case Opcode::removeq: return request::remove(a.key, a.cas, a.opcode);
        case Opcode::increment:
        case Opcode::incrementq:
        case Opcode::decrement:
        case Opcode::decrementq:
            return request::counter(a.opcode, a.key,
                                    {.delta = a.get<std::uint64_t>("delta"),
                                     .initial = a.get<std::uint64_t>("initial"),
                                     .expiry = a.get("expiry")});
        case Opcode::touch: return request::touch(a.key, a.get("expiry"));
        case Opcode::gat:
        case Opcode::gatq:
        case Opcode::memcached_gatk: return request::get_and_touch(a.key, a.get("expiry"), a.opcode);
        case Opcode::stat: return request::stat(a.key, a.value);
        case Opcode::noop: return request::noop();
        case Opcode::version: return request::version();
        case Opcode::quit:
        case Opcode::quitq: return request::quit(a.opcode);
        case Opcode::flush:
        case Opcode::flushq:
            return a.has("expiry") ? request::flush_after(a.get("expiry"), a.opcode)
                                   : request::flush(a.opcode);
        case Opcode::verbosity: return request::verbosity(a.get("level"));
        default: throw std::invalid_argument("no builder");
    }
}

Made made_session(const Asked& a) {
    switch (a.opcode) {
        case Opcode::hello: {
            std::vector<Feature> features;
            for (const json& code : a.fields.at("features")) features.push_back(code.get<Feature>());
            return request::hello(a.key, features);
        }
        case Opcode::sasl_list_mechs: return request::sasl_list_mechs();
        case Opcode::sasl_auth: return request::sasl_auth(a.text("mechanism"), a.value);
        case Opcode::sasl_step: return request::sasl_step(a.text("mechanism"), a.value);
        case Opcode::select_bucket: return request::select_bucket(a.key);
        case Opcode::list_buckets: return request::list_buckets();
        case Opcode::get_cluster_config:
            if (!a.has("epoch")) return request::get_cluster_config();
            return request::get_cluster_config(
                ConfigVersion{std::stoll(a.text("epoch")), std::stoll(a.text("revision"))});
        case Opcode::get_error_map: return request::get_error_map(a.get<std::uint16_t>("max_version"));
        default: return made_classic(a);
    }
}

Made made_random_key(const Asked& a) {
    return a.has("collection_id") ? request::get_random_key(a.get("collection_id"))
                                  : request::get_random_key();
}

Made made_observe(const Asked& a) {
    std::vector<ObserveKey> keys;
    for (const json& entry : a.fields.at("keys")) keys.push_back({entry[0], a.text(entry[1])});
    return request::observe(keys);
}

Made made_vb_seqnos(const Asked& a) {
    return a.has("state") ? request::get_all_vb_seqnos(a.get<VbucketState>("state"), a.get("collection_id"))
                          : request::get_all_vb_seqnos();
}

Made made_document(const Asked& a) {
    switch (a.opcode) {
        case Opcode::get_locked: return request::get_locked(a.key, a.maybe("lock_time"));
        case Opcode::unlock_key: return request::unlock_key(a.key, a.cas);
        case Opcode::get_replica: return request::get_replica(a.key);
        case Opcode::getex:
        case Opcode::getex_replica: return request::getex(a.key, a.opcode);
        case Opcode::evict_key: return request::evict_key(a.key);
        case Opcode::get_meta:
        case Opcode::getq_meta: return request::get_meta(a.key, a.maybe<std::uint8_t>("version"), a.opcode);
        case Opcode::set_with_meta:
        case Opcode::add_with_meta:
        case Opcode::del_with_meta:
            return request::with_meta(a.opcode, a.key, a.value,
                                      {.flags = a.get("flags"),
                                       .expiry = a.get("expiry"),
                                       .rev_seqno = a.get<std::uint64_t>("rev_seqno"),
                                       .cas = a.get<std::uint64_t>("cas"),
                                       .options = a.maybe<MetaOptions>("options")},
                                      a.cas, a.datatype);
        case Opcode::get_random_key: return made_random_key(a);
        case Opcode::get_keys: return request::get_keys(a.key, a.maybe("count"));
        case Opcode::observe: return made_observe(a);
        case Opcode::observe_seqno: return request::observe_seqno(a.get<std::uint64_t>("vbucket_uuid"));
        case Opcode::get_failover_log: return request::get_failover_log();
        case Opcode::get_all_vb_seqnos: return made_vb_seqnos(a);
        case Opcode::seqno_persistence: return request::seqno_persistence(a.get<std::uint64_t>("seqno"));
        case Opcode::collections_get_manifest: return request::get_collections_manifest();
        case Opcode::collections_get_id: return request::get_collection_id(a.text("path"));
        case Opcode::collections_get_scope_id: return request::get_scope_id(a.text("path"));
        default: return made_session(a);
    }
}

Made made_subdoc(const Asked& a) {
    const SubdocOptions options{
        .doc_flags = a.has("doc_flags") ? a.get<DocFlags>("doc_flags") : DocFlags::none,
        .expiry = a.maybe("expiry"),
        .user_flags = a.maybe("user_flags")};
    const auto spec_opcode = [](const json& spec) { return static_cast<Opcode>(number(spec[0])); };
    if (a.opcode == Opcode::subdoc_multi_lookup) {
        std::vector<LookupSpec> specs;
        for (const json& spec : a.fields.at("specs"))
            specs.push_back({spec_opcode(spec), spec[1].get<PathFlags>(), a.text(spec[2])});
        return request::subdoc_multi_lookup(a.key, specs, options.doc_flags);
    }
    if (a.opcode == Opcode::subdoc_multi_mutation) {
        std::vector<MutationSpec> specs;
        for (const json& spec : a.fields.at("specs"))
            specs.push_back({spec_opcode(spec), spec[1].get<PathFlags>(), a.text(spec[2]), a.text(spec[3])});
        return request::subdoc_multi_mutation(a.key, specs, options, a.cas);
    }
    const auto path_flags = a.get<PathFlags>("path_flags");
    if (is_subdoc_lookup(a.opcode))
        return request::subdoc_lookup(a.key, {a.opcode, path_flags, a.text("path")}, options.doc_flags);
    const ByteView fragment = a.has("fragment") ? ByteView{a.text("fragment")} : ByteView{};
    return request::subdoc_mutation(a.key, {a.opcode, path_flags, a.text("path"), fragment}, options, a.cas);
}

Made made_scan(const Asked& a) {
    if (a.opcode == Opcode::range_scan_create) {
        const std::string end = unhex(a.text("range_end_hex"));
        return request::range_scan_create({.what = ScanRange{{a.text("range_start")}, {end}}});
    }
    ScanId scan;
    std::ranges::copy(unhex(a.text("scan_uuid")), scan.begin());
    if (a.opcode == Opcode::range_scan_cancel) return request::range_scan_cancel(scan);
    using Milliseconds = std::chrono::duration<std::uint32_t, std::milli>;
    return request::range_scan_continue(scan, {.items = a.get("item_limit"),
                                               .time = Milliseconds{a.get("time_limit_ms")},
                                               .bytes = a.get("byte_limit")});
}

Made made(const Asked& a) {
    if (a.opcode >= Opcode::range_scan_create && a.opcode <= Opcode::range_scan_cancel) return made_scan(a);
    if (a.opcode >= Opcode::subdoc_get && a.opcode <= Opcode::subdoc_replace_body_with_xattr)
        return made_subdoc(a);
    return made_document(a);
}

FramingExtras framing_of(const json& decoded) {
    FramingExtras framing;
    for (const json& object : decoded.value("framing_extras", json::array()))
        framing.add(object.at("id").get<std::uint16_t>(), unhex(object.at("data_hex")));
    return framing;
}

TEST(Request, EveryRequestOfTheVectorsIsBuiltByteForByte) {
    int count = 0;
    for (const FrameVector& vector : frame_vectors()) {
        const std::string kind = vector.decoded.at("kind");
        if (!kind.starts_with("client_request")) continue;
        SCOPED_TRACE(vector.name);
        const Asked asked{vector};
        const Made request = made(asked);
        const FramingExtras framing = framing_of(vector.decoded);
        std::string bytes;
        append_request(bytes, request.request,
                       {.opaque = static_cast<std::uint32_t>(number(vector.decoded.at("opaque"))),
                        .vbucket = vector.decoded.at("vbucket"),
                        .framing_extras = framing.view()});
        // A flexible frame without framing extras is legal, but nothing that we would send.
        if (vector.name == "flex_get_zero_framing") {
            EXPECT_EQ(bytes.substr(0, 4), std::string("\x80\0\0\2", 4));
            bytes.replace(0, 4, std::string("\x08\0\0\2", 4));
        }
        EXPECT_EQ(bytes, vector.bytes);
        ++count;
    }
    EXPECT_EQ(count, 130);
}

TEST(Request, WriteRequestFillsExactlyItsFrameSize) {
    const Request set = request::set("key", "value", {.flags = 1, .expiry = 2, .cas = 3});
    const RequestEnvelope envelope{.opaque = 4, .vbucket = 5};
    std::string bytes(frame_size(set, envelope), '\0');
    EXPECT_EQ(write_request(bytes.data(), set, envelope), bytes.data() + bytes.size());
    EXPECT_EQ(bytes, built(set, envelope).bytes());
}

TEST(Request, FramingExtrasMakeTheFrameFlexibleAndTheirAbsencePlain) {
    EXPECT_EQ(built(request::get("k")).frame().magic(), Magic::client_request);
    const BuiltFrame flex = built(request::get("k"), {.framing_extras = ByteView("\0", 1)});
    EXPECT_EQ(flex.frame().magic(), Magic::flex_request);
    EXPECT_EQ(flex.frame().framing_extras().size(), 1U);
    EXPECT_EQ(flex.frame().key(), "k");
}

}  // namespace
}  // namespace txcouchbase::protocol
