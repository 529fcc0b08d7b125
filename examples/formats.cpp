// The formats of values: JSON unless asked otherwise, text and bytes as they are.
// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/io_context.hpp>
#include <iostream>
#include <txcouchbase/connection.hpp>

using namespace txcouchbase;

// begin README
Deferred<void> show_formats(Connection cb) {
    co_await cb.set("json", "bar");  // stores "bar" with its quotes: a JSON string
    co_await cb.set("text", "bar", {.format = Format::utf8});
    co_await cb.set("raw", std::string_view("\0\x01\x02", 3), {.format = Format::bytes});
    for (const char* key : {"json", "text", "raw"}) {
        const ValueResult found = co_await cb.get(key);
        std::cout << key << ": " << found.bytes().size() << " bytes, flags " << std::hex << found.flags()
                  << std::dec << '\n';
    }
}
// end README

int main(int argc, char** argv) try {
    boost::asio::io_context io;
    Connection cb(io, argc > 1 ? argv[1] : "memcached://127.0.0.1");
    int status = 1;
    show_formats(cb)
        .add_callbacks([&] { status = 0; },
                       [](const Failure& failure) { std::cerr << "failed: " << failure.what() << '\n'; })
        .finally([&] { cb.close(); });
    io.run();
    return status;
} catch (const CouchbaseError& error) {
    std::cerr << "failed: " << error.what() << '\n';
    return 1;
}
