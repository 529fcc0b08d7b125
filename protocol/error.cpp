// SPDX-License-Identifier: Apache-2.0
#include "protocol/error.hpp"

#include <algorithm>

#include "protocol/error_table.hpp"
#include "protocol/error_words.hpp"
#include "protocol/opcode.hpp"
#include "protocol/status.hpp"

namespace txcouchbase {
namespace {

errc from_status(protocol::Status status) noexcept {
    using protocol::Status;
    switch (status) {
        case Status::success: return errc::success;
        case Status::key_enoent: return errc::not_found;
        case Status::key_eexists: return errc::key_exists;
        case Status::locked: return errc::key_exists;
        case Status::e2big: return errc::too_big;
        case Status::einval: return errc::invalid;
        case Status::not_stored: return errc::not_stored;
        case Status::delta_badval: return errc::delta_badval;
        case Status::not_my_vbucket: return errc::not_my_vbucket;
        case Status::auth_continue: return errc::auth_continue;
        case Status::auth_error:
        case Status::auth_stale:
        case Status::eaccess: return errc::auth_error;
        case Status::erange: return errc::range;
        case Status::unknown_command: return errc::unknown_command;
        case Status::enomem: return errc::no_memory;
        case Status::not_supported: return errc::not_supported;
        case Status::einternal: return errc::internal;
        case Status::ebusy: return errc::busy;
        case Status::not_locked:
        case Status::etmpfail: return errc::temporary_fail;
        default: return errc::error;
    }
}

errc from_lock_status(protocol::Status status) noexcept {
    return status == protocol::Status::locked ? errc::temporary_fail : from_status(status);
}

bool has_kind(errc code, const boost::system::error_condition& condition) noexcept {
    return condition == make_error_condition(static_cast<ErrorKind>(condition.value())) &&
           (info(code).kinds & condition.value()) != 0;
}

class KindCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "txcouchbase.kind"; }
    std::string message(int kind) const override { return "error kind " + std::to_string(kind); }
};

class ClientCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "txcouchbase"; }
    std::string message(int code) const override {
        return std::string{info(static_cast<errc>(code)).message};
    }
    bool equivalent(int code, const boost::system::error_condition& condition) const noexcept override {
        return has_kind(static_cast<errc>(code), condition) || error_category::equivalent(code, condition);
    }
};

/// What the server answers; the same status may mean different things to different operations.
class StatusCategory final : public boost::system::error_category {
public:
    using Meaning = errc (*)(protocol::Status) noexcept;
    constexpr StatusCategory(const char* title, Meaning rule) noexcept : name_(title), meaning_(rule) {}

    errc meaning(int status) const noexcept { return meaning_(static_cast<protocol::Status>(status)); }
    const char* name() const noexcept override { return name_; }
    std::string message(int status) const override {
        return std::string{info(meaning(status)).message} + " (server status " +
               std::string{protocol::name(static_cast<protocol::Status>(status))} + ")";
    }
    bool equivalent(int status, const boost::system::error_condition& condition) const noexcept override {
        return has_kind(meaning(status), condition) || error_category::equivalent(status, condition);
    }

private:
    const char* name_;
    Meaning meaning_;
};

const KindCategory kind_category;
const ClientCategory client_category;
const StatusCategory status_category{"txcouchbase.status", from_status};
const StatusCategory lock_status_category{"txcouchbase.lock_status", from_lock_status};

/// The category of a server's answer, or null.
const StatusCategory* status_category_of(const boost::system::error_code& code) noexcept {
    for (const StatusCategory* category : {&status_category, &lock_status_category})
        if (code.category() == *category) return category;
    return nullptr;
}

}  // namespace

boost::system::error_code make_error_code(errc code) noexcept {
    return {static_cast<int>(code), client_category};
}

boost::system::error_condition make_error_condition(ErrorKind kind) noexcept {
    return {static_cast<int>(kind), kind_category};
}

boost::system::error_code protocol::make_error_code(Status status) noexcept {
    return {static_cast<int>(status), status_category};
}

boost::system::error_code protocol::make_error_code(Status status, Opcode asked) noexcept {
    const bool is_about_a_lock = asked == Opcode::get_locked || asked == Opcode::unlock_key;
    return {static_cast<int>(status), is_about_a_lock ? lock_status_category : status_category};
}

const ErrorInfo& info(errc code) noexcept {
    const auto* row =
        std::lower_bound(error_table.begin(), error_table.end(), code,
                         [](const ErrorInfo& entry, errc wanted) { return entry.code < wanted; });
    if (row != error_table.end() && row->code == code) return *row;
    return info(errc::error);
}

errc rc(const boost::system::error_code& code) noexcept {
    if (!code.failed()) return errc::success;
    if (code.category() == client_category) return static_cast<errc>(code.value());
    if (const auto* answered = status_category_of(code)) return answered->meaning(code.value());
    return errc::network_error;
}

const ErrorDetail& Error::detail() const noexcept {
    static const ErrorDetail none;
    return detail_ ? *detail_ : none;
}

bool Error::is_answered() const noexcept {
    if (status_category_of(code_) != nullptr) return true;
    // A value that cannot be decoded has arrived, and so has a reply over our limit; a value that cannot be encoded,
    // or that no server would take, was not written.
    return (rc() == errc::value_format || rc() == errc::too_big) && detail().was_written;
}

bool Error::is_ambiguous() const noexcept {
    if (status_category_of(code_) !=
        nullptr)  // the only answer by which the server says that it does not know
        return code_.value() == static_cast<int>(protocol::Status::sync_write_ambiguous);
    return code_.failed() && detail().was_written && !is_answered();
}

std::string Error::message() const {
    std::string text = code_.message();
    const ErrorDetail& known = detail();
    if (!known.operation.empty()) text += "; operation " + escaped(known.operation);
    if (!known.key.empty()) text += "; key " + quoted(known.key);
    if (!known.node.empty()) text += "; node " + escaped(known.node);
    if (!known.cause.empty()) text += "; cause: " + escaped(known.cause);
    if (!known.server_text.empty()) text += "; the server says: " + quoted(known.server_text);
    if (known.inner_cause) text += "; inner cause: " + escaped(words_of(known.inner_cause));
    return text;
}

}  // namespace txcouchbase
