// The thread's stock of used Chains: in steady state a Deferred costs no allocation.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace txcouchbase::detail {

class Chain;

/// Where the stock of a thread without stock points: nothing below, no room above.
inline constinit Chain* no_chains[1] = {nullptr};

/**
 * A bounded stack of chains; below the lowest lies a null. Trivial on purpose: a thread_local without constructor and
 * destructor is read in one instruction, and can still be used while other static objects die. Whoever makes a fresh
 * Chain opens the stock and thereby arranges for emptying it when the thread ends.
 */
struct ChainPool {
    Chain** top;
    Chain** end;

    void open();
    void close() noexcept;
};

inline thread_local constinit ChainPool chain_pool{no_chains + 1, no_chains + 1};

}  // namespace txcouchbase::detail
