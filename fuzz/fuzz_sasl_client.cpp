// A login against any server: it always ends with a name, says little, and only the right signature ends it well.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "protocol/sasl_client.hpp"

using namespace txcouchbase::protocol;
using namespace txcouchbase::fuzz;

/// First byte: the mechanism. The rest: the server's messages, a line each; the last one comes with SUCCESS.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto mechanism = static_cast<SaslMechanism>(data[0] % 5);
    SaslClient client{mechanism, "user", "pencil", "nonce"};
    SaslOutcome outcome = client.start();
    ByteView messages = as_view(data, size).substr(1);
    for (bool is_last = false; !is_last && outcome == SaslOutcome::respond;) {
        property(!client.response().empty() || !is_scram(mechanism), "an answer says something");
        property(client.response().size() <= 2 * max_sasl_message,
                 "no more than the server said, and a little");
        const std::size_t end = messages.find('\n');
        is_last = end == ByteView::npos;
        const ByteView message = messages.substr(0, end);
        messages.remove_prefix(is_last ? messages.size() : end + 1);
        outcome = is_last ? client.finish(message) : client.step(message);
        if (outcome == SaslOutcome::need_key) {
            property(client.iterations() >= ScramLimits{}.min_iterations &&
                         client.iterations() <= ScramLimits{}.max_iterations,
                     "no server keeps the processor busy");
            property(!client.salt().empty(), "there is a salt");
            // Any key of the right size: making one from a password is slow, and is not what is read here.
            outcome = client.supply(hash(scram_hash(mechanism), "key"));
            property(outcome == SaslOutcome::respond, "a key is followed by a proof");
        }
    }
    property((outcome == SaslOutcome::failed) == (client.error() != SaslError::none),
             "a failure has its cause");
    property(name(client.error()) != "unknown", "and its name");
    property(outcome != SaslOutcome::done || !is_scram(mechanism), "nobody who cannot sign is let in");
    return 0;
}
