// Every response and push of vectors.json, built from its interpreted fields, is the frame byte for byte.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/response.hpp"

#include <gtest/gtest.h>

#include "protocol/server_push.hpp"
#include "tests/unit/protocol/built_frame.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

using nlohmann::json;

std::uint64_t number(const json& value) {
    return value.is_string() ? std::stoull(value.get<std::string>(), nullptr, 0) : value.get<std::uint64_t>();
}

/// The extras of a response from what the vector says they mean.
Extras extras_of(const json& decoded) {
    const json fields = decoded.value("fields", json::object());
    const auto u32 = [&](const char* name) { return static_cast<std::uint32_t>(number(fields.at(name))); };
    const auto u64 = [&](const char* name) { return number(fields.at(name)); };
    const std::string opcode = decoded.at("opcode_name");
    if (decoded.at("extras_len") == 0) return {};
    if (opcode.starts_with("GET_META")) {
        Extras extras = Extras::of(u32("deleted"), u32("flags"), u32("expiry"), u64("seqno"));
        if (fields.contains("datatype")) extras.add(static_cast<std::uint8_t>(number(fields.at("datatype"))));
        return extras;
    }
    if (fields.contains("manifest_uid"))
        return Extras::of(u64("manifest_uid"),
                          u32(fields.contains("scope_id") ? "scope_id" : "collection_id"));
    if (fields.contains("mode")) return Extras::of(std::uint32_t{fields.at("mode") == "documents"});
    if (fields.contains("seqno")) return Extras::of(u64("vbucket_uuid"), u64("seqno"));
    return Extras::of(u32("flags"));
}

TEST(Response, EveryResponseOfTheVectorsIsBuiltByteForByte) {
    int count = 0;
    for (const FrameVector& vector : frame_vectors()) {
        const json& decoded = vector.decoded;
        if (!decoded.at("kind").get<std::string>().starts_with("client_response")) continue;
        SCOPED_TRACE(vector.name);
        const std::string key = unhex(decoded.at("key_hex"));
        const std::string value = unhex(decoded.at("value_hex"));
        const std::string framing = vector.bytes.substr(24, decoded.at("framing_extras_len"));
        std::string bytes;
        append_response(bytes,
                        {.opcode = static_cast<Opcode>(number(decoded.at("opcode"))),
                         .status = static_cast<Status>(number(decoded.at("status"))),
                         .datatype = static_cast<Datatype>(number(decoded.at("datatype"))),
                         .cas = number(decoded.at("cas")),
                         .extras = extras_of(decoded),
                         .key = key,
                         .value = value},
                        static_cast<std::uint32_t>(number(decoded.at("opaque"))), framing);
        EXPECT_EQ(bytes, vector.bytes);
        ++count;
    }
    EXPECT_EQ(count, 107);
}

TEST(Response, EveryPushOfTheVectorsIsBuiltByteForByte) {
    int count = 0;
    for (const FrameVector& vector : frame_vectors()) {
        const json& decoded = vector.decoded;
        const auto opaque = static_cast<std::uint32_t>(number(decoded.at("opaque")));
        SCOPED_TRACE(vector.name);
        std::string bytes;
        if (decoded.at("kind") == "server_request") {
            const json& fields = decoded.at("fields");
            const std::string value = unhex(decoded.at("value_hex"));
            const std::string bucket = fields.at("bucket");
            const auto revision = static_cast<std::int64_t>(number(fields.at("revision")));
            const auto epoch =
                fields.contains("epoch") ? static_cast<std::int64_t>(number(fields.at("epoch"))) : -1;
            append_request(
                bytes,
                request::config_push({.version = ConfigVersion{epoch, revision},
                                      .bucket = bucket,
                                      .config = value,
                                      .datatype = static_cast<Datatype>(number(decoded.at("datatype")))}),
                {.opaque = opaque});
        } else if (decoded.at("kind") == "server_response") {
            append_response(bytes, push_reply(ServerOpcode::clustermap_change_notification), opaque);
        } else {
            continue;
        }
        EXPECT_EQ(bytes, vector.bytes);
        ++count;
    }
    EXPECT_EQ(count, 5);
}

}  // namespace
}  // namespace txcouchbase::protocol
