// Connects for a key-value verb, runs its operations, and turns what became of them into sentences and an exit code.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <txcouchbase/connection.hpp>
#include <vector>

#include "cli/console.hpp"
#include "cli/kv_command.hpp"
#include "cli/result_json.hpp"

namespace txcouchbase::cli {

/// Says on standard error what failed, a sentence each, and remembers the worst of it as the exit code. Under --json
/// each failure is an object on standard output too, unless the command line is to blame.
class KvReport {
public:
    KvReport(const Verb& verb, const KvCommand& command, Console& console)
        : verb_(verb.name), command_(command), console_(console) {}

    /// An operation failed.
    void failed(const Failure& failure);
    /// No connection could be made, or none could be tried.
    void not_connected(const Failure& failure);

    int code() const noexcept { return code_; }

private:
    void say(ExitCode code, const Failure& failure);
    void say(ExitCode code, std::string_view sentence, const CouchbaseError* error);

    std::string_view verb_;
    const KvCommand& command_;
    Console& console_;
    int code_ = exit_ok;
};

/// The operations of a verb: started once the connection is up, done when the Deferred fires.
using KvWork = std::function<Deferred<void>(Connection& connection, KvReport& report)>;

/// Runs `work` on a connection of its own. Returns the exit code, finish() included.
int run_on_server(const Verb& verb, const KvCommand& command, Console& console, const KvWork& work);

/// What verbs show of a mutation: nothing, but its object under --json. Borrows both.
inline auto show_in_json(const KvCommand& command, Console& console) {
    return [&command, &console](const OperationResult& result) {
        if (command.json) print_line(console.out, describe(result));
    };
}

/**
 * Calls `issue(key)` for every key, and `show` with each result in the order of the keys; failures are reported.
 *
 * Lifetime: `issue` and `show` are kept; `keys` and `report` must outlive the Deferred.
 * Cost:     the results of at most 100 keys are held at a time.
 */
template <class Issue, class Show>
Deferred<void> for_each_key(std::span<const std::string_view> keys, KvReport& report, Issue issue,
                            Show show) {
    constexpr std::size_t most_in_flight = 100;
    while (!keys.empty()) {
        const auto part = keys.first(std::min(keys.size(), most_in_flight));
        keys = keys.subspan(part.size());
        std::vector<decltype(issue(part.front()))> answers;
        for (const std::string_view key : part) answers.push_back(issue(key));
        for (auto& answer : answers) {
            const auto outcome = co_await as_outcome(std::move(answer));
            if (outcome)
                show(*outcome);
            else
                report.failed(outcome.failure());
        }
    }
}

/// Runs `issue(connection, key)` for every key of the command line, and gives `show` the results.
template <class Issue, class Show>
int run_on_keys(const Verb& verb, const KvCommand& command, Console& console, Issue issue, Show show) {
    return run_on_server(verb, command, console, [&](Connection& cb, KvReport& report) {
        return for_each_key(
            command.operands, report, [&cb, issue](std::string_view key) { return issue(cb, key); }, show);
    });
}

}  // namespace txcouchbase::cli
