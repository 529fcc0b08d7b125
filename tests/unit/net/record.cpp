// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/net/record.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace txcouchbase::net {

using protocol::Frame;

namespace {

Record& record_of(const Operation& operation) {
    Record* record = nullptr;
    std::memcpy(&record, operation.completion, sizeof record);
    return *record;
}

Answer on_reply(Operation& operation, const Frame& reply, ReceiveBuffer&) {
    Record& record = record_of(operation);
    EXPECT_EQ(record.ends, 0) << record.key << " got a reply after its end";
    EXPECT_EQ(record.opaque, reply.opaque());
    EXPECT_EQ(operation.frame().key(), record.key);
    if (reply.status() == protocol::Status::etmpfail) {
        ++record.refusals;
        if (record.at_reply) record.at_reply();
        return Answer::again;
    }
    const bool is_last = operation.opcode != Opcode::stat || reply.body_size() == 0;
    ++record.replies;
    record.value += reply.value();
    if (is_last) ++record.ends;
    if (record.at_reply) record.at_reply();
    if (is_last && record.at_end) record.at_end();
    return is_last ? Answer::done : Answer::more;
}

void on_failure(Operation& operation, const Error& error) {
    Record& record = record_of(operation);
    EXPECT_EQ(record.ends, 0) << record.key << " ended twice";
    EXPECT_EQ(operation.frame().key(), record.key);
    ++record.ends;
    record.error = error;
    if (record.at_end) record.at_end();
}

constexpr OperationHandler handler{on_reply, on_failure};

}  // namespace

bool issue(OperationTable& table, KvMachine& machine, const protocol::Request& request, Duration timeout,
           Record& record, Entry entry) {
    Operation* const operation = table.acquire();
    if (operation == nullptr) return false;
    operation->handler = &handler;
    operation->opcode = request.opcode;
    operation->timeout = DeadlineWheel::ticks(timeout);
    const protocol::RequestEnvelope envelope{.opaque = operation->opaque};
    char* const room = (machine.*entry)(*operation, protocol::frame_size(request, envelope));
    if (room == nullptr) {
        table.release(*operation);
        return false;
    }
    protocol::write_request(room, request, envelope);
    record.key = request.key;
    record.operation = operation;
    record.opaque = operation->opaque;
    record.opcode = request.opcode;
    Record* const address = &record;
    std::memcpy(operation->completion, &address, sizeof address);
    return true;
}

}  // namespace txcouchbase::net
