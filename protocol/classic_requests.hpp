// Builders of the classic memcached commands (PROTOCOL 2.1). Quiet variants are asked for by their opcode.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "protocol/request.hpp"

namespace txcouchbase::protocol::request {

// GET and SET are what most connections do all day, so every builder without a body of its own stays inline.

/// GET, GETQ, GETK or GETKQ.
inline Request get(ByteView key, Opcode opcode = Opcode::get) noexcept {
    return {.opcode = opcode, .key = key};
}

struct StoreOptions {
    std::uint32_t flags = 0;
    std::uint32_t expiry = 0;
    std::uint64_t cas = 0;
    Datatype datatype = Datatype::raw;
};

/// SET, ADD, REPLACE and their quiet forms. An ADD must not carry a CAS.
inline Request store(Opcode opcode, ByteView key, ByteView value, const StoreOptions& options = {}) noexcept {
    return {.opcode = opcode,
            .datatype = options.datatype,
            .cas = options.cas,
            .extras = Extras::of(options.flags, options.expiry),
            .key = key,
            .value = value};
}
inline Request set(ByteView key, ByteView value, const StoreOptions& options = {}) noexcept {
    return store(Opcode::set, key, value, options);
}

struct AppendOptions {
    std::uint64_t cas = 0;
    Datatype datatype = Datatype::raw;
};

/// APPEND, PREPEND and their quiet forms; flags and expiry of the document stay as they are.
inline Request concatenate(Opcode opcode, ByteView key, ByteView fragment,
                           const AppendOptions& options = {}) noexcept {
    return {
        .opcode = opcode, .datatype = options.datatype, .cas = options.cas, .key = key, .value = fragment};
}

/// DELETE or DELETEQ; a CAS of 0 deletes whatever is there.
inline Request remove(ByteView key, std::uint64_t cas = 0, Opcode opcode = Opcode::remove) noexcept {
    return {.opcode = opcode, .cas = cas, .key = key};
}

/// The expiry by which a counter says "fail when the key is missing".
constexpr std::uint32_t do_not_create = 0xffff'ffff;

struct CounterOptions {
    std::uint64_t delta = 1;
    std::uint64_t initial = 0;             ///< what a created counter holds: not initial + delta
    std::uint32_t expiry = do_not_create;  ///< of a created counter; an existing one keeps its own
};

/// INCREMENT, DECREMENT and their quiet forms.
inline Request counter(Opcode opcode, ByteView key, const CounterOptions& options) noexcept {
    return {
        .opcode = opcode, .extras = Extras::of(options.delta, options.initial, options.expiry), .key = key};
}

inline Request touch(ByteView key, std::uint32_t expiry) noexcept {
    return {.opcode = Opcode::touch, .extras = Extras::of(expiry), .key = key};
}
/// GAT or GATQ; with memcached.org GATK or GATKQ.
inline Request get_and_touch(ByteView key, std::uint32_t expiry, Opcode opcode = Opcode::gat) noexcept {
    return {.opcode = opcode, .extras = Extras::of(expiry), .key = key};
}

/// The answer is many frames of one opaque; the last has neither key nor value.
inline Request stat(ByteView group = {}, ByteView json_arguments = {}) noexcept {
    return {.opcode = Opcode::stat, .key = group, .value = json_arguments};
}

inline Request noop() noexcept {
    return {.opcode = Opcode::noop};
}
inline Request version() noexcept {
    return {.opcode = Opcode::version};
}
/// QUIT or QUITQ.
inline Request quit(Opcode opcode = Opcode::quit) noexcept {
    return {.opcode = opcode};
}
/// FLUSH or FLUSHQ, now.
inline Request flush(Opcode opcode = Opcode::flush) noexcept {
    return {.opcode = opcode};
}
inline Request flush_after(std::uint32_t seconds, Opcode opcode = Opcode::flush) noexcept {
    return {.opcode = opcode, .extras = Extras::of(seconds)};
}
inline Request verbosity(std::uint32_t level) noexcept {
    return {.opcode = Opcode::verbosity, .extras = Extras::of(level)};
}

}  // namespace txcouchbase::protocol::request
