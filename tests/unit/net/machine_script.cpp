// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/net/machine_script.hpp"

#include <algorithm>
#include <array>

#include "net/memcached_handshake.hpp"

namespace txcouchbase::net {

using protocol::Frame;

namespace {

/// The keys of the requests in a stream; the last may be incomplete behind its header.
std::vector<std::string> keys_in(ByteView stream) {
    std::vector<std::string> keys;
    while (stream.size() >= protocol::header_size) {
        const std::size_t size =
            protocol::header_size + Frame{stream.substr(0, protocol::header_size)}.body_size();
        if (stream.size() < size) break;
        const Frame frame{stream.substr(0, size)};
        EXPECT_EQ(frame.magic(), protocol::Magic::client_request) << "what is written is no stream of frames";
        if (frame.magic() != protocol::Magic::client_request) break;
        keys.emplace_back(frame.key());
        stream.remove_prefix(size);
    }
    return keys;
}

std::string listed(const std::vector<std::string>& keys) {
    std::string all;
    for (const std::string& key : keys) all += key + ' ';
    return all;
}

}  // namespace

Script::Script(PipelineLimits limits)
    : machine_(std::make_unique<KvMachine>(table_, wheel_, std::uint8_t{0}, "node:11210", limits,
                                           std::make_unique<MemcachedHandshake>(),
                                           static_cast<OperationWatcher*>(this))) {}

// Whatever a script did: when the machine is closed every operation has ended exactly once, and its slot is free.
Script::~Script() {
    machine_->close(Error{errc::object_destroyed});
    for (const Record& record : records_) EXPECT_EQ(record.ends, 1) << record.key;
    EXPECT_EQ(machine_->in_flight(), 0U);
    EXPECT_EQ(machine_->held().used().operations, 0U);
    EXPECT_EQ(machine_->held().used().bytes, 0U);
    EXPECT_EQ(machine_->pipeline().used().bytes, 0U);
    EXPECT_EQ(table_.in_use(), 0U);
    EXPECT_EQ(wheel_.next_expiry(), std::nullopt);
}

Script& Script::submit(const std::string& key, Opcode opcode, Duration timeout, ByteView value) {
    return enter(key, opcode, timeout, value, &KvMachine::submit);
}

Script& Script::hold(const std::string& key, Duration timeout, ByteView value) {
    return enter(key, Opcode::get, timeout, value, &KvMachine::hold);
}

Script& Script::enter(const std::string& key, Opcode opcode, Duration timeout, ByteView value, Entry entry) {
    wheel_.set_now(now_);
    Record& record = records_.emplace_back();
    const protocol::Request request{.opcode = opcode, .key = key, .value = value};
    was_refused_ = !issue(table_, *machine_, request, timeout, record, entry);
    if (was_refused_) records_.pop_back();
    return *this;
}

Script& Script::cancel(const std::string& key) {
    Record& cancelled = record(key);
    // A handle knows its operation by the opaque: what is over is not touched any more.
    if (table_.find(cancelled.opaque) == cancelled.operation) machine_->cancel(*cancelled.operation);
    return *this;
}

Script& Script::withdraw(const std::string& key) {
    machine_->withdraw(*record(key).operation);
    return *this;
}

Script& Script::resubmit(const std::string& key) {
    was_refused_ = !machine_->resubmit(*record(key).operation);
    return *this;
}

Script& Script::watch(const std::string& key) {
    record(key).operation->traits.is_watched = true;
    return *this;
}

void Script::on_over(Operation& operation, bool was_answered) {
    EXPECT_FALSE(operation.traits.is_watched);
    watched_ += std::string{operation.frame().key()} + (was_answered ? " answered " : " over ");
}

Script& Script::close() {
    machine_->close(Error{errc::connection_closed, {.cause = "close() was called"}});
    return *this;
}

Script& Script::at_end(const std::string& key, std::function<void()> action) {
    record(key).at_end = std::move(action);
    return *this;
}

Script& Script::at_reply(const std::string& key, std::function<void()> action) {
    record(key).at_reply = std::move(action);
    return *this;
}

Script& Script::dial() {
    wire_.clear();
    is_lost_ = false;
    wheel_.set_now(now_);
    machine_->on_connected(now_);
    return *this;
}

Script& Script::connect() {
    dial();
    EXPECT_EQ(offered(), request_frame({}, 0, {}, Opcode::version));
    machine_->on_written(offered().size(), now_);
    return receive(reply_frame(Opcode::version, 0, "1.6.18"));
}

std::string Script::offered() const {
    std::array<ByteView, 64> pieces;
    const std::size_t count = machine_->gather(pieces);
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += pieces[i];
    EXPECT_EQ(all.empty(), !machine_->has_unwritten());
    return all;
}

Script& Script::write(std::size_t most) {
    while (machine_->has_unwritten() && most != 0) {
        const std::string bytes = offered().substr(0, most);
        if (bytes.empty()) break;
        machine_->on_written(bytes.size(), now_);
        wire_ += bytes;
        most -= bytes.size();
    }
    return *this;
}

Script& Script::lose(errc code, const std::string& cause) {
    is_lost_ = true;
    machine_->on_closed(Error{code, {.node = machine_->node(), .cause = cause}});
    return *this;
}

Script& Script::pass(Duration time) {
    now_ += time;
    wheel_.set_now(now_);
    while (Operation* const operation = wheel_.expire(now_)) machine_->on_deadline(*operation);
    return *this;
}

Script& Script::receive(ByteView bytes, std::size_t piece) {
    while (!bytes.empty() && !is_lost_ && machine_->state() != KvMachine::State::closed) {
        const std::span<char> room = machine_->receive().prepare();
        const std::size_t count = std::min({bytes.size(), piece, room.size()});
        bytes.copy(room.data(), count);
        bytes.remove_prefix(count);
        machine_->receive().commit(count);
        wheel_.set_now(now_);
        on_event(machine_->on_bytes(now_));
    }
    return *this;
}

void Script::on_event(KvMachine::Event event) {
    if (event == KvMachine::Event::came_up) {
        machine_->arm_unwritten();
        event = machine_->on_bytes(now_);
    }
    if (event != KvMachine::Event::failed) return;
    is_lost_ = true;
    machine_->on_closed(machine_->error());
}

std::string Script::reply_bytes(const std::string& key, ByteView value) const {
    for (auto at = records_.rbegin(); at != records_.rend(); ++at)
        if (at->key == key) return reply_frame(at->opcode, at->opaque, value);
    ADD_FAILURE() << "no operation " << key;
    return {};
}

Script& Script::reply(const std::string& key, ByteView value, std::size_t piece) {
    return receive(reply_bytes(key, value), piece);
}

Script& Script::refuse(const std::string& key) {
    const Record& refused = record(key);
    return receive(reply_frame(refused.opcode, refused.opaque, {}, Status::etmpfail));
}

Script& Script::reply_stat(const std::string& key, ByteView name, ByteView value) {
    return receive(reply_frame(Opcode::stat, record(key).opaque, value, Status::success, name));
}

Record& Script::record(const std::string& key) {
    for (auto at = records_.rbegin(); at != records_.rend(); ++at)
        if (at->key == key) return *at;
    ADD_FAILURE() << "no operation " << key;
    return records_.emplace_back();
}

std::vector<std::string> Script::begun() const {
    // What is offered next continues the frame that the wire ends in.
    const std::string all = wire_ + (machine_->state() == KvMachine::State::up ? offered() : "");
    std::vector<std::string> keys;
    std::size_t at = 0;
    for (const std::string& key : keys_in(all)) {
        if (at >= wire_.size()) break;
        keys.push_back(key);
        at += protocol::header_size + protocol::load_be<std::uint32_t>(all.data() + at + 8);
    }
    return keys;
}

Script& Script::expect_written(const std::vector<std::string>& keys, Line line) {
    const std::size_t before = wire_.size();
    write();
    const std::vector<std::string> written = keys_in(ByteView{wire_}.substr(before));
    if (written != keys)
        ADD_FAILURE_AT(line.file, line.number)
            << "written: " << listed(written) << "\nexpected: " << listed(keys);
    return *this;
}

Script& Script::expect_pending(const std::vector<std::string>& keys, Line line) {
    for (const std::string& key : keys)
        if (record(key).ends != 0) ADD_FAILURE_AT(line.file, line.number) << key << " is over";
    return *this;
}

Script& Script::expect_completed(const std::string& key, ByteView value, Line line) {
    const Record& done = record(key);
    if (done.ends != 1 || done.replies == 0)
        ADD_FAILURE_AT(line.file, line.number)
            << key << " did not complete; it ended " << done.ends << " times: " << done.error.message();
    else if (done.value != value)
        ADD_FAILURE_AT(line.file, line.number) << key << " has the value " << done.value;
    return *this;
}

Script& Script::expect_failed(const std::string& key, errc code, Line line) {
    const Record& failed = record(key);
    if (failed.ends != 1 || !failed.error || failed.error.rc() != code)
        ADD_FAILURE_AT(line.file, line.number)
            << key << " ended " << failed.ends << " times, with: " << failed.error.message();
    else if (failed.error.detail().node != "node:11210" || failed.error.detail().key != key)
        ADD_FAILURE_AT(line.file, line.number) << "does not tell node and key: " << failed.error.message();
    return *this;
}

Script& Script::expect_lost(const std::string& words, Line line) {
    const Error& error = machine_->error();
    if (!is_lost_ || error.detail().cause.find(words) == std::string::npos)
        ADD_FAILURE_AT(line.file, line.number)
            << "the stream is " << (is_lost_ ? "lost: " : "well: ") << error.message();
    else if (error.detail().node != "node:11210")
        ADD_FAILURE_AT(line.file, line.number) << "does not tell the node: " << error.message();
    return *this;
}

Script& Script::expect_in_flight(std::size_t count, Line line) {
    if (machine_->in_flight() != count || table_.in_use() != count)
        ADD_FAILURE_AT(line.file, line.number) << machine_->in_flight() << " in flight, " << table_.in_use()
                                               << " slots in use; expected " << count;
    return *this;
}

Script& Script::expect_held(std::size_t count, Line line) {
    const std::size_t held = machine_->held().used().operations;
    if (held != count) ADD_FAILURE_AT(line.file, line.number) << held << " held; expected " << count;
    return *this;
}

}  // namespace txcouchbase::net
