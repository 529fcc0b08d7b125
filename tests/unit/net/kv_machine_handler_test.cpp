// SPDX-License-Identifier: Apache-2.0
// Handlers that call the machine from inside: it may be asked for anything, at every point where a handler runs.
#include <gtest/gtest.h>

#include "tests/unit/net/machine_script.hpp"

namespace txcouchbase::net {
namespace {

using namespace std::chrono_literals;

/// A way in which an operation "x" ends, with the others beside it in flight.
struct Ending {
    const char* name;
    std::function<void(Script&)> play;
};

/// "before" and "behind" are written around "x"; "waiting" is not.
std::vector<Ending> endings() {
    return {{"reply", [](Script& script) { script.reply("x"); }},
            {"deadline after writing", [](Script& script) { script.pass(200ms); }},
            {"cancel after writing", [](Script& script) { script.cancel("x"); }},
            {"loss", [](Script& script) { script.lose(); }},
            {"rubbish", [](Script& script) { script.receive("rubbish"); }},
            {"close", [](Script& script) { script.close(); }}};
}

/// Plays every ending with this action of the handler of "x"; then everything else must still end once.
template <class Action, class Check>
void at_every_ending(Action action, Check check) {
    for (const Ending& ending : endings()) {
        SCOPED_TRACE(ending.name);
        Script script;
        script.connect()
            .submit("before")
            .submit("x", Opcode::get, 100ms)
            .submit("behind")
            .write()
            .submit("waiting");
        int calls = 0;
        script.at_end("x", [&] {
            ++calls;
            action(script);
        });
        ending.play(script);
        EXPECT_EQ(calls, 1);
        check(script);
        // Whatever is still alive goes on to work.
        if (script.machine().state() == KvMachine::State::closed) continue;
        if (script.is_lost()) script.connect();
        script.submit("last").write().reply("last").expect_completed("last");
    }
}

TEST(KvMachineHandler, MaySubmit) {
    at_every_ending(
        [](Script& script) {
            if (script.machine().state() != KvMachine::State::closed) script.submit("new");
        },
        [](Script& script) {
            if (script.machine().state() == KvMachine::State::closed) return;
            EXPECT_EQ(script.record("new").ends, 0) << "never completed inside submit";
            if (script.is_lost()) script.connect();
            script.write().reply("new").expect_completed("new");
        });
}

TEST(KvMachineHandler, MayCancelOthersWrittenOrNot) {
    at_every_ending([](Script& script) { script.cancel("before").cancel("behind").cancel("waiting"); },
                    [](Script& script) {
                        for (const std::string key : {"before", "behind", "waiting"})
                            EXPECT_TRUE(script.is_over(key));
                        script.expect_failed("waiting",
                                             script.machine().state() == KvMachine::State::closed &&
                                                     script.record("waiting").error.rc() != errc::cancelled
                                                 ? errc::connection_closed
                                                 : errc::cancelled);
                    });
}

TEST(KvMachineHandler, MayCancelItselfInVain) {
    at_every_ending([](Script& script) { script.cancel("x"); },
                    [](Script& script) { EXPECT_EQ(script.record("x").ends, 1); });
}

TEST(KvMachineHandler, MayCloseTheMachine) {
    at_every_ending([](Script& script) { script.close(); },
                    [](Script& script) {
                        for (const std::string key : {"behind", "waiting"})
                            EXPECT_TRUE(script.is_over(key)) << key;
                        script.expect_in_flight(0);
                    });
}

TEST(KvMachineHandler, MayArmWhatIsUnwritten) {
    at_every_ending([](Script& script) { script.machine().arm_unwritten(); }, [](Script&) {});
}

TEST(KvMachineHandler, OfAnUnwrittenOperationMayDoTheSame) {
    const std::vector<std::function<void(Script&)>> actions{
        [](Script& script) { script.submit("new"); },
        [](Script& script) { script.cancel("before").cancel("behind"); },
        [](Script& script) { script.cancel("x"); }, [](Script& script) { script.close(); }};
    for (const bool by_deadline : {true, false}) {
        for (const auto& action : actions) {
            Script script;
            script.connect().submit("before").submit("x", Opcode::get, 100ms).submit("behind");
            script.at_end("x", [&] { action(script); });
            by_deadline ? script.pass(200ms) : script.cancel("x");
            script.expect_failed("x", by_deadline ? errc::timed_out : errc::cancelled);
            script.write();
            EXPECT_EQ(script.wire().find('x'), std::string::npos);
        }
    }
}

TEST(KvMachineHandler, MaySubmitAndCancelWhatItSubmittedWhileEverythingIsFailing) {
    Script script;
    script.connect();
    for (int i = 0; i < 50; ++i) {
        const std::string key = "k" + std::to_string(i);
        script.submit(key).at_end(key, [&script, key] {
            script.submit("again " + key);
            if (key.back() % 2 == 0) script.cancel("again " + key);
        });
    }
    script.write().lose().expect_in_flight(25).connect();
    std::vector<std::string> expected;
    for (int i = 1; i < 50; i += 2) expected.push_back("again k" + std::to_string(i));
    script.expect_written(expected);
}

TEST(KvMachineHandler, OfEachReplyMayActAtEveryPointOfAStat) {
    const std::vector<std::function<void(Script&)>> actions{
        [](Script& script) { script.submit("new"); }, [](Script& script) { script.cancel("other"); },
        [](Script& script) { script.cancel("s"); }, [](Script& script) { script.close(); }};
    for (std::size_t i = 0; i < actions.size(); ++i) {
        for (int at = 1; at <= 3; ++at) {
            SCOPED_TRACE("action " + std::to_string(i) + " at reply " + std::to_string(at));
            Script script;
            script.connect().submit("s", Opcode::stat).submit("other").write();
            script.at_reply("s", [&script, &actions, i, at] {
                if (script.record("s").replies == at) actions[i](script);
            });
            script.reply_stat("s", "pid", "1").reply_stat("s", "uptime", "2").reply_stat("s", {}, {});
            if (i != 3 || at == 3) {
                script.expect_completed("s", "12");
            } else {
                script.expect_failed("s", errc::connection_closed).expect_in_flight(0);
                EXPECT_EQ(script.record("s").replies, at);
            }
        }
    }
}

TEST(KvMachineHandler, ThatClosesKeepsTheRestOfTheReadRepliesFromBeingDelivered) {
    Script script;
    script.connect().submit("a").submit("b").write().at_end("a", [&script] { script.close(); });
    script.receive(script.reply_bytes("a") + script.reply_bytes("b"));
    script.expect_completed("a").expect_failed("b", errc::connection_closed);
}

}  // namespace
}  // namespace txcouchbase::net
