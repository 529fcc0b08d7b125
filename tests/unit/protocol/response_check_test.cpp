// A client's judgement of what it received: all vectors, and every way in which a layout can be wrong.
// SPDX-License-Identifier: Apache-2.0
#include "protocol/response_check.hpp"

#include <gtest/gtest.h>

#include "protocol/server_push.hpp"
#include "tests/unit/protocol/built_frame.hpp"
#include "tests/unit/protocol/test_vectors.hpp"

namespace txcouchbase::protocol {
namespace {

TEST(ResponseCheck, AcceptsEveryFrameOfTheVectorsThatAClientReceives) {
    for (const FrameVector& vector : frame_vectors()) {
        if (vector.receiver != Receiver::client) continue;
        EXPECT_EQ(name(check_response(Frame{vector.bytes})), "none") << vector.name;
    }
}

TEST(ResponseCheck, RefusesWhatOnlyServersReceive) {
    for (const FrameVector& vector : frame_vectors()) {
        if (vector.receiver != Receiver::server) continue;
        EXPECT_EQ(name(check_response(Frame{vector.bytes})), "wrong_direction") << vector.name;
    }
}

std::string zeros(std::size_t count) {
    return std::string(count, '\0');
}

struct Lie {
    Opcode opcode;
    std::string extras;
    std::string value;
    Defect defect;
    Status status = Status::success;
};

TEST(ResponseCheck, EachLayoutIsRefusedByName) {
    const std::string failure_status("\0\xc0", 2);
    const Lie lies[] = {
        {Opcode::get, "", "value", Defect::bad_extras},
        {Opcode::getkq, zeros(3), "value", Defect::bad_extras},
        {Opcode::gat, zeros(5), "value", Defect::bad_extras},
        {Opcode::memcached_gatk, zeros(0), "", Defect::bad_extras},
        {Opcode::get_locked, zeros(8), "", Defect::bad_extras},
        {Opcode::get_replica, "", "", Defect::bad_extras},
        {Opcode::getex, "", "", Defect::bad_extras},
        {Opcode::get_random_key, zeros(16), "", Defect::bad_extras},
        {Opcode::set, zeros(15), "", Defect::bad_extras},
        {Opcode::remove, zeros(17), "", Defect::bad_extras},
        {Opcode::append, zeros(4), "", Defect::bad_extras},
        {Opcode::set_with_meta, zeros(8), "", Defect::bad_extras},
        {Opcode::increment, "", zeros(7), Defect::bad_body},
        {Opcode::increment, "", zeros(9), Defect::bad_body},
        {Opcode::decrement, "", "", Defect::bad_body},
        {Opcode::decrementq, zeros(1), zeros(8), Defect::bad_extras},
        {Opcode::touch, zeros(3), "", Defect::bad_extras},
        {Opcode::touch, zeros(5), "", Defect::bad_extras},
        {Opcode::hello, "", zeros(3), Defect::bad_body},
        {Opcode::get_meta, zeros(19), "", Defect::bad_extras},
        {Opcode::get_meta, zeros(22), "", Defect::bad_extras},
        {Opcode::observe, "", zeros(12), Defect::bad_body},
        {Opcode::observe, "", zeros(14), Defect::bad_body},
        {Opcode::observe_seqno, "", "", Defect::bad_body},
        {Opcode::observe_seqno, "", zeros(26), Defect::bad_body},
        {Opcode::observe_seqno, "", zeros(28), Defect::bad_body},
        {Opcode::observe_seqno, "", "\1" + zeros(41), Defect::bad_body},
        {Opcode::observe_seqno, "", "\1" + zeros(43), Defect::bad_body},
        {Opcode::observe_seqno, "", "\2" + zeros(26), Defect::bad_body},
        {Opcode::get_failover_log, "", zeros(15), Defect::bad_body},
        {Opcode::get_all_vb_seqnos, "", zeros(11), Defect::bad_body},
        {Opcode::get_vbucket, "", zeros(3), Defect::bad_body},
        {Opcode::get_vbucket, "", zeros(5), Defect::bad_body},
        {Opcode::get_keys, "", std::string("\0\2k", 3), Defect::bad_body},
        {Opcode::collections_get_id, zeros(11), "", Defect::bad_extras},
        {Opcode::collections_get_scope_id, zeros(13), "", Defect::bad_extras},
        {Opcode::subdoc_counter, zeros(1), "1", Defect::bad_extras},
        {Opcode::subdoc_multi_lookup, "", zeros(5), Defect::bad_subdoc},
        {Opcode::subdoc_multi_lookup, "", zeros(5) + "\1", Defect::bad_subdoc},
        {Opcode::subdoc_multi_lookup, "", zeros(2) + "\xff\xff\xff\xff" + "x", Defect::bad_subdoc},
        {Opcode::subdoc_multi_mutation, "", zeros(6), Defect::bad_subdoc},
        {Opcode::subdoc_multi_mutation, "", zeros(6) + "\1", Defect::bad_subdoc},
        {Opcode::subdoc_multi_mutation, "", "\1", Defect::bad_subdoc, Status::subdoc_multi_path_failure},
        {Opcode::subdoc_multi_mutation, "", failure_status, Defect::bad_subdoc,
         Status::subdoc_multi_path_failure},
        {Opcode::subdoc_multi_mutation, "", zeros(4), Defect::bad_subdoc, Status::subdoc_multi_path_failure},
        {Opcode::range_scan_create, "", zeros(15), Defect::bad_body},
        {Opcode::range_scan_create, "", zeros(17), Defect::bad_body},
        {Opcode::range_scan_continue, "", "\1k", Defect::bad_extras},
        {Opcode::range_scan_continue, zeros(3), "", Defect::bad_extras},
        {Opcode::range_scan_continue, zeros(5), "", Defect::bad_extras, Status::range_scan_complete},
        {Opcode::range_scan_continue, zeros(3) + "\2", "", Defect::bad_extras},
        {Opcode::range_scan_continue, zeros(4), "\2k", Defect::bad_body, Status::range_scan_more},
        {Opcode::range_scan_continue, zeros(4), "\x80", Defect::bad_body},
        {Opcode::range_scan_continue, zeros(3) + "\1", zeros(26), Defect::bad_body},
        {Opcode::range_scan_continue, zeros(3) + "\1", zeros(25) + "\1k\1", Defect::bad_body},
    };
    for (const Lie& lie : lies) {
        const BuiltFrame frame = answer(lie.opcode, lie.extras, lie.value, lie.status);
        EXPECT_EQ(name(check_response(frame.frame())), name(lie.defect))
            << name(lie.opcode) << ' ' << lie.extras.size() << ' ' << lie.value.size();
    }
}

TEST(ResponseCheck, TheWordsOfAnErrorAreNotRead) {
    for (const Opcode opcode :
         {Opcode::get, Opcode::increment, Opcode::subdoc_multi_lookup, Opcode::observe_seqno})
        for (const Status status : {Status::key_enoent, Status::not_my_vbucket, Status{0x7ff0}})
            EXPECT_EQ(check_response(answer(opcode, "", "Not found", status).frame()), Defect::none);
}

TEST(ResponseCheck, ACommandNobodyKnowsIsTakenAsItComes) {
    EXPECT_EQ(check_response(answer(Opcode{0x50}, "??", "??").frame()), Defect::none);
}

TEST(ResponseCheck, DatatypeBitsBeyondTheThreeAreRefused) {
    EXPECT_EQ(check_response(built(Response{.datatype = Datatype{7}}).frame()), Defect::none);
    EXPECT_EQ(check_response(built(Response{.datatype = Datatype{8}}).frame()), Defect::bad_datatype);
}

TEST(ResponseCheck, ADamagedXattrSectionIsRefusedUnlessItIsCompressed) {
    Response response{
        .opcode = Opcode::getex, .datatype = Datatype::xattr, .extras = Extras::of(std::uint32_t{0})};
    response.value = "\xff";
    EXPECT_EQ(check_response(built(response).frame()), Defect::bad_body);
    response.datatype = Datatype::xattr | Datatype::snappy;
    EXPECT_EQ(check_response(built(response).frame()), Defect::none);
}

TEST(ResponseCheck, FramingObjectsThatOverrunAreRefusedBeforeTheBody) {
    EXPECT_EQ(check_response(built(Response{.opcode = Opcode::get}, "\x02\x01").frame()),
              Defect::bad_framing);
    EXPECT_EQ(check_response(built(Response{.opcode = Opcode::get}, "\x62\x01\x02").frame()),
              Defect::bad_extras);
}

TEST(ResponseCheck, APushMayNameItsVersionInThreeWaysOnly) {
    for (const std::size_t size : {0U, 4U, 16U, 1U, 3U, 5U, 15U, 17U}) {
        std::string bytes;
        append_frame(bytes, {.magic = Magic::server_request, .opcode = Opcode{1}}, {.extras = zeros(size)});
        const bool legal = size == 0 || size == 4 || size == 16;
        EXPECT_EQ(check_response(Frame{bytes}), legal ? Defect::none : Defect::bad_extras) << size;
    }
}

TEST(ResponseCheck, PushesOfOtherKindsAreNotRead) {
    std::string bytes;
    append_frame(bytes, {.magic = Magic::server_request, .opcode = Opcode{4}}, {.extras = zeros(3)});
    EXPECT_EQ(check_response(Frame{bytes}), Defect::none);
}

}  // namespace
}  // namespace txcouchbase::protocol
