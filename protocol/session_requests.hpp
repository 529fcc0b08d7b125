// Builders of the commands that set up a session (PROTOCOL 2.2 and 2.3).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "protocol/config_version.hpp"
#include "protocol/feature.hpp"
#include "protocol/request.hpp"

namespace txcouchbase::protocol::request {

/// Every HELLO first switches all features off: the list is the whole wish, not an addition.
ComposedRequest hello(ByteView agent, std::span<const Feature> features);

Request sasl_list_mechs() noexcept;
Request sasl_auth(ByteView mechanism, ByteView initial_response) noexcept;
Request sasl_step(ByteView mechanism, ByteView response) noexcept;

Request select_bucket(ByteView bucket) noexcept;
Request list_buckets() noexcept;

/// With `known`, a server that agreed to get_cluster_config_with_known_version answers nothing unless it has a newer.
Request get_cluster_config(std::optional<ConfigVersion> known = std::nullopt) noexcept;
ComposedRequest get_error_map(std::uint16_t newest_version_understood);

}  // namespace txcouchbase::protocol::request
