// SPDX-License-Identifier: Apache-2.0
#include "protocol/subdoc_check.hpp"

#include "protocol/subdoc.hpp"

namespace txcouchbase::protocol {
namespace {

constexpr std::size_t max_path = 1024;
constexpr std::size_t max_specs = 16;
constexpr std::size_t max_xattr_key = 15;

enum class PathRule : std::uint8_t { required, optional, none };

/// One row of the specification's table.
struct SpecRule {
    Opcode opcode;
    bool is_mutation;
    PathRule path;
    bool takes_value;
    PathFlags path_flags;
    DocFlags doc_flags;

    /// The whole-document commands, which exist only as specs.
    bool is_whole_document() const noexcept { return path == PathRule::none; }
};

constexpr auto xattr = PathFlags::xattr;
constexpr auto binary = PathFlags::xattr | PathFlags::binary;
constexpr auto macro = PathFlags::xattr | PathFlags::expand_macros;
constexpr auto mkdir_p = PathFlags::mkdir_p;

constexpr auto lookup_doc = DocFlags::access_deleted | DocFlags::revive | DocFlags::replica_read;
constexpr auto delete_doc = DocFlags::access_deleted | DocFlags::revive;
constexpr auto replace_doc = delete_doc | DocFlags::add;
constexpr auto insert_doc = replace_doc | DocFlags::create_as_deleted;
constexpr auto create_doc = insert_doc | DocFlags::mkdoc;

using enum PathRule;
constexpr SpecRule spec_rules[] = {
    {Opcode::subdoc_get, false, required, false, binary, lookup_doc},
    {Opcode::subdoc_exists, false, required, false, xattr, lookup_doc},
    {Opcode::subdoc_get_count, false, optional, false, xattr, lookup_doc},
    {Opcode::subdoc_dict_add, true, required, true, mkdir_p | macro | binary, create_doc},
    {Opcode::subdoc_dict_upsert, true, required, true, mkdir_p | macro | binary, create_doc},
    {Opcode::subdoc_delete, true, required, false, xattr, delete_doc},
    {Opcode::subdoc_replace, true, required, true, macro | binary, replace_doc},
    {Opcode::subdoc_array_push_last, true, optional, true, mkdir_p | macro, create_doc},
    {Opcode::subdoc_array_push_first, true, optional, true, mkdir_p | macro, create_doc},
    {Opcode::subdoc_array_insert, true, required, true, macro, insert_doc},
    {Opcode::subdoc_array_add_unique, true, optional, true, mkdir_p | xattr, create_doc},
    {Opcode::subdoc_counter, true, required, true, mkdir_p | xattr, create_doc},
    {Opcode::subdoc_replace_body_with_xattr, true, required, false, binary, delete_doc},
    {Opcode::get, false, none, false, PathFlags::none, lookup_doc},
    {Opcode::set, true, none, true, PathFlags::none, DocFlags::mkdoc | DocFlags::add},
    {Opcode::remove, true, none, false, PathFlags::none, delete_doc},
};

const SpecRule* rule_of_spec(Opcode opcode) noexcept {
    for (const SpecRule& rule : spec_rules)
        if (rule.opcode == opcode) return &rule;
    return nullptr;
}

/// One spec, or a single-path command; a lookup has no value.
using Spec = MutationSpec;
Spec as_spec(const LookupSpec& lookup) noexcept {
    return {lookup.opcode, lookup.path_flags, lookup.path, {}};
}
const Spec& as_spec(const MutationSpec& mutation) noexcept {
    return mutation;
}

Verdict refuse(Status status = Status::einval) noexcept {
    return {Defect::bad_subdoc, status};
}

Verdict check_path_flags(const SpecRule& rule, PathFlags flags) noexcept {
    if (!is_within(flags, rule.path_flags)) return refuse();
    const bool needs_xattr = rule.opcode == Opcode::subdoc_replace_body_with_xattr;
    return needs_xattr && !has(flags, PathFlags::xattr) ? refuse() : Verdict{};
}

Verdict check_doc_flags(const SpecRule& rule, const Spec& spec, DocFlags flags, std::uint64_t cas) noexcept {
    if (!is_within(flags, rule.doc_flags)) return refuse();
    const bool makes_document = has(flags, DocFlags::mkdoc | DocFlags::add);
    if (has(flags, DocFlags::add) && (has(flags, DocFlags::mkdoc) || cas != 0)) return refuse();
    if (has(flags, DocFlags::create_as_deleted) &&
        (!makes_document || !has(spec.path_flags, PathFlags::xattr)))
        return refuse();
    if (has(flags, DocFlags::revive) &&
        (!has(flags, DocFlags::access_deleted) || has(flags, DocFlags::create_as_deleted)))
        return refuse();
    return {};
}

ByteView xattr_key(ByteView path) noexcept {
    return path.substr(0, path.find_first_of(".["));
}

bool is_virtual(ByteView key) noexcept {
    return key.starts_with('$');
}

bool is_legal_xattr_key(ByteView key) noexcept {
    const bool has_prefix = key.starts_with('_') || is_virtual(key);
    return key.size() >= (has_prefix ? 2U : 1U) && key.size() <= max_xattr_key;
}

Verdict check_macro(ByteView fragment, const SessionContext& session) noexcept {
    for (const ByteView known :
         {R"("${Mutation.CAS}")", R"("${Mutation.seqno}")", R"("${Mutation.value_crc32c}")"})
        if (fragment == known) return {};
    if (!session.features.contains(Feature::subdoc_document_macro))
        return refuse(Status::subdoc_xattr_unknown_macro);
    if (fragment.starts_with(R"("${$document.)") || fragment == R"("${$document}")") return {};
    return refuse(fragment.starts_with(R"("${$)") ? Status::subdoc_xattr_unknown_vattr_macro
                                                  : Status::subdoc_xattr_unknown_macro);
}

Verdict check_xattr(const SpecRule& rule, const Spec& spec, const SessionContext& session) noexcept {
    const bool is_binary = has(spec.path_flags, PathFlags::binary);
    const bool has_macros = has(spec.path_flags, PathFlags::expand_macros);
    if (!has(spec.path_flags, PathFlags::xattr))
        return is_binary || has_macros ? refuse(Status::subdoc_xattr_invalid_flag_combo) : Verdict{};
    if (is_binary && has_macros) return refuse(Status::subdoc_xattr_invalid_flag_combo);
    if (!session.features.contains(Feature::xattr)) return refuse(Status::not_supported);
    const ByteView key = xattr_key(spec.path);
    // An empty path is the next rule's.
    if (!spec.path.empty() && !is_legal_xattr_key(key)) return refuse(Status::xattr_einval);
    if (has_macros)
        if (const Verdict v = check_macro(spec.value, session); !v.is_accepted()) return v;
    const bool writes_key = rule.is_mutation && rule.opcode != Opcode::subdoc_replace_body_with_xattr;
    if (writes_key && is_virtual(key)) return refuse(Status::subdoc_xattr_cant_modify_vattr);
    return {};
}

Verdict check_presence(const SpecRule& rule, const Spec& spec) noexcept {
    if (rule.path == PathRule::required && spec.path.empty()) return refuse();
    if (rule.path == PathRule::none && !spec.path.empty()) return refuse();
    return rule.takes_value == spec.value.empty() ? refuse() : Verdict{};
}

Verdict check_spec(const SpecRule& rule, const Spec& spec, DocFlags doc_flags, std::uint64_t cas,
                   const SessionContext& session) noexcept {
    if (const Verdict v = check_path_flags(rule, spec.path_flags); !v.is_accepted()) return v;
    if (const Verdict v = check_doc_flags(rule, spec, doc_flags, cas); !v.is_accepted()) return v;
    if (spec.path.size() > max_path) return refuse();
    if (const Verdict v = check_xattr(rule, spec, session); !v.is_accepted()) return v;
    return check_presence(rule, spec);
}

/// What the specs of one command owe each other: extended attributes first and all of one key, and nothing beside the
/// removal of the whole body.
class SpecOrder {
public:
    explicit SpecOrder(const SessionContext& session) noexcept
        : any_keys_(session.features.contains(Feature::subdoc_multiple_xattr_keys)) {}

    Verdict add(const Spec& spec) noexcept {
        return has(spec.path_flags, PathFlags::xattr) ? add_xattr(spec) : add_body(spec);
    }

private:
    Verdict add_xattr(const Spec& spec) noexcept {
        if (body_specs_ != 0) return refuse(Status::subdoc_invalid_xattr_order);
        const ByteView key = xattr_key(spec.path);
        // Virtual attributes such as $document go with any key.
        if (any_keys_ || is_virtual(key)) return {};
        if (!key_.empty() && key != key_) return refuse(Status::subdoc_xattr_invalid_key_combo);
        key_ = key;
        return {};
    }
    Verdict add_body(const Spec& spec) noexcept {
        ++body_specs_;
        removes_document_ = removes_document_ || spec.opcode == Opcode::remove;
        return removes_document_ && body_specs_ > 1 ? refuse(Status::subdoc_invalid_combo) : Verdict{};
    }

    ByteView key_;
    int body_specs_ = 0;
    bool any_keys_;
    bool removes_document_ = false;
};

template <class T>
Verdict check_specs(const Frame& frame, const SessionContext& session) noexcept {
    constexpr bool wants_mutations = std::is_same_v<T, MutationSpec>;
    const auto specs = read_records<T>(frame.value(), Defect::bad_subdoc);
    if (!specs) return refuse();
    if (specs->empty() || specs->count() > max_specs) return refuse(Status::subdoc_invalid_combo);

    const auto options = read_subdoc_multi_options(frame);
    if (!options) return {options.defect(), Status::einval};
    SpecOrder order{session};
    for (const T& item : *specs) {
        const Spec& spec = as_spec(item);
        const SpecRule* rule = rule_of_spec(spec.opcode);
        if (rule == nullptr || rule->is_mutation != wants_mutations)
            return refuse(Status::subdoc_invalid_combo);
        if (const Verdict v = check_spec(*rule, spec, options->doc_flags, frame.cas(), session);
            !v.is_accepted())
            return v;
        if (const Verdict v = order.add(spec); !v.is_accepted()) return v;
    }
    return {};
}

}  // namespace

Verdict subdoc_rule(const Frame& frame, const SessionContext& session) noexcept {
    const Read<SubdocRequest> request = read_subdoc(frame);
    if (!request) return {request.defect(), Status::einval};
    const Spec spec{frame.opcode(), request->path_flags, request->path, request->fragment};
    return check_spec(*rule_of_spec(frame.opcode()), spec, request->options.doc_flags, frame.cas(), session);
}

Verdict subdoc_multi_lookup_rule(const Frame& frame, const SessionContext& session) noexcept {
    return check_specs<LookupSpec>(frame, session);
}

Verdict subdoc_multi_mutation_rule(const Frame& frame, const SessionContext& session) noexcept {
    return check_specs<MutationSpec>(frame, session);
}

}  // namespace txcouchbase::protocol
