// The words beside an error: any bytes are read, nothing is made up, and what was read, written again, reads the same.
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "fuzz/property.hpp"
#include "protocol/error_body.hpp"
#include "protocol/utf8.hpp"

using namespace txcouchbase::protocol;
using namespace txcouchbase::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView value = as_view(data, size);
    const ErrorBody body = read_error_body(value);
    if (!body.plain_text.empty()) {
        property(body.plain_text.data() == value.data() && body.plain_text.size() == size,
                 "plain text is the body itself");
        property(body.context.empty() && body.ref.empty() && body.manifest_uid.empty(),
                 "and then all there is");
        return 0;
    }
    property(size == 0 || value.starts_with('{'), "only an object holds members");
    for (const std::string& text : {body.context, body.ref, body.manifest_uid}) {
        property(is_utf8(text), "members are text");
        property(text.size() <= size, "of bytes that were there");
    }
    if (size == 0) return 0;
    const nlohmann::json again{{"error", {{"context", body.context}, {"ref", body.ref}}},
                               {"manifest_uid", body.manifest_uid}};
    const std::string bytes = again.dump();
    if (bytes.size() > 64 * 1024) return 0;  // escaped it may be longer than what is read
    const ErrorBody reread = read_error_body(bytes);
    property(reread.context == body.context && reread.ref == body.ref &&
                 reread.manifest_uid == body.manifest_uid && reread.plain_text.empty(),
             "what was read, written as JSON, reads the same");
    return 0;
}
