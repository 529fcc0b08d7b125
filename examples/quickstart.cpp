// The quickstart: stores, reads, counts, meets a missing key, and pipelines 100,000 gets.
// SPDX-License-Identifier: Apache-2.0
// begin README
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <iostream>
#include <optional>
#include <txcouchbase/cluster.hpp>
#include <txcouchbase/connection.hpp>
using namespace txcouchbase;

// Keeps `window` gets in flight until `total` have been answered.
struct Pipeline {
    Connection cb;
    Resolver<void> done;
    int total = 100'000;
    int window = 1'000;
    int issued = 0;
    int answered = 0;

    void fill() {
        for (; issued < total && issued - answered < window; ++issued) {
            cb.get("greeting")
                .add_callbacks([this](const ValueResult&) { on_answer(); },
                               [this](const Failure& failure) { done.try_errback(failure); });
        }
    }
    void on_answer() {
        if (++answered % 10'000 == 0) std::cout << "\rpipelined " << answered << " gets" << std::flush;
        if (answered == total) return done.callback();
        if (issued - answered <= window / 2) fill();
    }
};

// A Couchbase cluster for tests, in this very process; or the server that is named.
Connection connect(boost::asio::io_context& io, const char* server, std::optional<cluster::Cluster>& own) {
    if (server != nullptr) return Connection(io, server);
    const cluster::Cluster& test = own.emplace(cluster::start());
    return Connection(io, test.connection_string(), {.username = test.user(), .password = test.password()});
}

int main(int /*argc*/, char** argv) try {
    boost::asio::io_context io;
    std::optional<cluster::Cluster> own;
    Connection cb = connect(io, argv[1], own);
    auto [all_answered, pipelined] = make_deferred<void>();
    Pipeline pipeline{cb, all_answered};
    std::chrono::steady_clock::time_point start;
    int status = 1;
    cb.connect()
        .add_callback([&] { return cb.set("greeting", "hello, world"); })
        .add_callback([&](const OperationResult& stored) {
            std::cout << "stored    " << stored.key() << " (CAS " << stored.cas() << ")\n";
            return cb.get("greeting");
        })
        .add_callback([&](const ValueResult& read) {
            std::cout << "read      " << read.key() << " = " << read.text() << '\n';
            return cb.incr("visits", {.delta = 1, .initial = 1});
        })
        .add_callback([&](const ValueResult& visits) {
            std::cout << "counted   " << visits.key() << " = " << visits.number() << '\n';
            return cb.get("no such key");
        })
        .add_errback([](const Failure& failure) {
            failure.trap<NotFoundError>();  // any other failure goes on to the last errback
            std::cout << "missed    " << failure.what() << '\n';
            return ValueResult{};
        })
        .add_callback([&, wait = std::move(pipelined)](const ValueResult&) mutable {
            start = std::chrono::steady_clock::now();
            pipeline.fill();
            return std::move(wait);
        })
        .add_callback([&] {
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
            std::cout << ": " << static_cast<long>(pipeline.total / took.count())
                      << " operations per second\n";
            status = 0;
        })
        .add_errback([](const Failure& failure) { std::cerr << "\nfailed: " << failure.what() << '\n'; })
        .finally([&] { cb.close(); });
    io.run();
    if (!std::cout.flush()) std::cerr << "failed: standard output cannot be written\n";
    return std::cout ? status : 1;
} catch (const std::exception& error) {  // a CouchbaseError, or a ClusterError
    std::cerr << "failed: " << error.what() << '\n';
    return 1;
}
// end README
