// Sub-document requests as their server reads them back.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/subdoc.hpp"

#include <gtest/gtest.h>

#include "protocol/subdoc_requests.hpp"
#include "tests/unit/protocol/built_frame.hpp"

namespace txcouchbase::protocol {
namespace {

const SubdocOptions every_option[] = {
    {},
    {.doc_flags = DocFlags::mkdoc},
    {.expiry = 60},
    {.doc_flags = DocFlags::mkdoc, .expiry = 60},
    {.expiry = 0, .user_flags = 7},
    {.doc_flags = DocFlags::add, .expiry = 60, .user_flags = 7},
};

void expect_same(const SubdocOptions& read, const SubdocOptions& written) {
    EXPECT_EQ(read.doc_flags, written.doc_flags);
    EXPECT_EQ(read.expiry, written.expiry);
    EXPECT_EQ(read.user_flags, written.user_flags);
}

TEST(Subdoc, EveryFormOfASinglePathCommandReadsBack) {
    for (const SubdocOptions& options : every_option) {
        const BuiltFrame frame = built(request::subdoc_mutation(
            "k", {Opcode::subdoc_dict_add, PathFlags::mkdir_p, "a.b", "1"}, options));
        const auto read = read_subdoc(frame.frame());
        ASSERT_TRUE(read);
        EXPECT_EQ(read->path_flags, PathFlags::mkdir_p);
        EXPECT_EQ(read->path, "a.b");
        EXPECT_EQ(read->fragment, "1");
        expect_same(read->options, options);
    }
}

TEST(Subdoc, EveryFormOfAMultiMutationReadsBack) {
    for (const SubdocOptions& options : every_option) {
        const MutationSpec spec{Opcode::subdoc_counter, PathFlags::none, "n", "-1"};
        const BuiltFrame frame = built(request::subdoc_multi_mutation("k", {&spec, 1}, options));
        const auto read = read_subdoc_multi_options(frame.frame());
        ASSERT_TRUE(read);
        expect_same(*read, options);
        const auto specs = read_mutation_specs(frame.frame());
        ASSERT_TRUE(specs);
        EXPECT_EQ(specs->begin()->opcode, Opcode::subdoc_counter);
        EXPECT_EQ(specs->begin()->path, "n");
        EXPECT_EQ(specs->begin()->value, "-1");
    }
}

TEST(Subdoc, UserFlagsBringAnExpiryAlong) {
    const BuiltFrame frame = built(request::subdoc_mutation(
        "k", {Opcode::subdoc_dict_add, PathFlags::none, "a", "1"}, {.user_flags = 7}));
    EXPECT_EQ(frame.frame().extras_size(), 11U);
    EXPECT_EQ(read_subdoc(frame.frame())->options.expiry, 0U);
}

TEST(Subdoc, LookupSpecsReadBack) {
    const LookupSpec specs[] = {{Opcode::subdoc_get, PathFlags::xattr, "a"},
                                {Opcode::get, PathFlags::none, ""}};
    const BuiltFrame frame = built(request::subdoc_multi_lookup("k", specs, DocFlags::access_deleted));
    const auto read = read_lookup_specs(frame.frame());
    ASSERT_TRUE(read);
    ASSERT_EQ(read->count(), 2U);
    EXPECT_EQ(read->begin()->path, "a");
    EXPECT_EQ((++read->begin())->opcode, Opcode::get);
    EXPECT_EQ(read_subdoc_multi_options(frame.frame())->doc_flags, DocFlags::access_deleted);
}

TEST(Subdoc, ALookupHasNoExpiry) {
    std::string bytes;
    append_frame(bytes, {.opcode = Opcode::subdoc_get},
                 {.extras = ByteView("\0\1\0\0\0\0\0", 7), .key = "k", .value = "p"});
    EXPECT_EQ(read_subdoc(Frame{bytes}).defect(), Defect::bad_extras);
}

TEST(Subdoc, EveryOpcodeIsLookupOrMutationOrNeither) {
    int lookups = 0;
    int mutations = 0;
    for (int code = 0; code < 256; ++code) {
        const auto opcode = static_cast<Opcode>(code);
        lookups += is_subdoc_lookup(opcode);
        mutations += is_subdoc_mutation(opcode);
        EXPECT_FALSE(is_subdoc_lookup(opcode) && is_subdoc_mutation(opcode));
    }
    EXPECT_EQ(lookups, 3);
    EXPECT_EQ(mutations, 10);
}

}  // namespace
}  // namespace txcouchbase::protocol
