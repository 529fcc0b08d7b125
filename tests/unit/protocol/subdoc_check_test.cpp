// A server's judgement of sub-document commands: one case for each rule.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/subdoc_check.hpp"

#include <gtest/gtest.h>

#include "protocol/subdoc_requests.hpp"
#include "tests/unit/protocol/built_frame.hpp"

namespace txcouchbase::protocol {
namespace {

constexpr auto xattr = PathFlags::xattr;
constexpr auto macros = PathFlags::xattr | PathFlags::expand_macros;
constexpr auto upsert = Opcode::subdoc_dict_upsert;

SessionContext without(std::initializer_list<Feature> features) {
    SessionContext session;
    for (std::uint16_t code = 0; code < 64; ++code) session.features.insert(Feature{code});
    session.features.erase(Feature::collections);
    for (const Feature feature : features) session.features.erase(feature);
    return session;
}

std::string verdict(const BuiltFrame& frame, const SessionContext& session) {
    const Verdict found = check_request(frame.frame(), session);
    if (found.is_accepted()) return "accepted";
    EXPECT_EQ(found.defect, Defect::bad_subdoc) << name(found.defect);
    return std::string{name(found.status)};
}

struct Case {
    const char* rule;
    MutationSpec spec;
    std::string_view answer;
    SubdocOptions options = {};
    std::uint64_t cas = 0;
};

TEST(SubdocCheck, EveryRuleOfASinglePathCommand) {
    const std::string path1024(1024, 'p');
    const std::string path1025(1025, 'p');
    const std::string key15(15, 'x');
    const std::string path_in_key15 = key15 + "[0].a";
    const std::string key16(16, 'x');
    const auto add = DocFlags::add;
    const auto mkdoc = DocFlags::mkdoc;
    const auto deleted = DocFlags::access_deleted;
    const auto tombstone = DocFlags::create_as_deleted;
    const Case cases[] = {
        {"fits", {upsert, PathFlags::mkdir_p, "a", "1"}, "accepted"},
        {"path flag unknown", {upsert, PathFlags{0x40}, "a", "1"}, "EINVAL"},
        {"path flag of another command", {Opcode::subdoc_replace, PathFlags::mkdir_p, "a", "1"}, "EINVAL"},
        {"mandatory path flag", {Opcode::subdoc_replace_body_with_xattr, PathFlags::none, "a", ""}, "EINVAL"},
        {"mandatory path flag given", {Opcode::subdoc_replace_body_with_xattr, xattr, "a", ""}, "accepted"},
        {"doc flag unknown", {upsert, PathFlags::none, "a", "1"}, "EINVAL", {DocFlags{0x40}}},
        {"doc flag of another command", {Opcode::subdoc_delete, PathFlags::none, "a", ""}, "EINVAL", {mkdoc}},
        {"replica read of a mutation",
         {upsert, PathFlags::none, "a", "1"},
         "EINVAL",
         {DocFlags::replica_read}},
        {"add and mkdoc", {upsert, PathFlags::none, "a", "1"}, "EINVAL", {add | mkdoc}},
        {"add", {upsert, PathFlags::none, "a", "1"}, "accepted", {add}},
        {"add with CAS", {upsert, PathFlags::none, "a", "1"}, "EINVAL", {add}, 1},
        {"mkdoc with CAS", {upsert, PathFlags::none, "a", "1"}, "accepted", {mkdoc}, 1},
        {"tombstone of nothing", {upsert, xattr, "a", "1"}, "EINVAL", {tombstone}},
        {"tombstone with a body", {upsert, PathFlags::none, "a", "1"}, "EINVAL", {tombstone | mkdoc}},
        {"tombstone", {upsert, xattr, "a", "1"}, "accepted", {tombstone | mkdoc}},
        {"revive the living", {upsert, PathFlags::none, "a", "1"}, "EINVAL", {DocFlags::revive}},
        {"revive", {upsert, PathFlags::none, "a", "1"}, "accepted", {DocFlags::revive | deleted}},
        {"revive to a tombstone",
         {upsert, xattr, "a", "1"},
         "EINVAL",
         {DocFlags::revive | deleted | tombstone | mkdoc}},
        {"longest path", {upsert, PathFlags::none, path1024, "1"}, "accepted"},
        {"path too long", {upsert, PathFlags::none, path1025, "1"}, "EINVAL"},
        {"macro without xattr",
         {upsert, PathFlags::expand_macros, "a", "1"},
         "SUBDOC_XATTR_INVALID_FLAG_COMBO"},
        {"binary without xattr", {upsert, PathFlags::binary, "a", "1"}, "SUBDOC_XATTR_INVALID_FLAG_COMBO"},
        {"binary macro", {upsert, macros | PathFlags::binary, "a", "1"}, "SUBDOC_XATTR_INVALID_FLAG_COMBO"},
        {"longest xattr key", {upsert, xattr, key15, "1"}, "accepted"},
        {"longest xattr key with a path", {upsert, xattr, path_in_key15, "1"}, "accepted"},
        {"xattr key too long", {upsert, xattr, key16, "1"}, "XATTR_EINVAL"},
        {"system xattr without a name", {upsert, xattr, "_.a", "1"}, "XATTR_EINVAL"},
        {"no xattr key", {upsert, xattr, ".a", "1"}, "XATTR_EINVAL"},
        {"macro CAS", {upsert, macros, "a", R"("${Mutation.CAS}")"}, "accepted"},
        {"macro of the document", {upsert, macros, "a", R"("${$document.exptime}")"}, "accepted"},
        {"macro of the whole document", {upsert, macros, "a", R"("${$document}")"}, "accepted"},
        {"no macro", {upsert, macros, "a", "1"}, "SUBDOC_XATTR_UNKNOWN_MACRO"},
        {"macro of nothing known", {upsert, macros, "a", R"("${$x}")"}, "SUBDOC_XATTR_UNKNOWN_VATTR_MACRO"},
        {"write to a virtual xattr", {upsert, xattr, "$document.a", "1"}, "SUBDOC_XATTR_CANT_MODIFY_VATTR"},
        {"empty path", {upsert, PathFlags::none, "", "1"}, "EINVAL"},
        {"empty path that may be", {Opcode::subdoc_array_push_last, PathFlags::none, "", "1"}, "accepted"},
        {"no fragment", {upsert, PathFlags::none, "a", ""}, "EINVAL"},
        {"fragment of a removal", {Opcode::subdoc_delete, PathFlags::none, "a", "1"}, "EINVAL"},
        {"fragment of a lookup", {Opcode::subdoc_get, PathFlags::none, "a", "1"}, "EINVAL"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(verdict(built(request::subdoc_mutation("k", c.spec, c.options, c.cas)), without({})),
                  c.answer)
            << c.rule;
}

TEST(SubdocCheck, LookupsOnReplicasAndOfTheWholeArrayAreAccepted) {
    EXPECT_EQ(verdict(built(request::subdoc_lookup("k", {Opcode::subdoc_get_count, {}, ""},
                                                   DocFlags::replica_read)),
                      without({})),
              "accepted");
    EXPECT_EQ(verdict(built(request::subdoc_lookup("k", {Opcode::subdoc_get, {}, ""})), without({})),
              "EINVAL");
    EXPECT_EQ(
        verdict(built(request::subdoc_lookup("k", {Opcode::subdoc_get, xattr, "$document"})), without({})),
        "accepted");
}

TEST(SubdocCheck, FeaturesThatAreMissingAreSaid) {
    const MutationSpec plain{upsert, xattr, "a", "1"};
    EXPECT_EQ(verdict(built(request::subdoc_mutation("k", plain)), without({Feature::xattr})),
              "NOT_SUPPORTED");
    const MutationSpec macro{upsert, macros, "a", R"("${$document.CAS}")"};
    EXPECT_EQ(verdict(built(request::subdoc_mutation("k", macro)), without({Feature::subdoc_document_macro})),
              "SUBDOC_XATTR_UNKNOWN_MACRO");
}

TEST(SubdocCheck, APathLongerThanTheValueIsRefused) {
    std::string bytes;
    append_frame(bytes, {.opcode = Opcode::subdoc_get},
                 {.extras = ByteView("\0\2\0", 3), .key = "k", .value = "p"});
    EXPECT_EQ(verdict(BuiltFrame{bytes}, without({})), "EINVAL");
}

TEST(SubdocCheck, ExtrasOfNoKnownSizeAreRefusedBeforeThePath) {
    for (const Opcode opcode :
         {Opcode::subdoc_get, upsert, Opcode::subdoc_multi_lookup, Opcode::subdoc_multi_mutation})
        for (const std::size_t size : {2U, 6U, 10U, 13U}) {
            std::string bytes;
            append_frame(bytes, {.opcode = opcode},
                         {.extras = std::string(size, '\0'), .key = "k", .value = "p"});
            EXPECT_EQ(check_request(Frame{bytes}, without({})).defect, Defect::bad_extras) << size;
        }
}

std::string lookups(const std::vector<LookupSpec>& specs, DocFlags flags = DocFlags::none,
                    const SessionContext& session = without({})) {
    return verdict(built(request::subdoc_multi_lookup("k", specs, flags)), session);
}

std::string mutations(const std::vector<MutationSpec>& specs, const SubdocOptions& options = {},
                      const SessionContext& session = without({})) {
    return verdict(built(request::subdoc_multi_mutation("k", specs, options)), session);
}

TEST(SubdocCheck, OneToSixteenSpecs) {
    const LookupSpec spec{Opcode::subdoc_exists, {}, "a"};
    EXPECT_EQ(lookups({}), "SUBDOC_INVALID_COMBO");
    EXPECT_EQ(lookups(std::vector(16, spec)), "accepted");
    EXPECT_EQ(lookups(std::vector(17, spec)), "SUBDOC_INVALID_COMBO");
    EXPECT_EQ(mutations({}), "SUBDOC_INVALID_COMBO");
}

TEST(SubdocCheck, ATruncatedSpecIsFoundFirst) {
    const std::vector specs{LookupSpec{Opcode{0x77}, {}, "a"}, LookupSpec{Opcode::subdoc_get, {}, "b"}};
    std::string bytes = built(request::subdoc_multi_lookup("k", specs)).bytes();
    bytes[bytes.size() - 2] = '\2';
    EXPECT_EQ(verdict(BuiltFrame{bytes}, without({})), "EINVAL");
}

TEST(SubdocCheck, SpecsMustBeOfTheKindOfTheirCommand) {
    EXPECT_EQ(lookups({{upsert, {}, "a"}}), "SUBDOC_INVALID_COMBO");
    EXPECT_EQ(lookups({{Opcode::set, {}, ""}}), "SUBDOC_INVALID_COMBO");
    EXPECT_EQ(lookups({{Opcode{0x77}, {}, "a"}}), "SUBDOC_INVALID_COMBO");
    EXPECT_EQ(mutations({{Opcode::subdoc_get, {}, "a", ""}}), "SUBDOC_INVALID_COMBO");
    EXPECT_EQ(mutations({{Opcode::subdoc_multi_mutation, {}, "a", "1"}}), "SUBDOC_INVALID_COMBO");
}

TEST(SubdocCheck, DocFlagsMustSuitEverySpec) {
    EXPECT_EQ(mutations({{upsert, {}, "a", "1"}}, {DocFlags::mkdoc}), "accepted");
    EXPECT_EQ(mutations({{upsert, {}, "a", "1"}, {Opcode::subdoc_delete, {}, "b", ""}}, {DocFlags::mkdoc}),
              "EINVAL");
}

TEST(SubdocCheck, WholeDocumentSpecs) {
    EXPECT_EQ(lookups({{Opcode::get, {}, ""}}), "accepted");
    EXPECT_EQ(lookups({{Opcode::get, {}, "a"}}), "EINVAL");
    EXPECT_EQ(lookups({{Opcode::get, xattr, ""}}), "EINVAL");
    EXPECT_EQ(mutations({{Opcode::set, {}, "", "{}"}}, {DocFlags::mkdoc}), "accepted");
    EXPECT_EQ(mutations({{Opcode::set, {}, "", ""}}), "EINVAL");
    EXPECT_EQ(mutations({{upsert, xattr, "a", "1"}, {Opcode::remove, {}, "", ""}}), "accepted");
    EXPECT_EQ(mutations({{upsert, {}, "a", "1"}, {Opcode::remove, {}, "", ""}}), "SUBDOC_INVALID_COMBO");
    EXPECT_EQ(mutations({{Opcode::remove, {}, "", ""}, {upsert, {}, "a", "1"}}), "SUBDOC_INVALID_COMBO");
}

TEST(SubdocCheck, XattrsComeFirst) {
    EXPECT_EQ(lookups({{Opcode::subdoc_get, xattr, "a"}, {Opcode::subdoc_get, {}, "b"}}), "accepted");
    EXPECT_EQ(lookups({{Opcode::subdoc_get, {}, "b"}, {Opcode::subdoc_get, xattr, "a"}}),
              "SUBDOC_INVALID_XATTR_ORDER");
}

TEST(SubdocCheck, SeveralXattrKeysNeedTheirFeatureUnlessTheyAreVirtual) {
    const std::vector<LookupSpec> two{{Opcode::subdoc_get, xattr, "a.x"}, {Opcode::subdoc_get, xattr, "b.x"}};
    const std::vector<LookupSpec> one{{Opcode::subdoc_get, xattr, "a.x"},
                                      {Opcode::subdoc_get, xattr, "$document"},
                                      {Opcode::subdoc_get, xattr, "a.y"}};
    const SessionContext old = without({Feature::subdoc_multiple_xattr_keys});
    EXPECT_EQ(lookups(two), "accepted");
    EXPECT_EQ(lookups(two, DocFlags::none, old), "SUBDOC_XATTR_INVALID_KEY_COMBO");
    EXPECT_EQ(lookups(one, DocFlags::none, old), "accepted");
}

}  // namespace
}  // namespace txcouchbase::protocol
