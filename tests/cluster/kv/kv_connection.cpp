// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/kv/kv_connection.hpp"

#include "protocol/frame_reader.hpp"
#include "protocol/request_check.hpp"
#include "protocol/server_push.hpp"
#include "tests/cluster/kv/commands.hpp"

namespace txcouchbase::cluster {

using protocol::Defect;
using protocol::Feature;
using protocol::Frame;
using protocol::Magic;

namespace {

constexpr std::size_t max_frame_of_strangers = 16'384;
constexpr std::size_t enough_answers = 4 * 1024 * 1024;
constexpr std::size_t most_idle_memory = 64 * 1024;

/// Only the server's own services may speak for others.
bool is_for_somebody_else(const protocol::RequestFraming& framing) noexcept {
    return !framing.impersonate_user.empty() || !framing.impersonate_privilege.empty() ||
           framing.impersonate_token;
}

/// What a client whose user has changed may still do: log in again.
bool is_of_the_login(Opcode opcode) noexcept {
    return opcode == Opcode::hello || opcode == Opcode::sasl_list_mechs || opcode == Opcode::sasl_auth ||
           opcode == Opcode::sasl_step || opcode == Opcode::get_error_map;
}

bool is_known(const std::map<std::string, protocol::ConfigVersion, std::less<>>& versions,
              std::string_view bucket, protocol::ConfigVersion version) {
    const auto found = versions.find(bucket);
    return found != versions.end() && found->second == version;
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

// Whole frames are read where they lie. What is incomplete is copied once, and grows in its place: a frame that comes
// byte by byte costs no more than its bytes.
void KvConnection::on_bytes(ByteView bytes, Time now, std::string& out) {
    if (session_.is_closing) return;
    is_waiting_ = false;
    if (unread_.empty()) {
        unread_ = serve_all(bytes, now, out);
        return;
    }
    unread_ += bytes;
    keep(serve_all(unread_, now, out));
}

/// Returns what is left: a frame that is not complete, or all that waits.
ByteView KvConnection::serve_all(ByteView bytes, Time now, std::string& out) {
    const std::size_t before = out.size();
    Frame frame;
    while (!session_.is_closing) {
        if (out.size() - before >= enough_answers) {
            is_waiting_ = !bytes.empty();
            break;
        }
        // A reader of its own for each frame: the limit changes with the login.
        protocol::FrameReader reader{protocol::Receiver::server, max_frame()};
        const protocol::ReadOutcome outcome = reader.next(bytes, frame);
        if (outcome == protocol::ReadOutcome::need_more) break;
        if (outcome == protocol::ReadOutcome::failed) {
            session_.is_closing = true;
            break;
        }
        serve(frame, now, out);
        bytes.remove_prefix(frame.size());
    }
    return bytes;
}

/// `rest` is the end of unread_. The memory of a large frame goes with the frame.
void KvConnection::keep(ByteView rest) {
    if (unread_.capacity() > most_idle_memory && rest.size() < most_idle_memory)
        unread_ = std::string{rest};
    else
        unread_.erase(0, unread_.size() - rest.size());
}

void KvConnection::serve(const Frame& frame, Time now, std::string& out) {
    Exchange exchange{frame, session_, node_, node_.moment(now), out};
    const protocol::SessionContext context{.is_authenticated = session_.is_authenticated(),
                                           .is_config_only_bucket = exchange.has_only_config(),
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
    if (verdict.defect == Defect::wrong_direction) {
        session_.is_closing = true;
        return;
    }
    const CommandInfo* const command = find_command(frame.opcode());
    if (command != nullptr)
        exchange.set_quiet(command->quiet == Quiet::success, command->quiet == Quiet::miss);
    if (session_.is_stale && !is_of_the_login(frame.opcode())) return exchange.refuse(Status::auth_stale);
    // To a stranger no command is unknown, and of one that is not known nothing can be wrong.
    if (command == nullptr && verdict.defect != Defect::not_authenticated)
        return exchange.refuse(Status::unknown_command);
    if (!verdict.is_accepted()) return exchange.refuse(verdict.status, verdict.context());
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
    run(exchange, *command);
    exchange.mark_changed();
    if (fault) falsify(*fault, out, before, session_);
}

void KvConnection::run(Exchange& exchange, const CommandInfo& command) {
    if (!exchange.inflate()) return exchange.refuse(Status::einval);
    if (exchange.frame.magic() == Magic::flex_request) {
        const auto framing = protocol::read_request_framing(exchange.frame.framing_extras());
        if (framing) exchange.framing = *framing;
        if (exchange.framing.durability)  // SYNC_REPLICATION is not granted
            return exchange.refuse(Status::durability_invalid_level);
        if (exchange.framing.preserve_ttl && !session_.has(Feature::preserve_ttl))
            return exchange.refuse(Status::not_supported);
        if (is_for_somebody_else(exchange.framing)) return exchange.refuse_privilege("Impersonate");
    }
    if (command.needs_bucket() && exchange.bucket() == nullptr) return;
    if (!command.reads.empty() && !exchange.may_read()) return exchange.refuse_privilege(command.reads);
    if (!command.writes.empty() && !exchange.may_write()) return exchange.refuse_privilege(command.writes);
    command.run(exchange);
}

void KvConnection::on_config(std::string_view bucket, std::string& out, bool is_repeated) {
    if (session_.is_closing || !session_.is_authenticated()) return;
    if (bucket != session_.bucket) return;
    const bool is_wanted = session_.has(Feature::clustermap_change_notification) ||
                           session_.has(Feature::clustermap_change_notification_brief);
    const ConfigText* const config = bucket.empty() ? &node_.configs.cluster() : node_.configs.bucket(bucket);
    if (!is_wanted || config == nullptr) return;
    const bool has_it =
        is_known(session_.given, bucket, config->version) || is_known(session_.told, bucket, config->version);
    if (!has_it || is_repeated) push(bucket, *config, out);
}

// Brief wins over full, when a client asked for both.
void KvConnection::push(std::string_view bucket, const ConfigText& config, std::string& out) {
    const bool is_brief = session_.has(Feature::clustermap_change_notification_brief);
    protocol::ConfigPush push{.version = config.version, .bucket = bucket};
    if (!is_brief) {
        push.config = config.json;
        push.datatype = session_.has(Feature::json) ? protocol::Datatype::json : protocol::Datatype::raw;
    }
    (is_brief ? session_.told : session_.given)[std::string{bucket}] = config.version;
    protocol::append_request(out, protocol::request::config_push(push), {});
}

void KvConnection::on_bucket_gone(std::string_view bucket) {
    if (session_.bucket == bucket) session_.is_closing = true;
}

void KvConnection::on_user_changed(std::string_view user) {
    if (session_.user == user) session_.is_stale = true;
}

}  // namespace txcouchbase::cluster
