// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/node/node_control.hpp"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace txcouchbase::cluster {

namespace {

using Json = nlohmann::json;

/// What the sender did wrong, in words for them.
struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void allow_only(const Json& command, std::initializer_list<std::string_view> names) {
    for (const auto& item : command.items()) {
        if (item.key() == "do" || item.key() == "node") continue;
        if (std::find(names.begin(), names.end(), item.key()) == names.end())
            throw Refused("unknown member \"" + item.key() + "\" of \"" + command["do"].get<std::string>() +
                          '"');
    }
}

std::string text(const Json& command, const char* name) {
    const auto found = command.find(name);
    if (found == command.end()) return {};
    if (!found->is_string()) throw Refused(std::string("\"") + name + "\" must be a string");
    return found->get<std::string>();
}

std::int64_t number(const Json& command, const char* name, std::int64_t low, std::int64_t high) {
    const auto found = command.find(name);
    const bool is_good =
        found != command.end() && found->is_number_integer() && *found >= low && *found <= high;
    if (!is_good)
        throw Refused(std::string("\"") + name + "\" must be a whole number from " + std::to_string(low) +
                      " to " + std::to_string(high));
    return found->get<std::int64_t>();
}

/// An opcode or a status: its number, or the name that the protocol room knows it by.
template <class Enum>
Enum named(const Json& command, const char* what, std::int64_t high) {
    if (!command[what].is_string()) return static_cast<Enum>(number(command, what, 0, high));
    const std::string wanted = text(command, what);
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

Fault read_fault(const Json& command) {
    allow_only(command, {"kind", "opcode", "status", "bucket", "key_prefix", "count"});
    Fault fault{.bucket = text(command, "bucket"), .key_prefix = text(command, "key_prefix")};
    if (command.contains("kind")) fault.kind = fault_kind(text(command, "kind"));
    if (command.contains("opcode")) fault.opcode = named<protocol::Opcode>(command, "opcode", 0xff);
    if (command.contains("status")) fault.status = named<protocol::Status>(command, "status", 0xffff);
    if (command.contains("count"))
        fault.count = static_cast<std::uint64_t>(number(command, "count", 1, 1'000'000'000));
    return fault;
}

MapControl read_map(const Json& command) {
    allow_only(command, {"bucket", "mode", "text"});
    MapControl control{.bucket = text(command, "bucket"),
                       .mode = map_mode(text(command, "mode")),
                       .text = text(command, "text")};
    if (control.bucket.empty()) throw Refused("\"map\" needs a \"bucket\"");
    return control;
}

NodeCommand read(const Json& command) {
    if (!command.is_object() || !command.contains("do")) throw Refused("a command is an object with \"do\"");
    const std::string what = text(command, "do");
    if (what == "inject") return read_fault(command);
    if (what == "map") return read_map(command);
    if (what == "clear_faults") {
        allow_only(command, {});
        return ClearFaults{};
    }
    if (what == "clock") {
        allow_only(command, {"offset_ms"});
        constexpr std::int64_t hundred_years = 3'155'760'000'000;
        return ClockControl{
            std::chrono::milliseconds(number(command, "offset_ms", -hundred_years, hundred_years))};
    }
    throw Refused("a node knows no command \"" + what + '"');
}

}  // namespace

std::variant<NodeCommand, std::string> read_node_control(std::string_view json) try {
    const Json command = Json::parse(json, nullptr, false);
    if (command.is_discarded()) return "the command is no JSON";
    return read(command);
} catch (const Refused& refused) {
    return refused.what();
}

}  // namespace txcouchbase::cluster
