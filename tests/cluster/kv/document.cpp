// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/kv/document.hpp"

#include <new>

#include "protocol/snappy.hpp"

namespace txcouchbase::cluster {

Document::Document(const DocumentFields& fields) noexcept
    : value_size_(static_cast<std::uint32_t>(fields.value.size())),
      flags_(fields.flags),
      expiry_(fields.expiry),
      cas_(fields.cas),
      seqno_(fields.seqno),
      revision_(fields.revision),
      key_size_(static_cast<std::uint16_t>(fields.key.size())),
      datatype_(fields.datatype),
      is_deleted_(fields.is_deleted) {}

DocumentFields Document::fields() const noexcept {
    return {.key = key(),
            .value = value(),
            .flags = flags_,
            .expiry = expiry_,
            .datatype = datatype_,
            .is_deleted = is_deleted_,
            .cas = cas_,
            .seqno = seqno_,
            .revision = revision_};
}

void Document::destroy(const Document* document) noexcept {
    document->~Document();
    ::operator delete(const_cast<Document*>(document));
}

DocumentPtr make_document(const DocumentFields& fields) {
    void* memory = ::operator new(sizeof(Document) + fields.key.size() + fields.value.size());
    auto* document = new (memory) Document(fields);
    char* bytes = reinterpret_cast<char*>(document + 1);
    if (!fields.key.empty()) std::memcpy(bytes, fields.key.data(), fields.key.size());
    if (!fields.value.empty())
        std::memcpy(bytes + fields.key.size(), fields.value.data(), fields.value.size());
    return DocumentPtr{document};
}

// What does not inflate was refused when it came.
ByteView plain_value(const Document& document, std::string& inflated) {
    if (!has(document.datatype(), protocol::Datatype::snappy)) return document.value();
    inflated = protocol::inflate_snappy(document.value()).value_or(std::string{});
    return inflated;
}

}  // namespace txcouchbase::cluster
