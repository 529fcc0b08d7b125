// SPDX-License-Identifier: Apache-2.0
#include "client/calls.hpp"

#include <txcouchbase/exceptions.hpp>

#include "client/transcoder.hpp"

namespace txcouchbase {

namespace request = protocol::request;
using protocol::Opcode;

void refuse_argument(std::string_view key, std::string cause) {
    throw_exception(Error{errc::argument, {.key = std::string{key}, .cause = std::move(cause)}});
}

std::string_view encode_key(Core& core, std::string_view key, const Transcoder& transcoder) {
    std::string& stored = core.key_scratch();
    try {
        stored = transcoder.encode_key(key);
    } catch (...) {
        throw_exception(transcoder_error(key, "the transcoder could not encode the key", Coding::encoding));
    }
    if (stored.empty())
        throw_exception(Error{errc::value_format,
                              {.key = std::string{key}, .cause = "the transcoder made an empty key of it"}});
    return stored;
}

namespace {

Encoded encode_with(Core& core, std::string_view key, const Encodable& value, Format format,
                    const Transcoder& transcoder) {
    try {
        Transcoder::Stored stored = transcoder.encode_value(value, format);
        core.scratch() = std::move(stored.bytes);
        return {core.scratch(), stored.flags, {}};
    } catch (...) {
        throw_exception(transcoder_error(key, "the transcoder could not encode the value", Coding::encoding));
    }
}

Encoded encode_value(Core& core, std::string_view key, const Encodable& value, Format format,
                     const Transcoder* transcoder) {
    if (transcoder != nullptr) return encode_with(core, key, value, format, *transcoder);
    Encoded encoded = encode(value, format, core.scratch());
    if (encoded.error) {
        ErrorDetail detail = encoded.error.detail();
        detail.key = key;
        throw_exception(Error{encoded.error.code(), std::move(detail)});
    }
    if (core.options().legacy_flags) encoded.flags &= flags::legacy_mask;
    return encoded;
}

}  // namespace

Call make_store(Core& core, Opcode opcode, std::string_view key, const Encodable& value,
                const StoreOptions& options, const Transcoder* transcoder) {
    if (opcode == Opcode::add && options.cas != 0)
        refuse_argument(key, "add takes no CAS: there is nothing to compare it with");
    const request::StoreOptions stored{.expiry = expiry_of(key, options.ttl), .cas = options.cas};
    const Format format = options.format.value_or(core.options().default_format);
    const Encoded encoded = encode_value(core, key, value, format, transcoder);
    Call call{.request = request::store(opcode, stored_key(core, key, transcoder), encoded.bytes,
                                        {.flags = encoded.flags, .expiry = stored.expiry, .cas = stored.cas}),
              .kind = core.mutation_kind(),
              .options = options};
    return call;
}

Call make_concatenation(Core& core, Opcode opcode, std::string_view key, const Encodable& fragment,
                        const AppendOptions& options, const Transcoder* transcoder) {
    if (transcoder == nullptr && options.format != Format::utf8 && options.format != Format::bytes)
        refuse_argument(key, "only utf8 and bytes can be appended or prepended");
    const Encoded encoded = encode_value(core, key, fragment, options.format, transcoder);
    return {.request = request::concatenate(opcode, stored_key(core, key, transcoder), encoded.bytes,
                                            {.cas = options.cas}),
            .kind = core.mutation_kind(),
            .options = options};
}

Call make_count(Core& core, std::string_view key, Delta delta, const CounterOptions& options,
                const Transcoder* transcoder) {
    request::CounterOptions counter{.delta = delta.magnitude()};
    if (options.initial) {
        counter.initial = *options.initial;
        counter.expiry = expiry_of(key, options.ttl);
    } else if (!options.ttl.is_none()) {
        static_cast<void>(expiry_of(key, options.ttl));  // a ttl that is wrong by itself is told first
        refuse_argument(key, "a counter's ttl needs an initial value");
    }
    const Opcode opcode = delta.is_negative() ? Opcode::decrement : Opcode::increment;
    return {.request = request::counter(opcode, stored_key(core, key, transcoder), counter),
            .kind = core.counter_kind(),
            .options = options};
}

Call make_touch(Core& core, std::string_view key, const Ttl& ttl, const RequestOptions& options,
                const Transcoder* transcoder) {
    const std::uint32_t expiry = expiry_of(key, ttl);
    return {.request = request::touch(stored_key(core, key, transcoder), expiry),
            .kind = core.touch_kind(),
            .options = {options, core.options().quiet}};
}

Call make_remove(Core& core, std::string_view key, const RemoveOptions& options,
                 const Transcoder* transcoder) {
    return {.request = request::remove(stored_key(core, key, transcoder), options.cas),
            .kind = core.mutation_kind(),
            .options = {options, options.quiet.value_or(core.options().quiet)}};
}

}  // namespace txcouchbase
