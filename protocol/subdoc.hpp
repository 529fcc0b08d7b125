// The vocabulary of sub-document commands: flags, options and specs, and reading them from a request (PROTOCOL 2.6).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "protocol/flag_set.hpp"
#include "protocol/frame.hpp"
#include "protocol/records.hpp"

namespace txcouchbase::protocol {

enum class PathFlags : std::uint8_t {
    none = 0,
    mkdir_p = 0x01,        ///< create missing parents
    xattr = 0x04,          ///< the path is in the extended attributes
    expand_macros = 0x10,  ///< needs xattr
    binary = 0x20,         ///< needs xattr, excludes expand_macros
};
template <>
inline constexpr bool is_flag_set<PathFlags> = true;

enum class DocFlags : std::uint8_t {
    none = 0,
    mkdoc = 0x01,  ///< create a missing document
    add = 0x02,    ///< fail if the document exists; excludes mkdoc and a CAS
    access_deleted = 0x04,
    create_as_deleted = 0x08,  ///< needs mkdoc or add
    revive = 0x10,             ///< needs access_deleted, excludes create_as_deleted
    replica_read = 0x20,       ///< for lookups sent to a replica
};
template <>
inline constexpr bool is_flag_set<DocFlags> = true;

/// What a mutation says about the whole document, in its extras. Absent user flags stay as they are, but **an absent
/// expiry means 0: it clears the document's expiry**, unless the preserve_ttl framing object is there.
struct SubdocOptions {
    DocFlags doc_flags = DocFlags::none;
    std::optional<std::uint32_t> expiry = std::nullopt;
    std::optional<std::uint32_t> user_flags = std::nullopt;
};

/// One lookup in a multi-lookup. The opcode is one of the single-path lookups, or Opcode::get with an empty path for
/// the whole document.
struct LookupSpec {
    Opcode opcode = Opcode::subdoc_get;
    PathFlags path_flags = PathFlags::none;
    ByteView path = {};
};

/// One mutation in a multi-mutation. The opcode is one of the single-path mutations, or Opcode::set or Opcode::remove
/// with an empty path for the whole document.
struct MutationSpec {
    Opcode opcode = Opcode::subdoc_dict_upsert;
    PathFlags path_flags = PathFlags::none;
    ByteView path = {};
    ByteView value = {};
};

bool parse(ByteCursor& in, LookupSpec& out) noexcept;
bool parse(ByteCursor& in, MutationSpec& out) noexcept;

/// A single-path command as its server reads it.
struct SubdocRequest {
    PathFlags path_flags = PathFlags::none;
    SubdocOptions options = {};
    ByteView path = {};
    ByteView fragment = {};
};

bool is_subdoc_lookup(Opcode opcode) noexcept;
bool is_subdoc_mutation(Opcode opcode) noexcept;

/// Any single-path command. bad_extras, or bad_subdoc for a path that is longer than the value.
Read<SubdocRequest> read_subdoc(const Frame& frame) noexcept;
/// The extras of a multi-lookup or multi-mutation.
Read<SubdocOptions> read_subdoc_multi_options(const Frame& frame) noexcept;
Read<Records<LookupSpec>> read_lookup_specs(const Frame& frame) noexcept;
Read<Records<MutationSpec>> read_mutation_specs(const Frame& frame) noexcept;

}  // namespace txcouchbase::protocol
