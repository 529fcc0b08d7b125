// SPDX-License-Identifier: Apache-2.0
#include "net/document_splitter.hpp"

#include <algorithm>

namespace txcouchbase::net {

DocumentSplitter::Outcome DocumentSplitter::put(ByteView& bytes) {
    if (is_complete_) text_.clear();
    is_complete_ = false;
    while (text_.size() - newlines_ <= limit_) {
        if (bytes.empty()) return Outcome::need_bytes;
        if (bytes.front() != '\n') {
            const ByteView run = bytes.substr(0, bytes.find('\n'));
            text_ += run;
            bytes.remove_prefix(run.size());
            newlines_ = 0;
            continue;
        }
        text_ += '\n';
        bytes.remove_prefix(1);
        if (++newlines_ != separator) continue;
        text_.resize(text_.size() - separator);
        newlines_ = 0;
        is_complete_ = !text_.empty();
        if (is_complete_) return Outcome::document;
    }
    return Outcome::too_long;
}

}  // namespace txcouchbase::net
