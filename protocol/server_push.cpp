// SPDX-License-Identifier: Apache-2.0
#include "protocol/server_push.hpp"

#include "protocol/byte_cursor.hpp"

namespace txcouchbase::protocol {

Read<ConfigPush> read_config_push(const Frame& frame) noexcept {
    ConfigPush push{
        .bucket = frame.key(), .config = frame.value(), .datatype = static_cast<Datatype>(frame.datatype())};
    ByteCursor in{frame.extras()};
    if (in.rest().size() == 4) {
        std::uint32_t revision = 0;
        in.number(revision);
        push.version = ConfigVersion{.revision = revision};
    } else if (!in.at_end()) {
        ConfigVersion& version = push.version.emplace();
        if (!in.number(version.epoch) || !in.number(version.revision) || !in.at_end())
            return Defect::bad_extras;
    }
    return push;
}

Request request::config_push(const ConfigPush& push) noexcept {
    Request request{.magic = Magic::server_request,
                    .opcode = static_cast<Opcode>(ServerOpcode::clustermap_change_notification),
                    .datatype = push.datatype,
                    .key = push.bucket,
                    .value = push.config};
    if (!push.version) return request;
    if (push.version->epoch < 0)
        request.extras = Extras::of(static_cast<std::uint32_t>(push.version->revision));
    else
        request.extras = Extras::of(static_cast<std::uint64_t>(push.version->epoch),
                                    static_cast<std::uint64_t>(push.version->revision));
    return request;
}

Response push_reply(ServerOpcode opcode, Status status) noexcept {
    return {.magic = Magic::server_response, .opcode = static_cast<Opcode>(opcode), .status = status};
}

}  // namespace txcouchbase::protocol
