// The raw face: each operation becomes a request of the protocol and a kind of reply.
// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/connection.hpp>

#include <limits>
#include <stdexcept>

#include "client/broadcast.hpp"
#include "client/option_check.hpp"
#include "client/transcoder.hpp"
#include "protocol/classic_requests.hpp"

namespace txcouchbase {

namespace request = protocol::request;
using protocol::Opcode;

namespace {

Core* make_core(boost::asio::any_io_executor executor, std::string_view text,
                const ConnectionOptions& options) {
    const auto parsed = protocol::parse_connection_string(text);
    if (const auto* error = std::get_if<protocol::ConnectionStringError>(&parsed))
        throw_exception(Error{errc::invalid_host_format,
                              {.cause = std::string{protocol::sentence(error->defect)} + " (at byte " +
                                        std::to_string(error->position) + ")"}});
    const auto& seeds = std::get<protocol::ConnectionString>(parsed);
    if (seeds.scheme != protocol::Scheme::memcached)
        throw_exception(
            Error{errc::invalid_host_format, {.cause = "only memcached:// can be connected to yet"}});
    if (seeds.hosts.size() > net::Operation::no_node)
        throw_exception(Error{errc::invalid_host_format, {.cause = "255 hosts are the most"}});
    check_options(options);
    return new Core(std::move(executor), seeds, options);
}

[[noreturn]] void refuse(std::string_view key, std::string cause) {
    throw_exception(Error{errc::argument, {.key = std::string{key}, .cause = std::move(cause)}});
}

// What the wire calls expiry: relative up to 30 days, absolute beyond (PROTOCOL 5.2).
std::uint32_t expiry_of(std::string_view key, std::chrono::seconds ttl) {
    constexpr std::chrono::seconds longest_relative = std::chrono::hours{24 * 30};
    if (ttl.count() < 0) refuse(key, "the ttl is negative");
    if (ttl < longest_relative) return static_cast<std::uint32_t>(ttl.count());
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
    // The largest number of all means something else to counters.
    if (ttl.count() >= std::numeric_limits<std::uint32_t>::max() - now.count())
        refuse(key, "the ttl reaches beyond what 32 bits of seconds can tell");
    return static_cast<std::uint32_t>((now + ttl).count());
}

Encoded encode_for(std::string_view key, const Encodable& value, Format format, std::string& scratch) {
    Encoded encoded = encode(value, format, scratch);
    if (encoded.error) {
        ErrorDetail detail = encoded.error.detail();
        detail.key = key;
        throw_exception(Error{encoded.error.code(), std::move(detail)});
    }
    return encoded;
}

AsyncResult<OperationResult> store(Core& core, Opcode opcode, std::string_view key, const Encodable& value,
                                   const StoreOptions& options) {
    const Format format = options.format.value_or(core.options().default_format);
    const Encoded encoded = encode_for(key, value, format, core.scratch());
    const request::StoreOptions stored{
        .flags = encoded.flags, .expiry = expiry_of(key, options.ttl), .cas = options.cas};
    return AsyncResult<OperationResult>{
        core.issue(request::store(opcode, key, encoded.bytes, stored), core.mutation_kind(), options)};
}

AsyncResult<OperationResult> concatenate(Core& core, Opcode opcode, std::string_view key,
                                         const Encodable& fragment, const AppendOptions& options) {
    if (options.format != Format::utf8 && options.format != Format::bytes)
        refuse(key, "only utf8 and bytes can be appended or prepended");
    const Encoded encoded = encode_for(key, fragment, options.format, core.scratch());
    return AsyncResult<OperationResult>{
        core.issue(request::concatenate(opcode, key, encoded.bytes, {.cas = options.cas}),
                   core.mutation_kind(), options)};
}

AsyncResult<ValueResult> count(Core& core, Opcode opcode, std::string_view key,
                               const CounterOptions& options) {
    request::CounterOptions counter{.delta = options.delta};
    if (options.initial) {
        counter.initial = *options.initial;
        counter.expiry = expiry_of(key, options.ttl);
    } else if (options.ttl.count() != 0) {
        refuse(key, "a counter's ttl needs an initial value");
    }
    return AsyncResult<ValueResult>{
        core.issue(request::counter(opcode, key, counter), core.counter_kind(), options)};
}

}  // namespace

TxAsyncConnection::TxAsyncConnection(boost::asio::any_io_executor executor,
                                     std::string_view connection_string, const ConnectionOptions& options)
    : core_(make_core(std::move(executor), connection_string, options)) {
    core_->add_handle();
    core_->start();
}

TxAsyncConnection::TxAsyncConnection(Core& core) noexcept : core_(&core) {
    core_->add_handle();
}

TxAsyncConnection::TxAsyncConnection(const TxAsyncConnection& other) noexcept : core_(other.core_) {
    if (core_ != nullptr) core_->add_handle();
}

TxAsyncConnection::TxAsyncConnection(TxAsyncConnection&& other) noexcept
    : core_(std::exchange(other.core_, nullptr)) {}

TxAsyncConnection& TxAsyncConnection::operator=(TxAsyncConnection other) noexcept {
    std::swap(core_, other.core_);
    return *this;
}

TxAsyncConnection::~TxAsyncConnection() {
    if (core_ != nullptr) core_->drop_handle();
}

Deferred<void> TxAsyncConnection::connect() {
    auto [resolver, deferred] = make_deferred<void>();
    core_->wait_for_connect(std::move(resolver));
    return std::move(deferred);
}

Deferred<void> TxAsyncConnection::writable() {
    auto [resolver, deferred] = make_deferred<void>();
    core_->wait_for_room(std::move(resolver));
    return std::move(deferred);
}

void TxAsyncConnection::register_deferred(std::string_view event, Resolver<void> waiter) {
    if (event == "connect") return core_->wait_for_connect(std::move(waiter));
    if (event == "_dtor") return core_->wait_for_destruction(std::move(waiter));
    throw std::invalid_argument("register_deferred: there is no event \"" + std::string{event} +
                                "\"; there are \"connect\" and \"_dtor\"");
}

bool TxAsyncConnection::connected() const noexcept {
    return core_->connected();
}
std::uint64_t TxAsyncConnection::late_replies() const noexcept {
    return core_->late_replies();
}
void TxAsyncConnection::close() {
    core_->close();
}
void TxAsyncConnection::on_unhandled(UnhandledHook hook) {
    core_->set_unhandled_hook(std::move(hook));
}
void TxAsyncConnection::post(std::function<void(TxAsyncConnection&)> task) const {
    core_->post(std::move(task));
}

AsyncResult<ValueResult> TxAsyncConnection::get(std::string_view key, const GetOptions& options) {
    const protocol::Request get = options.ttl.count() == 0
                                      ? request::get(key)
                                      : request::get_and_touch(key, expiry_of(key, options.ttl));
    return AsyncResult<ValueResult>{core_->issue(get, core_->value_kind(), options)};
}

AsyncResult<OperationResult> TxAsyncConnection::touch(std::string_view key, std::chrono::seconds ttl,
                                                      const RequestOptions& options) {
    return AsyncResult<OperationResult>{
        core_->issue(request::touch(key, expiry_of(key, ttl)), core_->touch_kind(), options)};
}

AsyncResult<OperationResult> TxAsyncConnection::set(std::string_view key, const Encodable& value,
                                                    const StoreOptions& options) {
    return store(*core_, Opcode::set, key, value, options);
}

AsyncResult<OperationResult> TxAsyncConnection::add(std::string_view key, const Encodable& value,
                                                    const StoreOptions& options) {
    if (options.cas != 0) refuse(key, "add takes no CAS: there is nothing to compare it with");
    return store(*core_, Opcode::add, key, value, options);
}

AsyncResult<OperationResult> TxAsyncConnection::replace(std::string_view key, const Encodable& value,
                                                        const StoreOptions& options) {
    return store(*core_, Opcode::replace, key, value, options);
}

AsyncResult<OperationResult> TxAsyncConnection::append(std::string_view key, const Encodable& fragment,
                                                       const AppendOptions& options) {
    return concatenate(*core_, Opcode::append, key, fragment, options);
}

AsyncResult<OperationResult> TxAsyncConnection::prepend(std::string_view key, const Encodable& fragment,
                                                        const AppendOptions& options) {
    return concatenate(*core_, Opcode::prepend, key, fragment, options);
}

AsyncResult<OperationResult> TxAsyncConnection::remove(std::string_view key, const RemoveOptions& options) {
    return AsyncResult<OperationResult>{
        core_->issue(request::remove(key, options.cas), core_->mutation_kind(), options)};
}

AsyncResult<ValueResult> TxAsyncConnection::incr(std::string_view key, const CounterOptions& options) {
    return count(*core_, Opcode::increment, key, options);
}

AsyncResult<ValueResult> TxAsyncConnection::decr(std::string_view key, const CounterOptions& options) {
    return count(*core_, Opcode::decrement, key, options);
}

AsyncResult<OperationResult> TxAsyncConnection::noop(const RequestOptions& options) {
    return broadcast<OperationResult>(*core_, request::noop(), options,
                                      [](OperationResult&, const std::string&, const NodeReply&) {});
}

AsyncResult<VersionResult> TxAsyncConnection::version(const RequestOptions& options) {
    return broadcast<VersionResult>(*core_, request::version(), options,
                                    [](VersionResult& versions, const std::string& node,
                                       const NodeReply& reply) { versions[node] = reply.value; });
}

AsyncResult<StatsResult> TxAsyncConnection::stats(std::string_view group, const RequestOptions& options) {
    if (group.size() > 250) refuse(group, "the name of a statistics group has at most 250 bytes");
    return broadcast<StatsResult>(*core_, request::stat(group), options,
                                  [](StatsResult& stats, const std::string& node, const NodeReply& reply) {
                                      if (!reply.is_last) stats[std::string{reply.name}][node] = reply.value;
                                  });
}

}  // namespace txcouchbase
