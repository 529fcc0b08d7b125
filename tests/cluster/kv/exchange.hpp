// One request and everything that answering it needs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
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
        : frame(request), session(client), node(on), now(at), out_(to), data_(find_data()) {}

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
    /// The document of a read command. It is inflated for who did not ask for SNAPPY.
    void answer_document(const Lookup& found, ByteView key = {});
    void answer_change(const Change& change);

    void set_quiet(bool suppresses_success, bool suppresses_miss) noexcept {
        suppresses_success_ = suppresses_success;
        suppresses_miss_ = suppresses_miss;
    }

    /// The value's plain form for plain_value(); false when it is no snappy, or too large.
    bool inflate();
    ByteView plain_value() const noexcept { return inflated_ ? ByteView{*inflated_} : frame.value(); }

    /// The selected bucket's data; refuses and returns null when there is none.
    Bucket* bucket();
    /// A memcached bucket has one copy, whatever vBucket a client names.
    bool is_memcached() const noexcept;
    /// The selected bucket is one that other nodes serve.
    bool has_only_config() const noexcept;
    /// The active copy that the request is for; refuses and returns null when it is not here.
    Vbucket* active();
    /// Tells the bucket if the copy of active() was changed: by the command, or because something has expired.
    void mark_changed();
    bool may_read() const;
    bool may_write() const;
    /// `privilege` is the server's word for what the user lacks.
    void refuse_privilege(std::string_view privilege);

private:
    void append(const protocol::Response& response);
    Bucket* find_data() const;

    std::string& out_;
    Bucket* const data_;
    Vbucket* active_ = nullptr;
    std::uint64_t seqno_before_ = 0;
    std::optional<std::string> inflated_ = {};
    bool suppresses_success_ = false;
    bool suppresses_miss_ = false;
};

}  // namespace txcouchbase::cluster
