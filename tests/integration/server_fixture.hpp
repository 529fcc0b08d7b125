// A test with an event loop, a memcached, and a second connection through which to look.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/integration/loop.hpp"
#include "tests/integration/memcached.hpp"

namespace txcouchbase::test {

class ServerTest : public testing::Test {
protected:
    explicit ServerTest(MemcachedSetup setup = {}) : server(std::move(setup)) {}

    /// The end of an operation of either face.
    template <class R>
    Outcome<R> end_of(Deferred<R> operation) {
        return Ending{std::move(operation)}.await(io);
    }
    template <class R>
    Outcome<R> end_of(AsyncResult<R> operation) {
        return Ending{std::move(operation)}.await(io);
    }

    /// What is stored, as another client finds it.
    Outcome<ValueResult> stored(std::string_view key) { return end_of(witness.get(key)); }
    /// The stored bytes; "(nothing)" when there are none.
    std::string stored_bytes(std::string_view key) {
        const Outcome<ValueResult> found = stored(key);
        return found ? std::string{found->bytes()} : "(nothing)";
    }

    boost::asio::io_context io{1};
    Memcached server;
    TxAsyncConnection witness{io, server.url()};
};

}  // namespace txcouchbase::test
