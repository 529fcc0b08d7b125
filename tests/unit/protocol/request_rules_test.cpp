// The table of requests against the specification's lists of commands.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/request_rules.hpp"

#include <gtest/gtest.h>

#include <set>

namespace txcouchbase::protocol {
namespace {

template <class Predicate>
std::set<Opcode> opcodes_where(Predicate predicate) {
    std::set<Opcode> found;
    for (int code = 0; code < 256; ++code) {
        const auto opcode = static_cast<Opcode>(code);
        // Two numbers with two meanings are accepted as they come.
        if (opcode == Opcode::memcached_gatk || opcode == Opcode::memcached_gatkq) continue;
        if (const RequestRule* rule = rule_of(opcode); rule != nullptr && predicate(*rule))
            found.insert(opcode);
    }
    return found;
}

using enum Opcode;

const std::set<Opcode> subdoc_mutations{subdoc_dict_add,
                                        subdoc_dict_upsert,
                                        subdoc_delete,
                                        subdoc_replace,
                                        subdoc_array_push_last,
                                        subdoc_array_push_first,
                                        subdoc_array_insert,
                                        subdoc_array_add_unique,
                                        subdoc_counter,
                                        subdoc_multi_mutation,
                                        subdoc_replace_body_with_xattr};

TEST(RequestRules, DurabilityGoesWithWritesThatAreNotQuiet) {
    std::set<Opcode> expected{set,       add,    replace, Opcode::remove, increment,
                              decrement, append, prepend, touch,          gat};
    expected.insert(subdoc_mutations.begin(), subdoc_mutations.end());
    EXPECT_EQ(opcodes_where([](const RequestRule& rule) { return allows_durability(rule.framing); }),
              expected);
}

TEST(RequestRules, PreserveTtlGoesWithWritesThatCouldChangeAnExpiry) {
    std::set<Opcode> expected{set,       setq,       replace, replaceq, increment, incrementq,
                              decrement, decrementq, append,  appendq,  prepend,   prependq};
    expected.insert(subdoc_mutations.begin(), subdoc_mutations.end());
    EXPECT_EQ(opcodes_where([](const RequestRule& rule) { return allows_preserve_ttl(rule.framing); }),
              expected);
}

TEST(RequestRules, AQuietCommandDiffersFromItsLoudOneInFramingAlone) {
    const std::pair<Opcode, Opcode> pairs[] = {{get, getq},
                                               {getk, getkq},
                                               {set, setq},
                                               {add, addq},
                                               {replace, replaceq},
                                               {Opcode::remove, removeq},
                                               {increment, incrementq},
                                               {decrement, decrementq},
                                               {append, appendq},
                                               {prepend, prependq},
                                               {quit, quitq},
                                               {flush, flushq},
                                               {gat, gatq},
                                               {get_meta, getq_meta},
                                               {set_with_meta, setq_with_meta},
                                               {add_with_meta, addq_with_meta},
                                               {del_with_meta, delq_with_meta}};
    for (const auto& [loud, quiet] : pairs) {
        const RequestRule& a = *rule_of(loud);
        const RequestRule& b = *rule_of(quiet);
        EXPECT_TRUE(a.extras_sizes == b.extras_sizes && a.key == b.key && a.value == b.value &&
                    a.cas == b.cas && a.datatypes == b.datatypes && a.own == b.own)
            << name(quiet);
    }
}

TEST(RequestRules, EveryNamedCommandHasARuleAndNoOther) {
    for (int code = 0; code < 256; ++code) {
        const auto opcode = static_cast<Opcode>(code);
        const bool has_two_meanings = opcode == memcached_gatk || opcode == memcached_gatkq;
        EXPECT_EQ(rule_of(opcode) != nullptr, name(opcode) != "UNKNOWN" || has_two_meanings) << code;
    }
}

}  // namespace
}  // namespace txcouchbase::protocol
