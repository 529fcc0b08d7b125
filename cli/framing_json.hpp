// The framing extras of a frame as JSON, object by object.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "protocol/frame.hpp"

namespace txcouchbase::cli {

/// An array; it ends before the object that overruns the section, if one does.
nlohmann::ordered_json framing_json(const protocol::Frame& frame);

}  // namespace txcouchbase::cli
