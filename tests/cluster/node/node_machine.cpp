// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/node/node_machine.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/cluster/kv/kv_connection.hpp"
#include "tests/cluster/node/copies.hpp"
#include "tests/cluster/node/node_control.hpp"
#include "tests/cluster/rest/http_connection.hpp"

namespace txcouchbase::cluster {

namespace {

using protocol::ConfigVersion;

bool is_kv(Service service) noexcept {
    return service == Service::kv || service == Service::kv_tls;
}

/// A client's connection: one of the two.
struct Session {
    std::unique_ptr<KvConnection> kv = {};
    std::unique_ptr<HttpConnection> http = {};

    bool is_closing() const { return kv ? kv->is_closing() : http->is_closing(); }
    void on_config(std::string_view bucket, std::string& out, bool is_repeated) {
        if (kv)
            kv->on_config(bucket, out, is_repeated);
        else
            http->on_config(bucket, out);
    }
};

/// Which maps a node has told: the version by the name of the bucket, that of the cluster by no name.
std::map<std::string, ConfigVersion> versions(const Node& node) {
    std::map<std::string, ConfigVersion> out = {{"", node.configs.cluster().version}};
    for (const BucketInfo& bucket : node.state->buckets)
        if (const ConfigText* text = node.configs.bucket(bucket.name)) out[bucket.name] = text->version;
    return out;
}

bool is_same_user(const UserInfo& a, const UserInfo* b) {
    if (b == nullptr || a.is_admin != b->is_admin) return false;
    const bool has_same_password =
        a.password == b->password || (a.password && b->password && a.password->view() == b->password->view());
    return has_same_password && std::equal(a.buckets.begin(), a.buckets.end(), b->buckets.begin(),
                                           b->buckets.end(), [](const auto& x, const auto& y) {
                                               return x.first == y.first &&
                                                      x.second.may_read == y.second.may_read &&
                                                      x.second.may_write == y.second.may_write;
                                           });
}

/// The version that a client will read in any text: that of the map if it is one, else the next after `current`.
ConfigVersion version_of(const std::string& text, ConfigVersion current) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    const auto number = [&](const char* name, std::int64_t otherwise) {
        const auto found = json.is_object() ? json.find(name) : json.end();
        return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
    };
    return {number("revEpoch", current.epoch), number("rev", current.revision + 1)};
}

}  // namespace

struct NodeMachine::Impl {
    Impl(NodeId self, NodeHost& node_host, NodeImage image)
        : host(node_host), copies(node, host, std::move(image)) {
        node.self = self;
        node.random = [this] { return host.random(); };
        std::string secret;
        for (int i = 0; i != 4; ++i) {
            const std::uint64_t random = host.random();
            secret.append(reinterpret_cast<const char*>(&random), sizeof random);
        }
        node.users.set_secret(std::move(secret));
        node.configs.update(*node.state, self);
    }

    /// Sends what an event left in `out`.
    void flush(ConnectionId connection) {
        if (!out.empty()) host.send(connection, out);
        out.clear();
        const auto found = sessions.find(connection);
        if (found == sessions.end() || !found->second.is_closing()) return;
        host.close(connection);
        sessions.erase(found);
    }

    template <class Event>
    void for_each_session(Event&& event) {
        for (auto entry = sessions.begin(); entry != sessions.end();) {
            const ConnectionId connection = entry->first;
            event(entry->second);
            ++entry;
            flush(connection);
        }
    }

    void pass_on_requests(ConnectionId connection, HttpConnection& http) {
        for (ManagementRequest& request : http.take_requests()) {
            requests[++last_request] = {connection, request.id};
            request.id = last_request;
            host.tell(manager_id, std::move(request));
        }
    }

    void on(const ManagementReply& message) {
        const auto request = requests.find(message.id);
        if (request == requests.end()) return;
        const auto [connection, id] = request->second;
        requests.erase(request);
        const auto session = sessions.find(connection);
        if (session == sessions.end()) return;
        ManagementReply reply = message;
        reply.id = id;
        session->second.http->on_reply(std::move(reply), out);
        pass_on_requests(connection, *session->second.http);
        flush(connection);
    }

    void on(const NewState& message, Time now) {
        const StatePtr before = std::exchange(node.state, message.state);
        const ClusterState& after = *node.state;
        const auto had_bucket = buckets_by_uuid();
        node.users.update(node.state);
        copies.on_state(now);
        const auto has_bucket = buckets_by_uuid();
        const std::map<std::string, ConfigVersion> told = std::exchange(told_versions, {});
        node.configs.update(after, node.self);
        told_versions = versions(node);
        for (const auto& [uuid, name] : had_bucket)
            if (!has_bucket.contains(uuid)) tell_bucket_gone(name);
        for (const BucketInfo& bucket : before->buckets)
            if (!after.find_bucket(bucket.name)) tell_config(bucket.name);
        for (const UserInfo& user : before->users)
            if (!is_same_user(user, after.find_user(user.name))) tell_user_changed(user.name);
        for (const auto& [name, version] : told_versions)
            if (const auto old = told.find(name); old == told.end() || old->second != version)
                tell_config(name);
    }

    std::map<std::string, std::string> buckets_by_uuid() const {
        std::map<std::string, std::string> out_map;
        for (const auto& [name, bucket] : node.buckets) out_map[bucket->uuid()] = name;
        return out_map;
    }

    void tell_config(std::string_view bucket, bool is_repeated = false) {
        for_each_session([&](Session& session) { session.on_config(bucket, out, is_repeated); });
    }
    void tell_bucket_gone(std::string_view bucket) {
        for_each_session([&](Session& session) {
            if (session.kv) session.kv->on_bucket_gone(bucket);
        });
    }
    void tell_user_changed(std::string_view user) {
        for_each_session([&](Session& session) {
            if (session.kv) session.kv->on_user_changed(user);
        });
    }

    void on(const NodeControl& message) {
        const auto command = read_node_control(message.json);
        if (const auto* good = std::get_if<NodeCommand>(&command))
            std::visit([this](const auto& what) { control(what); }, *good);
    }
    void control(const Fault& fault) { node.faults.add(fault); }
    void control(ClearFaults) { node.faults.clear(); }
    void control(const ClockControl& clock) { node.clock_offset = clock.offset; }
    void control(const MapControl& map) {
        const ConfigText* current = node.configs.bucket(map.bucket);
        if (current == nullptr) return;
        switch (map.mode) {
            case MapControl::Mode::freeze: node.configs.freeze(map.bucket); return;
            case MapControl::Mode::repeat: break;
            case MapControl::Mode::garbage:
                node.configs.replace(map.bucket, {version_of(map.text, current->version), map.text});
                break;
            case MapControl::Mode::release:
                node.configs.release(map.bucket);
                node.configs.update(*node.state, node.self);
        }
        told_versions = versions(node);
        tell_config(map.bucket, true);
    }

    NodeHost& host;
    Node node = {};
    Copies copies;
    std::map<ConnectionId, Session> sessions = {};
    std::string out = {};
    std::map<std::string, ConfigVersion> told_versions = {};
    /// Management requests under way: whose they are, and their number there.
    std::map<std::uint64_t, std::pair<ConnectionId, std::uint64_t>> requests = {};
    std::uint64_t last_request = 0;
};

NodeMachine::NodeMachine(NodeId self, NodeHost& host, NodeImage image)
    : impl_(std::make_unique<Impl>(self, host, std::move(image))) {}
NodeMachine::~NodeMachine() = default;

void NodeMachine::on_accept(ConnectionId connection, Service service) {
    Session& session = impl_->sessions[connection];
    if (is_kv(service))
        session.kv = std::make_unique<KvConnection>(impl_->node, is_tls(service));
    else
        session.http = std::make_unique<HttpConnection>(impl_->node, service);
}

void NodeMachine::on_bytes(ConnectionId connection, ByteView bytes, Time now) {
    const auto found = impl_->sessions.find(connection);
    if (found == impl_->sessions.end()) return;
    if (KvConnection* kv = found->second.kv.get()) {
        kv->on_bytes(bytes, now, impl_->out);
    } else {
        HttpConnection& http = *found->second.http;
        http.on_bytes(bytes, now, impl_->out);
        impl_->pass_on_requests(connection, http);
    }
    impl_->flush(connection);
    impl_->copies.run(now);
}

bool NodeMachine::on_drained(ConnectionId connection, Time now) {
    const auto is_waiting = [&] {
        const auto found = impl_->sessions.find(connection);
        return found != impl_->sessions.end() && found->second.kv && found->second.kv->is_waiting();
    };
    if (!is_waiting()) return false;
    on_bytes(connection, {}, now);
    return is_waiting();
}

void NodeMachine::on_lost(ConnectionId connection) {
    impl_->sessions.erase(connection);
}

bool NodeMachine::is_stranger(ConnectionId connection) const {
    const auto found = impl_->sessions.find(connection);
    if (found == impl_->sessions.end()) return false;
    const Session& session = found->second;
    return session.kv ? !session.kv->is_authenticated() : !session.http->has_served();
}

void NodeMachine::on_message(NodeId from, Message message, Time now) {
    struct Receiver {
        Impl& impl;
        NodeId from;
        Time now;
        void operator()(const NewState& m) { impl.on(m, now); }
        void operator()(const NodeControl& m) { impl.on(m); }
        void operator()(const ManagementReply& m) { impl.on(m); }
        void operator()(const HandOver& m) { impl.copies.on_message(m); }
        void operator()(const FlushBucket& m) { impl.copies.on_message(m); }
        void operator()(const StreamRequest& m) { impl.copies.on_message(from, m); }
        void operator()(const StreamRollback& m) { impl.copies.on_message(from, m); }
        void operator()(const StreamChanges& m) { impl.copies.on_message(from, m, now); }
        void operator()(const TakeOver& m) { impl.copies.on_message(from, m); }
        // These are for the manager.
        void operator()(const CaughtUp&) {}
        void operator()(const TookOver&) {}
        void operator()(const ManagementRequest&) {}
    };
    std::visit(Receiver{*impl_, from, now}, message);
    impl_->copies.run(now);
}

void NodeMachine::on_peer_lost(NodeId peer, Time now) {
    impl_->copies.on_peer_lost(peer);
    impl_->copies.run(now);
}

void NodeMachine::on_time(Time now) {
    impl_->copies.run(now);
}

std::optional<Time> NodeMachine::deadline() const {
    return impl_->copies.deadline();
}

NodeImage NodeMachine::persisted_image() const {
    return impl_->copies.persisted_image();
}

const Node& NodeMachine::node() const noexcept {
    return impl_->node;
}
Node& NodeMachine::node() noexcept {
    return impl_->node;
}

}  // namespace txcouchbase::cluster
