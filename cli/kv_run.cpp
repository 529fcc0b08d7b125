// SPDX-License-Identifier: Apache-2.0
#include "cli/kv_run.hpp"

#include <boost/asio/io_context.hpp>

namespace txcouchbase::cli {

void KvReport::failed(const Failure& failure) {
    if (const auto* missing = failure.get_if<NotFoundError>(); missing != nullptr && !missing->key().empty())
        return say(exit_not_found, "there is no \"" + missing->key() + "\" on the server", missing);
    const auto* const error = failure.get_if<CouchbaseError>();
    const bool is_ours = error != nullptr && error->rc() == errc::argument;
    say(is_ours ? exit_usage : exit_failed, failure);
}

void KvReport::not_connected(const Failure& failure) {
    say(failure.check<InvalidError>() ? exit_usage : exit_no_server, failure);
}

void KvReport::say(ExitCode code, const Failure& failure) {
    const auto* const error = failure.get_if<CouchbaseError>();
    say(code, error != nullptr ? error->message() : failure.what(), error);
}

void KvReport::say(ExitCode code, std::string_view sentence, const CouchbaseError* error) {
    code_ = std::max<int>(code_, code);
    const std::string shown = printable(sentence);
    console_.err << "txcb " << verb_ << ": " << shown << '\n';
    if (error == nullptr) return;
    if (command_.explain) console_.err << error->explain();
    if (command_.json && code != exit_usage) print_line(console_.out, describe(error->error(), shown));
}

int run_on_server(const Verb& verb, const KvCommand& command, Console& console, const KvWork& work) {
    boost::asio::io_context io{1};
    KvReport report{verb, command, console};
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
