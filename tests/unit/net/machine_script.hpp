// Plays scripts against a KvMachine: what is issued, written and answered, and how every operation has ended.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>

#include "tests/unit/net/frames.hpp"
#include "tests/unit/net/record.hpp"

namespace txcouchbase::net {

/// The line of the test that made a call, so that a failure is shown there.
struct Line {
    const char* file;
    int number;
    static Line here(const char* file = __builtin_FILE(), int number = __builtin_LINE()) {
        return {file, number};
    }
};

/**
 *     Script script;
 *     script.submit("a").submit("b").connect().expect_written({"a", "b"}).reply("a").expect_completed("a");
 *
 * Plays the driver too: it does what KvSession does with what the machine says.
 */
class Script : private OperationWatcher {
public:
    explicit Script(PipelineLimits limits = {});
    ~Script();
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    // What the caller does.
    Script& submit(const std::string& key, Opcode opcode = Opcode::get,
                   Duration timeout = std::chrono::milliseconds{2500}, ByteView value = {});
    Script& cancel(const std::string& key);
    Script& hold(const std::string& key, Duration timeout = std::chrono::milliseconds{2500},
                 ByteView value = {});
    Script& withdraw(const std::string& key);
    Script& resubmit(const std::string& key);
    /// Its end will be in watched().
    Script& watch(const std::string& key);
    Script& close();
    /// What the handler does that ends this operation.
    Script& at_end(const std::string& key, std::function<void()> action);
    Script& at_reply(const std::string& key, std::function<void()> action);

    // What the driver does.
    Script& dial();     ///< connected; the handshake is still to come
    Script& connect();  ///< connected, and the handshake is over
    Script& write(std::size_t most = std::numeric_limits<std::size_t>::max());
    Script& lose(errc code = errc::connection_lost,
                 const std::string& cause = "the peer closed the connection");
    /// Time passes, and deadlines with it.
    Script& pass(Duration time);

    // What the peer does.
    Script& receive(ByteView bytes, std::size_t piece = std::numeric_limits<std::size_t>::max());
    Script& reply(const std::string& key, ByteView value = {},
                  std::size_t piece = std::numeric_limits<std::size_t>::max());
    /// A temporary failure.
    Script& refuse(const std::string& key);
    /// One of several replies to a STAT.
    Script& reply_stat(const std::string& key, ByteView name, ByteView value);

    // What must be so.
    /// Writes everything, and that was exactly these frames.
    Script& expect_written(const std::vector<std::string>& keys, Line line = Line::here());
    Script& expect_pending(const std::vector<std::string>& keys, Line line = Line::here());
    Script& expect_completed(const std::string& key, ByteView value = {}, Line line = Line::here());
    Script& expect_failed(const std::string& key, errc code, Line line = Line::here());
    /// The stream failed, and its cause has these words.
    Script& expect_lost(const std::string& words, Line line = Line::here());
    Script& expect_in_flight(std::size_t count, Line line = Line::here());
    Script& expect_held(std::size_t count, Line line = Line::here());

    std::string reply_bytes(const std::string& key, ByteView value = {}) const;
    Record& record(const std::string& key);
    const std::deque<Record>& records() const { return records_; }
    /// Keys of operations of which a byte is on the wire of this connection.
    std::vector<std::string> begun() const;
    /// Whether any operation of this key is over.
    bool is_over(const std::string& key) { return record(key).ends != 0; }
    /// All bytes written on this connection behind the handshake.
    const std::string& wire() const { return wire_; }
    std::size_t unread() { return machine_->receive().unread().size(); }

    KvMachine& machine() { return *machine_; }
    OperationTable& table() { return table_; }
    TimePoint now() const { return now_; }
    /// What the machine told of watched operations: "key answered " or "key over ".
    const std::string& watched() const { return watched_; }
    /// Whether the last submit(), hold() or resubmit() was refused.
    bool was_refused() const { return was_refused_; }
    /// From now on the watcher takes back gets that were written when the connection is lost.
    void take_back_gets() { takes_back_gets_ = true; }
    bool is_lost() const { return is_lost_; }

private:
    void on_over(Operation& operation, bool was_answered) override;
    void describe_route(const Operation& operation, Timeline& timeline) const override {
        timeline.vbucket = operation.frame().vbucket();
    }
    void describe(const Operation&, TimePoint, Timeline& timeline) const override {
        timeline.retries.push_back({{}, "told by the watcher"});
    }
    std::string_view last_words(const Operation&) const override { return "go away"; }
    bool takes_back(const Operation& operation) const override {
        return takes_back_gets_ && operation.opcode == Opcode::get;
    }
    void on_taken_back(const std::vector<Operation*>& operations) override {
        for (const Operation* const operation : operations)
            watched_ += std::string{operation->frame().key()} + " taken back ";
    }
    Script& enter(const std::string& key, Opcode opcode, Duration timeout, ByteView value, Entry entry);
    void on_event(KvMachine::Event event);
    std::string offered() const;

    OperationTable table_;
    TimePoint now_{std::chrono::hours{1}};
    DeadlineWheel wheel_{table_, now_};
    std::unique_ptr<KvMachine> machine_;
    std::deque<Record> records_;
    std::string wire_;
    std::string watched_;
    bool was_refused_ = false;
    bool takes_back_gets_ = false;
    bool is_lost_ = false;
};

}  // namespace txcouchbase::net
