// SPDX-License-Identifier: Apache-2.0
#include "cli/kv_run.hpp"

#include <boost/asio/io_context.hpp>

namespace txcouchbase::cli {

void KvReport::failed(const Failure& failure) {
    if (const auto* missing = failure.get_if<NotFoundError>();
        missing != nullptr && !missing->key().empty()) {
        worsen(exit_not_found);
        return say("there is no \"" + missing->key() + "\" on the server");
    }
    const auto* const error = failure.get_if<CouchbaseError>();
    const bool is_ours = error != nullptr && error->rc() == errc::argument;
    worsen(is_ours ? exit_usage : exit_failed);
    say(failure);
}

void KvReport::not_connected(const Failure& failure) {
    worsen(failure.check<InvalidError>() ? exit_usage : exit_no_server);
    say(failure);
}

void KvReport::say(const Failure& failure) {
    const auto* const error = failure.get_if<CouchbaseError>();
    say(error != nullptr ? error->message() : failure.what());
}

void KvReport::say(std::string_view sentence) {
    err_ << "txcb " << verb_ << ": " << printable(sentence) << '\n';
}

int run_on_server(const KvVerb& verb, const KvCommand& command, Console& console, const KvWork& work) {
    boost::asio::io_context io{1};
    KvReport report{verb.name, console.err};
    try {
        Connection cb(io, command.connect, command.options);
        cb.connect()
            .add_callbacks([&] { return work(cb, report); },
                           [&](const Failure& failure) { report.not_connected(failure); })
            .add_errback([&](const Failure& failure) { report.failed(failure); })
            .finally([&] { cb.close(); });
        io.run();
    } catch (const CouchbaseError&) {
        report.not_connected(Failure::current());  // a connection string that cannot be read
    }
    return finish(verb.name, report.code(), console);
}

}  // namespace txcouchbase::cli
