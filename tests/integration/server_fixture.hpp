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

    /// The loop goes before all that a test has noted its ends in, with whatever is still in flight.
    void TearDown() override { loop_.reset(); }

private:
    std::unique_ptr<boost::asio::io_context> loop_ = std::make_unique<boost::asio::io_context>(1);

protected:
    boost::asio::io_context& io = *loop_;
    Memcached server;
    TxAsyncConnection witness{io, server.url()};
};

}  // namespace txcouchbase::test
