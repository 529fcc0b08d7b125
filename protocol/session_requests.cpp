// SPDX-License-Identifier: Apache-2.0
#include "protocol/session_requests.hpp"

#include "protocol/append.hpp"

namespace txcouchbase::protocol::request {

ComposedRequest hello(ByteView agent, std::span<const Feature> features) {
    ComposedRequest request{.head = {.opcode = Opcode::hello, .key = agent}};
    for (const Feature feature : features) append_number(request.body, static_cast<std::uint16_t>(feature));
    return request;
}

Request sasl_list_mechs() noexcept {
    return {.opcode = Opcode::sasl_list_mechs};
}

Request sasl_auth(ByteView mechanism, ByteView initial_response) noexcept {
    return {.opcode = Opcode::sasl_auth, .key = mechanism, .value = initial_response};
}

Request sasl_step(ByteView mechanism, ByteView response) noexcept {
    return {.opcode = Opcode::sasl_step, .key = mechanism, .value = response};
}

Request select_bucket(ByteView bucket) noexcept {
    return {.opcode = Opcode::select_bucket, .key = bucket};
}

Request list_buckets() noexcept {
    return {.opcode = Opcode::list_buckets};
}

Request get_cluster_config(std::optional<ConfigVersion> known) noexcept {
    Request request{.opcode = Opcode::get_cluster_config};
    if (known)
        request.extras =
            Extras::of(static_cast<std::uint64_t>(known->epoch), static_cast<std::uint64_t>(known->revision));
    return request;
}

ComposedRequest get_error_map(std::uint16_t newest_version_understood) {
    ComposedRequest request{.head = {.opcode = Opcode::get_error_map}};
    append_number(request.body, newest_version_understood);
    return request;
}

}  // namespace txcouchbase::protocol::request
