// One request and everything that answering it needs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "protocol/framing_extras.hpp"
#include "protocol/response.hpp"
#include "tests/cluster/kv/kv_session.hpp"

namespace txcouchbase::cluster {

using protocol::Opcode;

/**
 * A request on its way through a command. A command calls answer() or refuse() at most once (STAT: for each frame);
 * the rules that hold for all answers are here: quiet commands, errors that a client without XERROR does not know, the
 * duration that TRACING adds.
 */
class Exchange {
public:
    Exchange(const protocol::Frame& request, KvSession& client, Node& on, Moment at, std::string& to)
        : frame(request), session(client), node(on), now(at), out_(to) {}

    const protocol::Frame& frame;
    KvSession& session;
    Node& node;
    const Moment now;
    /// Barriers, preserve TTL and the like, read before the command runs.
    protocol::RequestFraming framing = {};

    /// Success. What of `response` is the command's: status, datatype, CAS, extras, key, value.
    void answer(const protocol::Response& response = {});
    void answer(Status status, ByteView value) { answer({.status = status, .value = value}); }
    /// A failure, with the server's words for it, if it has any.
    void refuse(Status status, std::string_view context = {});
    /// NOT_MY_VBUCKET, with the map unless this connection has that one already.
    void refuse_vbucket();
    /// The document of a read command.
    void answer_document(const Lookup& found, bool has_key = false);
    void answer_change(const Change& change);

    bool is_quiet() const noexcept { return is_quiet_; }
    void set_quiet(bool suppresses_success, bool suppresses_miss) noexcept {
        is_quiet_ = suppresses_success || suppresses_miss;
        suppresses_success_ = suppresses_success;
        suppresses_miss_ = suppresses_miss;
    }

    /// The selected bucket's data; refuses and returns null when there is none.
    Bucket* bucket();
    /// The active copy that the request is for; refuses and returns null when it is not here.
    Vbucket* active();
    /// Tells the bucket that the copy of active() was changed.
    void mark_changed();
    /// Whether the user may; refuses when not. `privilege` is the server's word for what the command needs.
    bool may_read(std::string_view privilege);
    bool may_write(std::string_view privilege);

private:
    void append(const protocol::Response& response);
    bool has_right(bool has_it, std::string_view privilege);

    std::string& out_;
    bool is_quiet_ = false;
    bool suppresses_success_ = false;
    bool suppresses_miss_ = false;
};

}  // namespace txcouchbase::cluster
