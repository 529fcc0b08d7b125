// The readers of HELLO and of lists of words.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/session_responses.hpp"

#include <gmock/gmock.h>

#include "tests/unit/protocol/built_frame.hpp"

namespace txcouchbase::protocol {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> words(ByteView text) {
    std::vector<std::string> out;
    const BuiltFrame frame = answer(Opcode::sasl_list_mechs, "", text);
    for (const Word& word : read_words(frame.frame())) out.emplace_back(word.text);
    return out;
}

TEST(SessionResponses, WordsAreSeparatedByAnyNumberOfSpaces) {
    EXPECT_THAT(words("SCRAM-SHA512 PLAIN"), ElementsAre("SCRAM-SHA512", "PLAIN"));
    EXPECT_THAT(words("  one   two "), ElementsAre("one", "two"));
    EXPECT_THAT(words("one"), ElementsAre("one"));
    EXPECT_THAT(words(""), IsEmpty());
    EXPECT_THAT(words("   "), IsEmpty());
}

TEST(SessionResponses, HelloKeepsOrderAndNumbersWithoutAName) {
    const BuiltFrame frame = answer(Opcode::hello, "", ByteView("\0\x12\0\4\x7f\xff", 6));
    const auto features = read_hello(frame.frame());
    ASSERT_TRUE(features);
    std::vector<Feature> seen;
    for (const Feature feature : *features) seen.push_back(feature);
    EXPECT_THAT(seen, ElementsAre(Feature::collections, Feature::mutation_seqno, Feature{0x7fff}));
    EXPECT_EQ(to_set(*features), (FeatureSet{Feature::collections, Feature::mutation_seqno}));
}

TEST(SessionResponses, AnEmptyHelloSwitchesEverythingOff) {
    const BuiltFrame frame = answer(Opcode::hello, "", "");
    EXPECT_EQ(to_set(*read_hello(frame.frame())), FeatureSet{});
}

}  // namespace
}  // namespace txcouchbase::protocol
