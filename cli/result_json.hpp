// What --json prints of results and failures; docs/txcb.md promises these shapes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/results.hpp>

#include "cli/field_format.hpp"

namespace txcouchbase::cli {

/// Key and CAS; the CAS is text, because many readers of JSON round numbers beyond 2^53.
nlohmann::json describe(const OperationResult& result);

/// These, the value and its flags.
nlohmann::json describe(const ValueResult& result);

/// A failure: its code by name and number, the sentence for people, and the key where there is one.
nlohmann::json describe(const Error& error, std::string_view sentence);

}  // namespace txcouchbase::cli
