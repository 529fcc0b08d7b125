// How the arguments of operations become requests: checked, encoded, with the connection's defaults filled in.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/core.hpp"
#include "client/expiry.hpp"
#include "protocol/classic_requests.hpp"

namespace txcouchbase {

/**
 * An operation on one key, ready to be issued.
 *
 * Lifetime: key and value are views of the caller's arguments or of the core's scratch strings: issue it before the
 *           next one is made.
 * Errors:   all functions that make one throw ArgumentError and ValueFormatError, with the key.
 */
struct Call {
    protocol::Request request;
    const OperationKind& kind;
    IssueOptions options;
};

[[noreturn]] void refuse_argument(std::string_view key, std::string cause);

/// The key as it is stored.
std::string_view encode_key(Core& core, std::string_view key, const Transcoder& transcoder);
inline std::string_view stored_key(Core& core, std::string_view key, const Transcoder* transcoder) {
    return transcoder == nullptr ? key : encode_key(core, key, *transcoder);
}

Call make_store(Core& core, protocol::Opcode opcode, std::string_view key, const Encodable& value,
                const StoreOptions& options, const Transcoder* transcoder);
Call make_concatenation(Core& core, protocol::Opcode opcode, std::string_view key, const Encodable& fragment,
                        const AppendOptions& options, const Transcoder* transcoder);
/// INCREMENT or DECREMENT, as the sign of `delta` says.
Call make_count(Core& core, std::string_view key, Delta delta, const CounterOptions& options,
                const Transcoder* transcoder);
Call make_touch(Core& core, std::string_view key, const Ttl& ttl, const RequestOptions& options,
                const Transcoder* transcoder);
Call make_remove(Core& core, std::string_view key, const RemoveOptions& options,
                 const Transcoder* transcoder);

// What most connections do all day: inline.
[[gnu::always_inline]] inline Call make_get(Core& core, std::string_view key, const GetOptions& options,
                                            const Transcoder* transcoder) {
    if (transcoder != nullptr) [[unlikely]]
        key = encode_key(core, key, *transcoder);
    const ConnectionOptions& defaults = core.options();
    const IssueOptions issue{options, options.quiet.value_or(defaults.quiet),
                             options.no_format || defaults.data_passthrough};
    if (!options.ttl.is_none()) [[unlikely]]
        return {protocol::request::get_and_touch(key, expiry_of(key, options.ttl)), core.value_kind(), issue};
    return {protocol::request::get(key), core.value_kind(), issue};
}

}  // namespace txcouchbase
