// Stands for code that is tested against the development cluster: it keeps orders.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <txcouchbase/connection.hpp>

namespace txcouchbase::test {

class Shop {
public:
    Shop(const std::string& connection_string, const std::string& user, const std::string& password)
        : cb_(io_, connection_string, {.username = user, .password = password}) {}

    void place_order(const std::string& name, const std::string& what) { finish(cb_.set(name, what)); }
    std::string order(const std::string& name) { return finish(cb_.get(name)).text(); }

private:
    /// Runs the event loop until there is a result, or throws why there is none.
    template <class R>
    R finish(Deferred<R> deferred) {
        std::optional<Outcome<R>> end;
        std::move(deferred).add_both([&end](Outcome<R> outcome) { end.emplace(std::move(outcome)); });
        while (!end) io_.run_one();
        return std::move(*end).value();
    }

    boost::asio::io_context io_;
    Connection cb_;
};

}  // namespace txcouchbase::test
