// A server's judgement of what it received: all vectors, and one case for each rule.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/request_check.hpp"

#include <gtest/gtest.h>

#include <ostream>

#include "protocol/classic_requests.hpp"
#include "protocol/collection_requests.hpp"
#include "protocol/document_requests.hpp"
#include "protocol/framing_extras.hpp"
#include "protocol/range_scan_requests.hpp"
#include "protocol/session_requests.hpp"
#include "protocol/subdoc_requests.hpp"
#include "tests/unit/protocol/built_frame.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {

std::ostream& operator<<(std::ostream& out, const Verdict& verdict) {
    return out << name(verdict.defect) << ' ' << name(verdict.status) << " \"" << verdict.context() << '"';
}

namespace {

constexpr auto json = Datatype::json;

SessionContext everything_on() {
    SessionContext session;
    for (std::uint16_t code = 0; code < 64; ++code) session.features.insert(Feature{code});
    return session;
}

SessionContext without(Feature feature) {
    SessionContext session = everything_on();
    session.features.erase(feature);
    return session;
}

void expect(const Verdict& verdict, Defect defect, Status status, std::string_view context = "") {
    EXPECT_EQ(name(verdict.defect), name(defect)) << verdict;
    EXPECT_EQ(name(verdict.status), name(status)) << verdict;
    EXPECT_EQ(verdict.context(), context);
}

/// One request that breaks one rule, and the answer.
struct Case {
    const char* rule;
    BuiltFrame frame;
    Defect defect;
    Status status = Status::einval;
    std::string_view context = "";
};

void expect_each(const std::vector<Case>& cases, const SessionContext& session) {
    for (const Case& c : cases) {
        SCOPED_TRACE(c.rule);
        expect(check_request(c.frame.frame(), session), c.defect, c.status, c.context);
    }
}

BuiltFrame raw(Opcode opcode, ByteView extras, ByteView key, ByteView value,
               Datatype datatype = Datatype::raw) {
    std::string bytes;
    append_frame(bytes, {.opcode = opcode, .datatype = bits(datatype)},
                 {.extras = extras, .key = key, .value = value});
    return BuiltFrame{bytes};
}

BuiltFrame framed(const Request& request, ByteView framing_extras) {
    return built(request, {.framing_extras = framing_extras});
}

TEST(RequestCheck, AcceptsEveryRequestOfTheVectors) {
    const SessionContext session = without(Feature::collections);
    for (const FrameVector& vector : frame_vectors())
        if (vector.receiver == Receiver::server) {
            const Verdict verdict = check_request(Frame{vector.bytes}, session);
            EXPECT_TRUE(verdict.is_accepted()) << vector.name << ": " << verdict;
        }
}

TEST(RequestCheck, WithCollectionsItAcceptsEveryKeyOfTheVectorsThatHasOne) {
    for (const FrameVector& vector : frame_vectors())
        if (vector.name.starts_with("coll_") && vector.receiver == Receiver::server) {
            const Verdict verdict = check_request(Frame{vector.bytes}, everything_on());
            EXPECT_TRUE(verdict.is_accepted()) << vector.name << ": " << verdict;
        }
}

TEST(RequestCheck, BeforeAuthenticationOnlyTheHandshakeIsHeard) {
    SessionContext session = everything_on();
    session.is_authenticated = false;
    for (int code = 0; code < 256; ++code) {
        const auto opcode = static_cast<Opcode>(code);
        const bool is_handshake = opcode == Opcode::hello || opcode == Opcode::sasl_list_mechs ||
                                  opcode == Opcode::sasl_auth || opcode == Opcode::sasl_step ||
                                  opcode == Opcode::get_error_map;
        const Verdict verdict = check_request(raw(opcode, "", "", "").frame(), session);
        EXPECT_EQ(verdict.status == Status::eaccess, !is_handshake) << code;
        EXPECT_EQ(verdict.defect == Defect::not_authenticated, !is_handshake) << code;
    }
}

TEST(RequestCheck, AnUnknownOpcodeIsNamedOnceTheClientIsAuthenticated) {
    expect(check_request(raw(Opcode{0x77}, "?", "?", "?").frame(), everything_on()), Defect::unknown_opcode,
           Status::unknown_command);
}

TEST(RequestCheck, TheTwoNumbersWithTwoMeaningsAreTakenAsTheyCome) {
    for (const Opcode opcode : {Opcode::memcached_gatk, Opcode::memcached_gatkq})
        EXPECT_TRUE(check_request(raw(opcode, std::string(40, 'e'), "key", "v").frame(),
                                  without(Feature::collections))
                        .is_accepted());
}

TEST(RequestCheck, ABucketWithoutDataAnswersOnlyForItsMap) {
    SessionContext session = without(Feature::collections);
    session.is_config_only_bucket = true;
    expect(check_request(built(request::get("k")).frame(), session), Defect::none, Status::econfig_only);
    EXPECT_TRUE(check_request(built(request::get_cluster_config()).frame(), session).is_accepted());
    session.features.erase(Feature::xerror);
    expect(check_request(built(request::get("k")).frame(), session), Defect::none, Status::not_supported);
}

TEST(RequestCheck, FramesOfTheOtherDirectionAreAnsweredOrIgnored) {
    const auto of = [](Magic magic, std::uint8_t opcode) {
        std::string bytes;
        append_frame(bytes, {.magic = magic, .opcode = Opcode{opcode}}, {.value = "?"});
        return check_request(Frame{bytes}, everything_on());
    };
    expect(of(Magic::server_request, 1), Defect::wrong_direction, Status::not_supported);
    expect(of(Magic::server_request, 0x42), Defect::wrong_direction, Status::unknown_command);
    expect(of(Magic::client_response, 0), Defect::wrong_direction, Status::einval);
    expect(of(Magic::flex_response, 0), Defect::wrong_direction, Status::einval);
    EXPECT_TRUE(of(Magic::server_response, 1).is_accepted());
}

TEST(RequestCheck, TheColumnsOfTheTable) {
    const SessionContext session = without(Feature::collections);
    const std::string key251(251, 'k');
    expect_each(
        {
            {"datatype bits", raw(Opcode::get, "", "k", "", Datatype{8}), Defect::bad_datatype,
             Status::einval, "Request datatype invalid"},
            {"no extras", raw(Opcode::get, "e", "k", ""), Defect::bad_extras, Status::einval,
             "Request must not include extras"},
            {"extras of one size", raw(Opcode::set, "1234567", "k", ""), Defect::bad_extras, Status::einval,
             "Request must include extras of length 8"},
            {"extras of several sizes", raw(Opcode::get_locked, "1", "k", ""), Defect::bad_extras},
            {"extras beyond the set", raw(Opcode::get, std::string(40, 'e'), "k", ""), Defect::bad_extras,
             Status::einval, "Request must not include extras"},
            {"no key", raw(Opcode::noop, "", "k", ""), Defect::bad_key, Status::einval,
             "Request must not include key"},
            {"a key", raw(Opcode::get, "", "", ""), Defect::bad_key, Status::einval,
             "Request must include key"},
            {"length of a document key", built(request::get(key251)), Defect::bad_key, Status::einval,
             "Key length exceeds 250"},
            {"length of an agent", built(request::hello(key251, {})), Defect::bad_key, Status::einval,
             "Key length exceeds 250"},
            {"length of a bucket name", built(request::select_bucket(key251)), Defect::bad_key,
             Status::einval, "Key length exceeds 100"},
            {"no value", raw(Opcode::get, "", "k", "v"), Defect::bad_value, Status::einval,
             "Request must not include value"},
            {"a value", built(request::concatenate(Opcode::append, "k", "")), Defect::bad_value,
             Status::einval, "Request must include value"},
            {"no CAS", built(request::store(Opcode::add, "k", "v", {.cas = 1})), Defect::bad_cas,
             Status::einval, "Request CAS must not be set"},
            {"a CAS", built(request::unlock_key("k", 0)), Defect::bad_cas, Status::einval,
             "Request CAS must be set"},
            {"datatype of the command", built(request::set("k", "v", {.datatype = Datatype::xattr})),
             Defect::bad_datatype, Status::einval, "Request datatype invalid"},
            {"datatype of a sub-document command",
             raw(Opcode::subdoc_get, ByteView("\0\1\0", 3), "k", "p", json), Defect::bad_datatype,
             Status::einval, "Request datatype invalid"},
        },
        session);
}

TEST(RequestCheck, TheFirstRuleThatIsBrokenDecides) {
    // Extras, key, value, CAS and datatype are all wrong; each repair uncovers the next.
    const SessionContext session = without(Feature::collections);
    const auto check = [&](ByteView extras, ByteView key, ByteView value, std::uint64_t cas,
                           std::uint8_t datatype) {
        std::string bytes;
        append_frame(bytes, {.opcode = Opcode::get, .datatype = datatype, .cas = cas},
                     {.extras = extras, .key = key, .value = value});
        return name(check_request(Frame{bytes}, session).defect);
    };
    EXPECT_EQ(check("e", "", "v", 1, 8), "bad_datatype");
    EXPECT_EQ(check("e", "", "v", 1, 1), "bad_extras");
    EXPECT_EQ(check("", "", "v", 1, 1), "bad_key");
    EXPECT_EQ(check("", "k", "v", 1, 1), "bad_value");
    EXPECT_EQ(check("", "k", "", 1, 1), "bad_cas");
    EXPECT_EQ(check("", "k", "", 0, 1), "bad_datatype");
    EXPECT_EQ(check("", "k", "", 0, 0), "none");
}

TEST(RequestCheck, ADatatypeMustHaveBeenNegotiated) {
    const auto set = [](Datatype datatype) {
        return built(request::set(ByteView("\0k", 2), "v", {.datatype = datatype}));
    };
    const auto refused = [&](Datatype datatype, Feature feature) {
        return check_request(set(datatype).frame(), without(feature)).defect == Defect::bad_datatype;
    };
    EXPECT_TRUE(refused(Datatype::json, Feature::json));
    EXPECT_TRUE(refused(Datatype::snappy, Feature::snappy));
    EXPECT_TRUE(refused(Datatype::json | Datatype::snappy, Feature::snappy));
    EXPECT_FALSE(refused(Datatype::json, Feature::snappy));
}

TEST(RequestCheck, XattrsStoredWithMetadataMustBeWellFormed) {
    const auto store = [](ByteView value, Datatype datatype) {
        return check_request(
            built(request::with_meta(Opcode::set_with_meta, "key", value, {}, 0, datatype)).frame(),
            without(Feature::collections));
    };
    expect(store("\xff", Datatype::xattr), Defect::bad_body, Status::xattr_einval);
    EXPECT_TRUE(store(ByteView("\0\0\0\0body", 8), Datatype::xattr).is_accepted());
    EXPECT_TRUE(store("\xff", Datatype::xattr | Datatype::snappy).is_accepted());
}

TEST(RequestCheck, FramingObjects) {
    const SessionContext session = without(Feature::collections);
    const Request set = request::set("k", "v");
    const ByteView durable("\x11\1", 2);
    const ByteView preserve("\x50", 1);
    expect_each(
        {
            {"overrun", framed(set, "\x13\1"), Defect::bad_framing, Status::einval,
             "Invalid encoding in FrameExtras"},
            {"unknown object", framed(set, "\x90"), Defect::unknown_frame_info, Status::unknown_frame_info},
            {"retired object", framed(set, "\x31t"), Defect::unknown_frame_info, Status::unknown_frame_info},
            {"barrier with data", framed(set, "\x01x"), Defect::bad_frame_len},
            {"durability of two bytes", framed(set, "\x12\1\1"), Defect::bad_frame_len},
            {"preserve-ttl with data", framed(set, "\x51x"), Defect::bad_frame_len},
            {"stream id of one byte", framed(set, "\x21x"), Defect::bad_frame_len},
            {"nobody to impersonate", framed(set, "\x40"), Defect::bad_frame_len},
            {"level 0", framed(set, ByteView("\x11\0", 2)), Defect::bad_durability,
             Status::durability_invalid_level},
            {"level 4", framed(set, "\x11\4"), Defect::bad_durability, Status::durability_invalid_level},
            {"timeout 0", framed(set, ByteView("\x13\1\0\0", 4)), Defect::bad_durability,
             Status::durability_invalid_level},
            {"timeout 65535", framed(set, "\x13\1\xff\xff"), Defect::bad_durability,
             Status::durability_invalid_level},
            {"a durable read", framed(request::get("k"), durable), Defect::unsupported_frame},
            {"a durable quiet set", framed(request::store(Opcode::setq, "k", "v"), durable),
             Defect::unsupported_frame},
            {"preserve-ttl of an add", framed(request::store(Opcode::add, "k", "v"), preserve),
             Defect::unsupported_frame, Status::not_supported},
            {"preserve-ttl of a touch", framed(request::touch("k", 1), preserve), Defect::unsupported_frame,
             Status::not_supported},
            {"before the key is read", framed(request::get(std::string(251, 'k')), durable),
             Defect::unsupported_frame},
        },
        session);
    for (const BuiltFrame& frame :
         {framed(set, durable), framed(set, preserve), framed(request::touch("k", 1), durable),
          framed(request::store(Opcode::setq, "k", "v"), preserve),
          framed(request::noop(), ByteView("\0", 1)), framed(request::get("k"), "\x43joe")})
        EXPECT_TRUE(check_request(frame.frame(), session).is_accepted()) << name(frame.frame().opcode());
}

TEST(RequestCheck, DocumentKeysWithCollections) {
    const std::string key250(250, 'k');
    const std::string key251(251, 'k');
    const std::string key247(247, 'k');
    const auto get = [](const std::string& prefix, const std::string& key = "") {
        return built(request::get(prefix + key));
    };
    const std::string nul(1, '\0');
    expect_each(
        {
            {"shorter than any key", get("k"), Defect::bad_key, Status::einval, "Key length must be >= 2"},
            {"no end", get("\x80\x80\x80\x80\x80", "k"), Defect::bad_leb128, Status::einval,
             "No stop-byte found"},
            {"no end within the key", get("\x80\x80"), Defect::bad_leb128, Status::einval,
             "No stop-byte found"},
            {"padded", get("\x88" + nul, "k"), Defect::bad_leb128, Status::einval,
             "Key contains non-canonical leb128"},
            {"over 32 bits", get("\xff\xff\xff\xff\x1f", "k"), Defect::bad_leb128, Status::einval,
             "Key contains non-canonical leb128"},
            {"prefix alone", get("\x80\x01"), Defect::bad_key, Status::einval, "No logical key found"},
            {"first reserved id", get("\1", "k"), Defect::bad_key, Status::einval, "Invalid collection-id:1"},
            {"last reserved id", get("\7", "k"), Defect::bad_key, Status::einval, "Invalid collection-id:7"},
            {"too long by default", get(nul, key251), Defect::bad_key, Status::einval,
             "Logical key exceeds 250"},
            {"too long elsewhere", get("\x08", key247), Defect::bad_key, Status::einval,
             "Logical key exceeds 246"},
        },
        everything_on());
    for (const BuiltFrame& frame :
         {get(nul, key250), get("\x08", key247.substr(1)), get("\xff\xff\xff\xff\x0f", "k")})
        EXPECT_TRUE(check_request(frame.frame(), everything_on()).is_accepted());
}

TEST(RequestCheck, WhatCommandsAskForThemselves) {
    const SessionContext session = without(Feature::collections);
    const ObserveKey nameless{.vbucket = 1, .key = ""};
    const std::string long_key(251, 'k');
    const ObserveKey too_long{.vbucket = 1, .key = long_key};
    expect_each(
        {
            {"half a feature", raw(Opcode::hello, "", "", "123"), Defect::bad_body},
            {"error map of one byte", raw(Opcode::get_error_map, "", "", "1"), Defect::bad_body},
            {"error map of three bytes", raw(Opcode::get_error_map, "", "", "123"), Defect::bad_body},
            {"metadata version 0", built(request::get_meta("k", 0)), Defect::bad_extras},
            {"metadata version 3", built(request::get_meta("k", 3)), Defect::bad_extras},
            {"a new CAS without the permission",
             built(request::with_meta(Opcode::set_with_meta, "k", "v",
                                      {.options = MetaOptions::regenerate_cas})),
             Defect::bad_extras},
            {"more metadata than value",
             built(request::with_meta(Opcode::set_with_meta, "k", "v", {.extended_meta_size = 2})),
             Defect::bad_body},
            {"the same behind options",
             built(request::with_meta(Opcode::set_with_meta, "k", "v",
                                      {.options = MetaOptions::none, .extended_meta_size = 2})),
             Defect::bad_body},
            {"truncated observe", raw(Opcode::observe, "", "", ByteView("\0\1\0\2k", 5)), Defect::bad_body},
            {"observe of nothing", raw(Opcode::observe, "", "", ""), Defect::bad_value, Status::einval,
             "Request must include value"},
            {"observe without a key", built(request::observe({&nameless, 1})), Defect::bad_key},
            {"observe of a long key", built(request::observe({&too_long, 1})), Defect::bad_key,
             Status::einval, "Key length exceeds 250"},
            {"uuid of seven bytes", raw(Opcode::observe_seqno, "", "", "1234567"), Defect::bad_body},
            {"no such vBucket state", built(request::get_all_vb_seqnos(VbucketState{5})), Defect::bad_extras},
            {"a path twice", raw(Opcode::collections_get_id, "", "a.b", "a.b"), Defect::bad_value},
            {"no path", built(request::get_scope_id("")), Defect::bad_value},
            {"a scan that is no JSON", raw(Opcode::range_scan_create, "", "", "{}"), Defect::bad_datatype},
            {"scan limits of 27 bytes", raw(Opcode::range_scan_continue, std::string(27, 'x'), "", ""),
             Defect::bad_extras, Status::einval, "Request must include extras of length 28"},
        },
        session);
    EXPECT_TRUE(
        check_request(built(request::get_all_vb_seqnos(VbucketState::dead)).frame(), session).is_accepted());
    expect(check_request(built(request::get_random_key()).frame(), everything_on()), Defect::bad_extras,
           Status::einval);
    EXPECT_TRUE(check_request(built(request::get_random_key()).frame(), session).is_accepted());
    EXPECT_TRUE(
        check_request(built(request::get_random_key_with_xattrs(8)).frame(), everything_on()).is_accepted());
    for (const Feature feature : {Feature::snappy_everywhere, Feature::xattr, Feature::json})
        expect(check_request(built(request::getex(ByteView("\0k", 2))).frame(), without(feature)),
               Defect::bad_datatype, Status::not_supported);
}

TEST(RequestCheck, MetadataOptionsThatAgreeAreAccepted) {
    const auto options = MetaOptions::regenerate_cas | MetaOptions::skip_conflict_resolution;
    for (const WithMeta& meta : {WithMeta{}, WithMeta{.options = options}, WithMeta{.extended_meta_size = 1},
                                 WithMeta{.options = options, .extended_meta_size = 1}})
        EXPECT_TRUE(check_request(built(request::with_meta(Opcode::del_with_meta, "k", "v", meta)).frame(),
                                  without(Feature::collections))
                        .is_accepted());
}

}  // namespace
}  // namespace txcouchbase::protocol
