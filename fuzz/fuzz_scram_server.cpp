// A client of any kind at a SCRAM server: it is let in with the right proof only, and told apart by nothing else.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "protocol/sasl_client.hpp"
#include "protocol/scram_server.hpp"

using namespace txcouchbase::protocol;
using namespace txcouchbase::fuzz;

/// First byte: the mechanism. The rest: the client's first message and its final one, a line each.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto mechanism = static_cast<SaslMechanism>(2 + data[0] % 3);
    const ByteView messages = as_view(data, size).substr(1);
    const std::size_t end = std::min(messages.find('\n'), messages.size());
    const ByteView client_first = messages.substr(0, end);
    ScramServer server{mechanism, "server"};
    SaslOutcome outcome = server.start(client_first);
    property((outcome == SaslOutcome::failed) == (server.error() != SaslError::none),
             "a failure has its cause");
    property(name(server.error()) != "unknown", "and its name");
    if (outcome == SaslOutcome::failed) return 0;

    property(outcome == SaslOutcome::need_key, "who said who they are is looked up");
    const auto bare = ScramAttributes::read(client_first.substr(3));
    property(bare && scram_unescape(*(*bare)['n']) == server.user(), "under the name that they gave");
    const Digest key = hash(scram_hash(mechanism), "key");
    server.supply({.salt = "salt", .iterations = 4096, .stored_key = key, .server_key = key});
    property(server.response().starts_with("r=" + std::string{*(*bare)['r']} + "server,s="),
             "the challenge extends the nonce of the client");
    outcome = server.step(messages.substr(std::min(end + 1, messages.size())));
    property(outcome == SaslOutcome::failed, "nobody knows what hashes to this key");
    property(name(server.error()) != "unknown" && server.error() != SaslError::none, "and is told why");
    return 0;
}
