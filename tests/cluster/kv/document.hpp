// One version of a document: key, value and metadata in one block of memory, never changed once made.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <string>

#include "protocol/bytes.hpp"
#include "protocol/datatype.hpp"

namespace txcouchbase::cluster {

using protocol::ByteView;

class Document;
/// Shared by the active copy, the replicas in the same process, the log and the views: a version is made once. The
/// count is not atomic: a cluster's machines run on one thread.
using DocumentPtr = boost::intrusive_ptr<const Document>;

/// What a version says.
struct DocumentFields {
    ByteView key = {};
    ByteView value = {};
    std::uint32_t flags = 0;
    /// UNIX seconds at which it is gone; 0 is never.
    std::uint32_t expiry = 0;
    protocol::Datatype datatype = protocol::Datatype::raw;
    bool is_deleted = false;  ///< a tombstone: it has no value
    std::uint64_t cas = 0;
    std::uint64_t seqno = 0;
    std::uint64_t revision = 0;  ///< how often this key was changed (the rev_seqno of GET_META)
};

DocumentPtr make_document(const DocumentFields& fields);

/**
 * An immutable version; made by make_document.
 *
 * Cost: one allocation of 56 bytes beyond key and value. A million documents are part of what the cluster promises to
 *       hold, so nothing here is a std::string.
 */
class Document {
public:
    ByteView key() const noexcept { return {bytes(), key_size_}; }
    ByteView value() const noexcept { return {bytes() + key_size_, value_size_}; }
    std::uint32_t flags() const noexcept { return flags_; }
    std::uint32_t expiry() const noexcept { return expiry_; }
    protocol::Datatype datatype() const noexcept { return datatype_; }
    bool is_deleted() const noexcept { return is_deleted_; }
    std::uint64_t cas() const noexcept { return cas_; }
    std::uint64_t seqno() const noexcept { return seqno_; }
    std::uint64_t revision() const noexcept { return revision_; }
    bool is_expired(std::uint32_t unix_seconds) const noexcept {
        return expiry_ != 0 && expiry_ <= unix_seconds;
    }
    /// The same, to make another version from; the views are into this one.
    DocumentFields fields() const noexcept;

private:
    friend DocumentPtr make_document(const DocumentFields& fields);
    friend void intrusive_ptr_add_ref(const Document* document) noexcept { ++document->references_; }
    friend void intrusive_ptr_release(const Document* document) noexcept {
        if (--document->references_ == 0) destroy(document);
    }

    explicit Document(const DocumentFields& fields) noexcept;
    ~Document() = default;
    static void destroy(const Document* document) noexcept;
    const char* bytes() const noexcept { return reinterpret_cast<const char*>(this + 1); }

    mutable std::uint32_t references_ = 0;
    std::uint32_t value_size_;
    std::uint32_t flags_;
    std::uint32_t expiry_;
    std::uint64_t cas_;
    std::uint64_t seqno_;
    std::uint64_t revision_;
    std::uint16_t key_size_;
    protocol::Datatype datatype_;
    bool is_deleted_;
};

/// The value as its writer meant it: inflated into `inflated` if it is kept compressed.
ByteView plain_value(const Document& document, std::string& inflated);

}  // namespace txcouchbase::cluster
