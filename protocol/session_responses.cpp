// SPDX-License-Identifier: Apache-2.0
#include "protocol/session_responses.hpp"

#include <algorithm>

namespace txcouchbase::protocol {
namespace {

ByteView without_spaces_at_the_ends(ByteView text) noexcept {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == ByteView::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

bool parse(ByteCursor& in, Feature& out) noexcept {
    return in.number(out);
}

Read<Records<Feature>> read_hello(const Frame& frame) noexcept {
    return read_records<Feature>(frame.value(), Defect::bad_body);
}

FeatureSet to_set(const Records<Feature>& features) noexcept {
    FeatureSet set;
    for (const Feature feature : features) set.insert(feature);
    return set;
}

bool parse(ByteCursor& in, Word& out) noexcept {
    const ByteView rest = in.rest();
    const std::size_t size = std::min(rest.find(' '), rest.size());
    const std::size_t next = std::min(rest.find_first_not_of(' ', size), rest.size());
    ByteView spaces;
    return in.bytes(size, out.text) && in.bytes(next - size, spaces);
}

Records<Word> read_words(const Frame& frame) noexcept {
    return Records<Word>{without_spaces_at_the_ends(frame.value())};
}

}  // namespace txcouchbase::protocol
