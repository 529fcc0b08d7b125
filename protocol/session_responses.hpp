// Readers of the answers that set up a session (PROTOCOL 2.2 and 2.3).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/feature.hpp"
#include "protocol/frame.hpp"
#include "protocol/records.hpp"

namespace txcouchbase::protocol {

bool parse(ByteCursor& in, Feature& out) noexcept;

/// The list of a HELLO, asked for or granted, in its own order; numbers without a name are kept.
Read<Records<Feature>> read_hello(const Frame& frame) noexcept;
/// The same as a set.
FeatureSet to_set(const Records<Feature>& features) noexcept;

/// A word of a list that is separated by spaces.
struct Word {
    ByteView text = {};
};
bool parse(ByteCursor& in, Word& out) noexcept;

/// Mechanisms of SASL_LIST_MECHS, names of LIST_BUCKETS. Any text is a list.
Records<Word> read_words(const Frame& frame) noexcept;

/// VERSION, EVICT_KEY, the JSON of GET_CLUSTER_CONFIG, GET_ERROR_MAP and COLLECTIONS_GET_MANIFEST, a SASL challenge:
/// the answer is the value as it stands. An empty cluster map means that the server has no newer one.
inline ByteView read_text(const Frame& frame) noexcept {
    return frame.value();
}

}  // namespace txcouchbase::protocol
