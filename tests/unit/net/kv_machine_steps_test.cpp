// SPDX-License-Identifier: Apache-2.0
// One script, interrupted at every step: by a loss, by a close, by deadlines, by cancelling everything.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/net/machine_script.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;
using Step = std::function<void(Script&)>;

std::string wide_reply(Script& script) {
    return script.reply_bytes("wide", std::string(20'000, 'w'));
}

/// All that happens in a life: waiting for a connection, writing in parts, reading in parts, several replies, a
/// second load. Every operation in it ends by its reply.
std::vector<Step> life() {
    return {
        [](Script& s) { s.submit("early"); },
        [](Script& s) { s.submit("stat", Opcode::stat); },
        [](Script& s) { s.dial(); },
        [](Script& s) { s.write(10); },
        [](Script& s) { s.write(14); },
        [](Script& s) { s.receive(reply_frame(Opcode::version, 0, "1.6.18").substr(0, 20)); },
        [](Script& s) { s.receive(reply_frame(Opcode::version, 0, "1.6.18").substr(20)); },
        [](Script& s) { s.write(12); },
        [](Script& s) { s.submit("wide", Opcode::set, 1s, std::string(6'000, 'v')); },
        [](Script& s) { s.write(50); },
        [](Script& s) { s.reply("early", "e"); },
        [](Script& s) { s.write(4'000); },
        [](Script& s) { s.write(); },
        [](Script& s) { s.reply_stat("stat", "pid", "1"); },
        [](Script& s) { s.receive(wide_reply(s).substr(0, 12)); },
        [](Script& s) { s.submit("late"); },
        [](Script& s) { s.receive(wide_reply(s).substr(12, 10'000)); },
        [](Script& s) { s.write(); },
        [](Script& s) { s.receive(wide_reply(s).substr(10'012)); },
        [](Script& s) { s.reply("late", "l"); },
        [](Script& s) { s.reply_stat("stat", {}, {}); },
    };
}

void play(Script& script, std::size_t steps) {
    const std::vector<Step> all = life();
    for (std::size_t i = 0; i < steps; ++i) all[i](script);
}

std::vector<std::string> pending_keys(const Script& script) {
    std::vector<std::string> keys;
    for (const Record& record : script.records())
        if (record.ends == 0) keys.push_back(record.key);
    return keys;
}

/// The next connection brings what is left, in order; then nothing is left.
void expect_all_well_on_the_next_connection(Script& script) {
    const std::vector<std::string> pending = pending_keys(script);
    script.connect().expect_written(pending);
    for (const std::string& key : pending) script.receive(script.reply_bytes(key)).expect_completed(key, {});
    script.expect_in_flight(0);
}

TEST(KvMachineSteps, UninterruptedEveryOperationCompletes) {
    Script script;
    play(script, life().size());
    script.expect_completed("early", "e").expect_completed("stat", "1").expect_completed("late", "l");
    script.expect_completed("wide", std::string(20'000, 'w')).expect_in_flight(0);
}

TEST(KvMachineSteps, ALossAtEveryStepFailsTheBegunOperationsAndNoOther) {
    for (std::size_t at = 0; at <= life().size(); ++at) {
        SCOPED_TRACE("after step " + std::to_string(at));
        Script script;
        play(script, at);
        // Until the handshake is over the wire holds nothing but its frame, which has no key.
        const std::vector<std::string> begun = script.begun();
        const std::vector<std::string> pending = pending_keys(script);
        script.lose();
        for (const std::string& key : pending) {
            if (std::find(begun.begin(), begun.end(), key) != begun.end())
                script.expect_failed(key, errc::connection_lost);
            else
                script.expect_pending({key});
        }
        expect_all_well_on_the_next_connection(script);
    }
}

TEST(KvMachineSteps, RubbishAtEveryStepEndsTheConnectionAndTheNextWorks) {
    for (std::size_t at = 3; at <= life().size(); ++at) {
        SCOPED_TRACE("after step " + std::to_string(at));
        Script script;
        play(script, at);
        // Enough to fill whatever frame is half received; what follows cannot be one.
        script.receive(std::string(100'000, '\x7f'));
        EXPECT_TRUE(script.is_lost());
        expect_all_well_on_the_next_connection(script);
    }
}

TEST(KvMachineSteps, ClosingAtEveryStepFailsWhatIsPending) {
    for (std::size_t at = 0; at <= life().size(); ++at) {
        SCOPED_TRACE("after step " + std::to_string(at));
        Script script;
        play(script, at);
        const std::vector<std::string> pending = pending_keys(script);
        script.close().expect_in_flight(0);
        for (const std::string& key : pending) script.expect_failed(key, errc::connection_closed);
    }
}

/// Ends everything pending at a step in this way, then lets the script go on as if nothing were: late replies come.
template <class End>
void end_early_at_every_step(End end, errc code) {
    for (std::size_t at = 0; at <= life().size(); ++at) {
        SCOPED_TRACE("after step " + std::to_string(at));
        Script script;
        play(script, at);
        // Before the first connection is up operations have no deadline; there the way to end them must be another.
        const std::vector<std::string> begun = script.begun();
        const std::vector<std::string> pending = pending_keys(script);
        end(script, pending);
        std::size_t kept = 0;
        for (const std::string& key : pending) {
            script.expect_failed(key, code);
            if (std::find(begun.begin(), begun.end(), key) != begun.end()) ++kept;
        }
        script.expect_in_flight(kept);
        script.lose().expect_in_flight(0);
        expect_all_well_on_the_next_connection(script);
    }
}

TEST(KvMachineSteps, CancellingEverythingAtEveryStepKeepsTheSlotsOfWhatWasBegun) {
    end_early_at_every_step(
        [](Script& script, const std::vector<std::string>& keys) {
            for (const std::string& key : keys) script.cancel(key);
        },
        errc::cancelled);
}

TEST(KvMachineSteps, DeadlinesAtEveryStepKeepTheSlotsOfWhatWasBegun) {
    end_early_at_every_step(
        [](Script& script, const std::vector<std::string>&) {
            script.machine().arm_unwritten();  // also before the first connection
            script.pass(1h);
        },
        errc::timed_out);
}

/// Plays the whole script, in which one operation is cancelled at a step; whether it was pending then.
bool play_with_one_cancelled(Script& script, const std::string& victim, std::size_t at) {
    const std::vector<Step> steps = life();
    bool is_cancelled = false;
    bool was_begun = false;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (i == at && std::ranges::count(pending_keys(script), victim) == 1) {
            is_cancelled = true;
            was_begun = std::ranges::count(script.begun(), victim) == 1;
            script.cancel(victim).expect_failed(victim, errc::cancelled);
        }
        // A server answers no request that it did not get: then its steps are not played.
        const bool is_unasked = is_cancelled && !was_begun;
        if (!is_unasked) steps[i](script);
    }
    return is_cancelled && was_begun;
}

TEST(KvMachineSteps, CancellingOneOperationAtEveryStepHarmsNoOther) {
    const std::vector<std::string> keys{"early", "stat", "wide", "late"};
    int cancelled = 0;
    for (const std::string& victim : keys) {
        for (std::size_t at = 0; at <= life().size(); ++at) {
            SCOPED_TRACE(victim + " after step " + std::to_string(at));
            Script script;
            if (!play_with_one_cancelled(script, victim, at)) continue;
            ++cancelled;
            for (const std::string& key : keys) {
                if (key == victim) continue;
                EXPECT_EQ(script.record(key).ends, 1) << key;
                EXPECT_FALSE(script.record(key).error) << key;
            }
            script.expect_in_flight(0);
            EXPECT_GT(script.machine().late_replies(), 0U);
        }
    }
    EXPECT_GT(cancelled, 20);
}

}  // namespace
}  // namespace txcouchbase::net
