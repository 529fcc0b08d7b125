// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/node/node_control.hpp"

#include "tests/cluster/control/command_members.hpp"

namespace txcouchbase::cluster {

namespace {

/// An opcode or a status: its number, or the name that the protocol room knows it by.
template <class Enum>
Enum named(const CommandMembers& command, const char* what, std::int64_t high) {
    if (!command[what].is_string()) return static_cast<Enum>(command.number(what, 0, high));
    const std::string wanted = command.text(what);
    for (std::int64_t value = 0; value <= high; ++value)
        if (name(static_cast<Enum>(value)) == wanted && wanted != "UNKNOWN") return static_cast<Enum>(value);
    throw Refused(std::string("there is no ") + what + " \"" + wanted + '"');
}

FaultKind fault_kind(const std::string& wanted) {
    static constexpr std::pair<std::string_view, FaultKind> kinds[] = {
        {"status", FaultKind::status},
        {"drop_reply", FaultKind::drop_reply},
        {"duplicate", FaultKind::duplicate},
        {"wrong_opaque", FaultKind::wrong_opaque},
        {"wrong_opcode", FaultKind::wrong_opcode},
        {"close", FaultKind::close},
        {"execute_and_close", FaultKind::execute_and_close}};
    for (const auto& [name, kind] : kinds)
        if (name == wanted) return kind;
    throw Refused("there is no kind of fault \"" + wanted + '"');
}

MapControl::Mode map_mode(const std::string& wanted) {
    using Mode = MapControl::Mode;
    static constexpr std::pair<std::string_view, Mode> modes[] = {{"freeze", Mode::freeze},
                                                                  {"repeat", Mode::repeat},
                                                                  {"garbage", Mode::garbage},
                                                                  {"release", Mode::release}};
    for (const auto& [name, mode] : modes)
        if (name == wanted) return mode;
    throw Refused("\"mode\" must be freeze, repeat, garbage or release");
}

Fault read_fault(const CommandMembers& command) {
    command.allow_only({"kind", "opcode", "status", "bucket", "key_prefix", "count"});
    Fault fault{.bucket = command.text("bucket"), .key_prefix = command.text("key_prefix")};
    if (command.has("kind")) fault.kind = fault_kind(command.text("kind"));
    if (command.has("opcode")) fault.opcode = named<protocol::Opcode>(command, "opcode", 0xff);
    if (command.has("status")) fault.status = named<protocol::Status>(command, "status", 0xffff);
    if (command.has("count"))
        fault.count = static_cast<std::uint64_t>(command.number("count", 1, 1'000'000'000));
    return fault;
}

MapControl read_map(const CommandMembers& command) {
    command.allow_only({"bucket", "mode", "text"});
    return MapControl{.bucket = command.needed_text("bucket"),
                      .mode = map_mode(command.text("mode")),
                      .text = command.text("text")};
}

NodeCommand read(const CommandMembers& command) {
    const std::string& what = command.verb();
    if (what == "inject") return read_fault(command);
    if (what == "map") return read_map(command);
    if (what == "clear_faults") {
        command.allow_only({});
        return ClearFaults{};
    }
    if (what == "clock") {
        command.allow_only({"offset_ms"});
        constexpr std::int64_t hundred_years = 3'155'760'000'000;
        return ClockControl{
            std::chrono::milliseconds(command.number("offset_ms", -hundred_years, hundred_years))};
    }
    throw Refused("a node knows no command \"" + what + '"');
}

}  // namespace

std::variant<NodeCommand, std::string> read_node_control(std::string_view json) try {
    const nlohmann::json command = parse_command(json);
    return read(CommandMembers(command));
} catch (const Refused& refused) {
    return refused.what();
}

}  // namespace txcouchbase::cluster
