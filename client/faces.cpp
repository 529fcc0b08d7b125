// The operations of both faces: each becomes a request of the protocol and a kind of reply.
// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/operations.hpp>

#include <txcouchbase/connection.hpp>

#include "client/batch.hpp"
#include "client/broadcast.hpp"
#include "client/cluster_calls.hpp"
#include "client/idle_room.hpp"
#include "client/option_check.hpp"
#include "client/ping_report.hpp"

namespace txcouchbase {

namespace request = protocol::request;
using detail::present;
using protocol::Opcode;

namespace {

/// For a request that there was no room for just now: ArgumentError if there never will be.
void refuse_if_it_never_fits(Core& core, const protocol::Request& request) {
    if (!IdleRoom{core.options(), 1}.take(0, protocol::frame_size(request, {})))
        refuse_argument(
            request.key,
            "the request has more bytes than may ever be in flight together: see max_request_bytes");
}

/// Begins an operation of several steps, and lets the transcoder see its result.
template <class R>
AsyncResult<R> begin(Core& core, std::string_view key, Composite& operation,
                     const TranscoderPtr& transcoder) {
    if (!transcoder) return AsyncResult<R>{operation.begin()};
    constexpr bool is_value = std::same_as<R, ValueResult>;
    return AsyncResult<R>{issue_transcoded(core, key, operation, transcoder,
                                           is_value ? Batch::Decodes::key_and_value : Batch::Decodes::key,
                                           is_value ? Batch::Gives::value : Batch::Gives::mutation)};
}

/// A change that must be on enough nodes.
template <class R, class Options>
AsyncResult<R> issue_durable(Core& core, std::string_view key, const Call& call, const Options& options,
                             const TranscoderPtr& transcoder) {
    if (!core.is_cluster())
        return AsyncResult<R>{issue_unsupported(core, call.request.opcode, key, durability)};
    check_key(call.request.key);
    const auto change = std::make_shared<DurableChange>(core, call, durability_of(options));
    try {
        return begin<R>(core, key, *change, transcoder);
    } catch (const ClientTemporaryFailError&) {
        refuse_if_it_never_fits(core, call.request);
        throw;
    }
}

template <class Options>
TranscoderPtr transcoder_of(Core& core, const Options& options) {
    return options.transcoder ? options.transcoder : core.options().transcoder;
}

/// Of GetOptions or ReplicaOptions.
template <class Options>
AsyncResult<ValueResult> read_replica(Core& core, std::string_view key, const Options& options) {
    const TranscoderPtr transcoder = transcoder_of(core, options);
    const CompositePtr read = make_replica_read(core, key, options, transcoder.get());
    if (!core.is_cluster())
        return AsyncResult<ValueResult>{issue_unsupported(core, Opcode::get_replica, key, no_replicas)};
    return begin<ValueResult>(core, key, *read, transcoder);
}

/// Issues what make(transcoder) makes, and lets the transcoder see its result, if there is one.
template <class R, class Options, class Make>
[[gnu::always_inline]] inline AsyncResult<R> issue(Core& core, std::string_view key, const Options& options,
                                                   Make make) {
    const TranscoderPtr& transcoder = options.transcoder ? options.transcoder : core.options().transcoder;
    const Call call = make(transcoder.get());
    constexpr bool may_be_large = requires {
        options.persist_to;
    };
    if constexpr (may_be_large)
        if (is_durable(options)) [[unlikely]]
            return issue_durable<R>(core, key, call, options, transcoder);
    if (transcoder) [[unlikely]] {
        constexpr auto gives = std::same_as<R, ValueResult> ? Batch::Gives::value : Batch::Gives::mutation;
        return AsyncResult<R>{issue_transcoded(core, key, call, transcoder, gives)};
    }
    if constexpr (may_be_large) {
        try {
            return AsyncResult<R>{core.issue(call.request, call.kind, call.options)};
        } catch (const ClientTemporaryFailError&) {
            refuse_if_it_never_fits(core, call.request);
            throw;
        }
    } else {
        return AsyncResult<R>{core.issue(call.request, call.kind, call.options)};
    }
}

/// The same of lock and unlock.
template <class R, class Make>
AsyncResult<R> issue_for_cluster(Core& core, std::string_view key, const RequestOptions& options, Make make) {
    if (core.is_cluster()) return issue<R>(core, key, options, make);
    const Opcode opcode = make(transcoder_of(core, options).get()).request.opcode;
    return AsyncResult<R>{issue_unsupported(core, opcode, key, no_locks)};
}

AsyncResult<OperationResult> store(Core& core, Opcode opcode, std::string_view key, const Encodable& value,
                                   const StoreOptions& options) {
    return issue<OperationResult>(core, key, options, [&](const Transcoder* transcoder) {
        return make_store(core, opcode, key, value, options, transcoder);
    });
}

AsyncResult<OperationResult> concatenate(Core& core, Opcode opcode, std::string_view key,
                                         const Encodable& fragment, const AppendOptions& options) {
    return issue<OperationResult>(core, key, options, [&](const Transcoder* transcoder) {
        return make_concatenation(core, opcode, key, fragment, options, transcoder);
    });
}

AsyncResult<ValueResult> count(Core& core, std::string_view key, Delta delta, const CounterOptions& options) {
    return issue<ValueResult>(core, key, options, [&](const Transcoder* transcoder) {
        return make_count(core, key, delta, options, transcoder);
    });
}

AsyncResult<PingResult> ping_nodes(Core& core, const RequestOptions& options) {
    const net::TimePoint start = std::chrono::steady_clock::now();
    return broadcast<PingResult>(core, {request::noop()}, options,
                                 [start](PingResult& times, const std::string& node, const NodeReply&) {
                                     times[node] = std::chrono::duration_cast<std::chrono::microseconds>(
                                         std::chrono::steady_clock::now() - start);
                                 });
}

void check_group(std::string_view group) {
    if (group.size() > 250) refuse_argument(group, "the name of a statistics group has at most 250 bytes");
}

AsyncResult<StatsResult> ask_stats(Core& core, const std::vector<std::string_view>& groups,
                                   const RequestOptions& options) {
    if (groups.empty()) refuse_argument({}, "stats of no group");
    std::vector<protocol::Request> requests;
    for (const std::string_view group : groups) {
        check_group(group);
        requests.push_back(request::stat(group));
    }
    return broadcast<StatsResult>(core, requests, options,
                                  [](StatsResult& stats, const std::string& node, const NodeReply& reply) {
                                      if (!reply.is_last) stats[std::string{reply.name}][node] = reply.value;
                                  });
}

}  // namespace

template <template <class> class Returned>
Returned<ValueResult> Operations<Returned>::get(Key key, const GetOptions& options) {
    // By force, as what runs most: the closure stays in registers, which is 17 instructions of a get.
    return present<Returned>([&]() __attribute__((always_inline)) {
        if (options.replica) [[unlikely]]
            return read_replica(core(), key, options);
        return issue<ValueResult>(core(), key, options, [&](const Transcoder* transcoder) {
            return make_get(core(), key, options, transcoder);
        });
    });
}

template <template <class> class Returned>
Returned<OperationResult> Operations<Returned>::touch(Key key, const Ttl& ttl,
                                                      const RequestOptions& options) {
    return present<Returned>([&] {
        return issue<OperationResult>(core(), key, options, [&](const Transcoder* transcoder) {
            return make_touch(core(), key, ttl, options, transcoder);
        });
    });
}

template <template <class> class Returned>
Returned<OperationResult> Operations<Returned>::set(Key key, const Encodable& value,
                                                    const StoreOptions& options) {
    return present<Returned>([&] { return store(core(), Opcode::set, key, value, options); });
}

template <template <class> class Returned>
Returned<OperationResult> Operations<Returned>::add(Key key, const Encodable& value,
                                                    const StoreOptions& options) {
    return present<Returned>([&] { return store(core(), Opcode::add, key, value, options); });
}

template <template <class> class Returned>
Returned<OperationResult> Operations<Returned>::replace(Key key, const Encodable& value,
                                                        const StoreOptions& options) {
    return present<Returned>([&] { return store(core(), Opcode::replace, key, value, options); });
}

template <template <class> class Returned>
Returned<OperationResult> Operations<Returned>::append(Key key, const Encodable& fragment,
                                                       const AppendOptions& options) {
    return present<Returned>([&] { return concatenate(core(), Opcode::append, key, fragment, options); });
}

template <template <class> class Returned>
Returned<OperationResult> Operations<Returned>::prepend(Key key, const Encodable& fragment,
                                                        const AppendOptions& options) {
    return present<Returned>([&] { return concatenate(core(), Opcode::prepend, key, fragment, options); });
}

template <template <class> class Returned>
Returned<OperationResult> Operations<Returned>::remove(Key key, const RemoveOptions& options) {
    return present<Returned>([&] {
        return issue<OperationResult>(core(), key, options, [&](const Transcoder* transcoder) {
            return make_remove(core(), key, options, transcoder);
        });
    });
}

template <template <class> class Returned>
Returned<ValueResult> Operations<Returned>::incr(Key key, const CounterOptions& options) {
    return present<Returned>([&] { return count(core(), key, options.delta, options); });
}

template <template <class> class Returned>
Returned<ValueResult> Operations<Returned>::decr(Key key, const CounterOptions& options) {
    return present<Returned>([&] { return count(core(), key, -options.delta, options); });
}

template <template <class> class Returned>
Returned<ValueResult> Operations<Returned>::arithmetic(Key key, const CounterOptions& options) {
    return incr(key, options);
}

template <template <class> class Returned>
Returned<OperationResult> Operations<Returned>::noop(const RequestOptions& options) {
    return present<Returned>([&] {
        return broadcast<OperationResult>(core(), {request::noop()}, options,
                                          [](OperationResult&, const std::string&, const NodeReply&) {});
    });
}

template <template <class> class Returned>
Returned<PingResult> Operations<Returned>::ping(const RequestOptions& options) {
    return present<Returned>([&] { return ping_nodes(core(), options); });
}

template <template <class> class Returned>
Returned<std::string> Operations<Returned>::ping_report(std::string_view report_id,
                                                        const RequestOptions& options) {
    return present<Returned>([&] { return report_ping(core(), report_id, options); });
}

template <template <class> class Returned>
Returned<VersionResult> Operations<Returned>::versions(const RequestOptions& options) {
    return present<Returned>([&] {
        return broadcast<VersionResult>(core(), {request::version()}, options,
                                        [](VersionResult& versions, const std::string& node,
                                           const NodeReply& reply) { versions[node] = reply.value; });
    });
}

template <template <class> class Returned>
Returned<StatsResult> Operations<Returned>::stats(std::string_view group, const RequestOptions& options) {
    return present<Returned>([&] { return ask_stats(core(), {group}, options); });
}

template <template <class> class Returned>
Returned<StatsResult> Operations<Returned>::stats_of(const std::vector<std::string>& groups,
                                                     const RequestOptions& options) {
    return present<Returned>([&] {
        const std::vector<std::string_view> names{groups.begin(), groups.end()};
        return ask_stats(core(), names, options);
    });
}

template <template <class> class Returned>
Returned<ValueResult> Operations<Returned>::lock(Key key, const Ttl& ttl, const RequestOptions& options) {
    return present<Returned>([&] {
        return issue_for_cluster<ValueResult>(core(), key, options, [&](const Transcoder* transcoder) {
            return make_lock(core(), key, ttl, options, transcoder);
        });
    });
}

template <template <class> class Returned>
Returned<OperationResult> Operations<Returned>::unlock(Key key, std::uint64_t cas,
                                                       const RequestOptions& options) {
    return present<Returned>([&] {
        return issue_for_cluster<OperationResult>(core(), key, options, [&](const Transcoder* transcoder) {
            return make_unlock(core(), key, cas, options, transcoder);
        });
    });
}

template <template <class> class Returned>
Returned<ValueResult> Operations<Returned>::rget(Key key, const ReplicaOptions& options) {
    return present<Returned>([&] { return read_replica(core(), key, options); });
}

template <template <class> class Returned>
Returned<ObserveResult> Operations<Returned>::observe(Key key, const ObserveOptions& options) {
    return present<Returned>([&] {
        const TranscoderPtr transcoder = transcoder_of(core(), options);
        const CompositePtr observation = make_observation(core(), key, options, transcoder.get(), false);
        return AsyncResult<ObserveResult>{core().is_cluster()
                                              ? observation->begin()
                                              : issue_unsupported(core(), Opcode::observe, key, durability)};
    });
}

template <template <class> class Returned>
Returned<OperationResult> Operations<Returned>::endure(Key key, const EndureOptions& options) {
    return present<Returned>([&] {
        const TranscoderPtr transcoder = transcoder_of(core(), options);
        const CompositePtr wait = make_durability(core(), key, options, transcoder.get());
        if (!core().is_cluster())
            return AsyncResult<OperationResult>{issue_unsupported(core(), Opcode::observe, key, durability)};
        return begin<OperationResult>(core(), key, *wait, transcoder);
    });
}

template class Operations<AsyncResult>;
template class Operations<Deferred>;

}  // namespace txcouchbase
