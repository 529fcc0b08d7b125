// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/control/control_command.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "tests/cluster/control/command_members.hpp"
#include "tests/cluster/manager/roles.hpp"
#include "tests/cluster/node/node_control.hpp"

namespace txcouchbase::cluster {

namespace {

constexpr std::int64_t one_day_in_ms = 24 * 3600 * 1000;

std::chrono::milliseconds duration(const CommandMembers& command, const char* name) {
    return std::chrono::milliseconds(command.number(name, 0, one_day_in_ms));
}

NodeId node(const CommandMembers& command) {
    return static_cast<NodeId>(command.number("node", 0, std::numeric_limits<NodeId>::max()));
}

template <class Command>
ControlCommand about_node(const CommandMembers& command) {
    command.allow_only({});
    return Command{node(command)};
}

template <class Command>
ControlCommand about_name(const CommandMembers& command) {
    command.allow_only({"name"});
    return Command{command.needed_text("name")};
}

template <class Command>
ControlCommand alone(const CommandMembers& command) {
    command.allow_only({});
    return Command{};
}

ControlCommand rebalance(const CommandMembers& command) {
    command.allow_only({"eject"});
    return control::StartRebalance{command.numbers("eject")};
}

ControlCommand create_bucket(const CommandMembers& command) {
    command.allow_only({"name", "type", "vbuckets", "replicas", "ram_quota_mb", "is_flush_enabled"});
    const BucketOptions usual;
    const std::string type = command.text("type");
    if (!type.empty() && type != "couchbase" && type != "memcached")
        throw Refused("\"type\" must be couchbase or memcached");
    return control::CreateBucket{
        {.name = command.needed_text("name"),
         .type = type == "memcached" ? BucketType::memcached : BucketType::couchbase,
         .vbuckets = static_cast<std::uint16_t>(command.number_or("vbuckets", usual.vbuckets, 1, 1'024)),
         .replicas = static_cast<std::uint8_t>(command.number_or("replicas", usual.replicas, 0, 3)),
         .ram_quota_mb =
             static_cast<std::uint32_t>(command.number_or("ram_quota_mb", usual.ram_quota_mb, 1, 1'000'000)),
         .is_flush_enabled = command.flag_or("is_flush_enabled", usual.is_flush_enabled)}};
}

ControlCommand put_user(const CommandMembers& command) {
    command.allow_only({"name", "password", "roles"});
    UserInfo user{.name = command.needed_text("name")};
    if (command.has("password")) {
        const std::string password = command.text("password");
        user.password =
            std::make_shared<const protocol::Secret>(std::initializer_list<protocol::ByteView>{password});
    }
    if (!command.has("roles")) throw Refused("\"put_user\" needs \"roles\"");
    const std::vector<std::string> roles =
        command["roles"].is_string() ? split_roles(command.text("roles")) : command.texts("roles");
    if (const auto words = parse_roles(roles, user)) throw Refused(*words);
    return control::PutUser{std::move(user)};
}

ControlCommand link(const CommandMembers& command) {
    command.allow_only({"delay_ms", "max_piece", "drop", "half_open"});
    return control::SetLink{
        node(command),
        {.delay = std::chrono::milliseconds(command.number_or("delay_ms", 0, 0, one_day_in_ms)),
         .max_piece = static_cast<std::size_t>(command.number_or("max_piece", 0, 0, 1'000'000'000)),
         .is_dropping = command.flag_or("drop", false),
         .is_half_open = command.flag_or("half_open", false)}};
}

ControlCommand settings(const CommandMembers& command) {
    command.allow_only({"replication_lag_ms", "persistence_delay_ms"});
    control::ChangeSettings change;
    if (command.has("replication_lag_ms")) change.replication_lag = duration(command, "replication_lag_ms");
    if (command.has("persistence_delay_ms"))
        change.persistence_delay = duration(command, "persistence_delay_ms");
    return change;
}

ControlCommand alternate_address(const CommandMembers& command) {
    command.allow_only({"network", "hostname", "kv", "kv_tls", "rest", "rest_tls"});
    control::SetAlternateAddress set{
        node(command), command.needed_text("network"), {command.needed_text("hostname")}};
    const auto port = [&](const char* name) {
        return static_cast<std::uint16_t>(command.number_or(name, 0, 0, 65'535));
    };
    set.address.ports[Service::kv] = port("kv");
    set.address.ports[Service::kv_tls] = port("kv_tls");
    set.address.ports[Service::rest] = port("rest");
    set.address.ports[Service::rest_tls] = port("rest_tls");
    return set;
}

ControlCommand load_sample(const CommandMembers& command) {
    command.allow_only({"bucket"});
    return control::LoadSample{command.needed_text("bucket")};
}

ControlCommand wait(const CommandMembers& command) {
    command.allow_only({"ms"});
    return control::Wait{duration(command, "ms")};
}

struct Verb {
    std::string_view name;
    ControlCommand (*read)(const CommandMembers&);
    bool takes_node = false;
};

constexpr Verb verbs[] = {
    {"add_node", alone<control::AddNode>},
    {"remove_node", about_node<control::RemoveNode>, true},
    {"rebalance", rebalance},
    {"fail_over", about_node<control::FailOver>, true},
    {"create_bucket", create_bucket},
    {"delete_bucket", about_name<control::DeleteBucket>},
    {"flush_bucket", about_name<control::EmptyBucket>},
    {"put_user", put_user},
    {"remove_user", about_name<control::RemoveUser>},
    {"freeze", about_node<control::Freeze>, true},
    {"thaw", about_node<control::Thaw>, true},
    {"kill", about_node<control::Kill>, true},
    {"restart", about_node<control::Restart>, true},
    {"reset", about_node<control::Reset>, true},
    {"link", link, true},
    {"settings", settings},
    {"alternate_address", alternate_address, true},
    {"load_sample", load_sample},
    {"state", alone<control::TellState>},
    {"wait", wait},
};
constexpr std::string_view verbs_of_nodes[] = {"inject", "clear_faults", "map", "clock"};

ControlCommand for_nodes(const CommandMembers& command, std::string_view json) {
    auto checked = read_node_control(json);
    if (auto* words = std::get_if<std::string>(&checked)) throw Refused(*words);
    control::ForNodes out{.node = {}, .json = std::string(json)};
    if (command.has("node")) out.node = node(command);
    return out;
}

}  // namespace

std::variant<ControlCommand, std::string> read_control(std::string_view json) try {
    const nlohmann::json parsed = parse_command(json);
    const CommandMembers command(parsed);
    if (std::find(std::begin(verbs_of_nodes), std::end(verbs_of_nodes), command.verb()) !=
        std::end(verbs_of_nodes))
        return for_nodes(command, json);
    for (const Verb& verb : verbs) {
        if (verb.name != command.verb()) continue;
        if (!verb.takes_node && command.has("node"))
            throw Refused("unknown member \"node\" of \"" + command.verb() + '"');
        return verb.read(command);
    }
    throw Refused("there is no command \"" + command.verb() + '"');
} catch (const Refused& refused) {
    return refused.what();
}

}  // namespace txcouchbase::cluster
