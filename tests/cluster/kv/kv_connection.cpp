// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/kv/kv_connection.hpp"

#include "protocol/frame_reader.hpp"
#include "protocol/request_check.hpp"
#include "protocol/server_push.hpp"
#include "tests/cluster/kv/commands.hpp"

namespace txcouchbase::cluster {

using protocol::Feature;
using protocol::Frame;
using protocol::Magic;

namespace {

constexpr std::size_t max_frame_of_strangers = 16'384;
constexpr std::size_t enough_answers = 4 * 1024 * 1024;

/// Which features a flexible frame may use besides being one.
bool is_framing_agreed(const protocol::RequestFraming& framing, const KvSession& session) {
    return !framing.preserve_ttl || session.has(Feature::preserve_ttl);
}

/// What a client whose user has changed may still do: log in again.
bool is_of_the_login(Opcode opcode) noexcept {
    return opcode == Opcode::hello || opcode == Opcode::sasl_list_mechs || opcode == Opcode::sasl_auth ||
           opcode == Opcode::sasl_step || opcode == Opcode::get_error_map;
}

/// Falsifies what the command answered; `before` is where its answer begins.
void falsify(const Fault& fault, std::string& out, std::size_t before, KvSession& session) {
    const std::string answer = out.substr(before);
    switch (fault.kind) {
        case FaultKind::drop_reply: out.resize(before); break;
        case FaultKind::duplicate: out += answer; break;
        case FaultKind::wrong_opaque:
            if (!answer.empty()) protocol::store_be(out.data() + before + 12, ~std::uint32_t{0});
            break;
        case FaultKind::wrong_opcode:
            if (!answer.empty()) out[before + 1] = static_cast<char>(Opcode::verbosity);
            break;
        case FaultKind::execute_and_close:
            out.resize(before);
            session.is_closing = true;
            break;
        case FaultKind::status:
        case FaultKind::close: break;  // nothing was executed
    }
}

}  // namespace

KvConnection::KvConnection(Node& node, bool is_tls) : node_(node) {
    session_.is_tls = is_tls;
}

std::size_t KvConnection::max_frame() const noexcept {
    return session_.is_authenticated() ? protocol::default_max_frame : max_frame_of_strangers;
}

void KvConnection::on_bytes(ByteView bytes, Time now, std::string& out) {
    if (session_.is_closing) return;
    is_waiting_ = false;
    // What came earlier and is incomplete makes a copy of what follows; whole frames are read where they lie.
    ByteView rest = bytes;
    std::string joined;
    if (!unread_.empty()) {
        joined = std::move(unread_);
        joined += bytes;
        unread_.clear();
        rest = joined;
    }
    const std::size_t before = out.size();
    Frame frame;
    while (!session_.is_closing) {
        if (out.size() - before >= enough_answers) {
            is_waiting_ = !rest.empty();
            break;
        }
        // A reader of its own for each frame: the limit changes with the login.
        protocol::FrameReader reader{protocol::Receiver::server, max_frame()};
        const protocol::ReadOutcome outcome = reader.next(rest, frame);
        if (outcome == protocol::ReadOutcome::need_more) break;
        if (outcome == protocol::ReadOutcome::failed) {
            session_.is_closing = true;
            return;
        }
        serve(frame, now, out);
        rest.remove_prefix(frame.size());
    }
    unread_ = rest;
}

void KvConnection::serve(const Frame& frame, Time now, std::string& out) {
    Exchange exchange{frame, session_, node_, node_.moment(now), out};
    const protocol::SessionContext context{.is_authenticated = session_.is_authenticated(),
                                           .is_config_only_bucket = session_.has_only_config,
                                           .features = session_.features};
    const protocol::Verdict verdict = protocol::check_request(frame, context);
    if (frame.magic() == Magic::server_response) return;  // a word about one of our pushes
    if (frame.magic() == Magic::server_request) {
        const bool is_known = verdict.status == Status::not_supported;
        protocol::append_response(out,
                                  {.magic = is_known ? Magic::server_response : Magic::client_response,
                                   .opcode = frame.opcode(),
                                   .status = verdict.status},
                                  frame.opaque());
        return;
    }
    if (verdict.defect == protocol::Defect::wrong_direction) {
        session_.is_closing = true;
        return;
    }
    const CommandInfo* const command = find_command(frame.opcode());
    if (command != nullptr)
        exchange.set_quiet(command->quiet == Quiet::success, command->quiet == Quiet::miss);
    if (session_.is_stale && !is_of_the_login(frame.opcode())) return exchange.refuse(Status::auth_stale);
    if (!verdict.is_accepted()) return exchange.refuse(verdict.status, verdict.context());
    if (command == nullptr) return exchange.refuse(Status::unknown_command);
    if (frame.magic() == Magic::flex_request && !session_.has(Feature::alt_request)) {
        session_.is_closing = true;  // the framing was not agreed, so nothing behind it can be trusted
        return;
    }

    const std::optional<Fault> fault = node_.faults.take(frame.opcode(), session_.bucket, frame.key());
    if (fault && fault->kind == FaultKind::close) {
        session_.is_closing = true;
        return;
    }
    if (fault && fault->kind == FaultKind::status) return exchange.refuse(fault->status);
    const std::size_t before = out.size();
    run(exchange);
    if (fault) falsify(*fault, out, before, session_);
}

void KvConnection::run(Exchange& exchange) {
    if (exchange.frame.magic() == Magic::flex_request) {
        const auto framing = protocol::read_request_framing(exchange.frame.framing_extras());
        if (framing) exchange.framing = *framing;
        if (exchange.framing.durability)  // SYNC_REPLICATION is not granted
            return exchange.refuse(Status::durability_invalid_level);
        if (!is_framing_agreed(exchange.framing, session_)) return exchange.refuse(Status::not_supported);
    }
    const CommandInfo& command = *find_command(exchange.frame.opcode());
    if (command.right != Right::none && exchange.bucket() == nullptr) return;
    if (command.right == Right::read && !exchange.may_read(command.privilege)) return;
    if (command.right == Right::write && !exchange.may_write(command.privilege)) return;
    command.run(exchange);
}

void KvConnection::on_config(std::string_view bucket, std::string& out, bool is_repeated) {
    if (session_.is_closing || !session_.is_authenticated()) return;
    if (bucket != session_.bucket) return;
    const bool is_wanted = session_.has(Feature::clustermap_change_notification) ||
                           session_.has(Feature::clustermap_change_notification_brief);
    const ConfigText* const config = bucket.empty() ? &node_.configs.cluster() : node_.configs.bucket(bucket);
    if (!is_wanted || config == nullptr) return;
    const auto given = session_.given.find(bucket);
    if (given != session_.given.end() && given->second == config->version && !is_repeated) return;
    push(bucket, *config, out);
}

// Brief wins over full, when a client asked for both.
void KvConnection::push(std::string_view bucket, const ConfigText& config, std::string& out) {
    const bool is_brief = session_.has(Feature::clustermap_change_notification_brief);
    protocol::ConfigPush push{.version = config.version, .bucket = bucket};
    if (!is_brief) {
        push.config = config.json;
        push.datatype = session_.has(Feature::json) ? protocol::Datatype::json : protocol::Datatype::raw;
        session_.given[std::string{bucket}] = config.version;
    }
    protocol::append_request(out, protocol::request::config_push(push), {});
}

void KvConnection::on_bucket_gone(std::string_view bucket) {
    if (session_.bucket == bucket) session_.is_closing = true;
}

void KvConnection::on_user_changed(std::string_view user) {
    if (session_.user == user) session_.is_stale = true;
}

}  // namespace txcouchbase::cluster
