// DNS answers: any bytes are read, and what is believed is a list of names that could be asked for.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "protocol/dns_message.hpp"

using namespace txcouchbase::protocol;
using namespace txcouchbase::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView message = as_view(data, size);
    const std::uint16_t id = size < 2 ? std::uint16_t{0} : load_be<std::uint16_t>(message.data());
    const SrvReading answer = read_srv_answer(message, "_couchbase._tcp.a", id);
    property(answer.records.empty() == (answer.reading != DnsReading::records),
             "records come with their answer only");
    property(answer.records.size() <= size / 19, "of bytes that were there");
    for (const SrvRecord& record : answer.records) {
        property(record.port != 0, "a port that can be dialled");
        property(!write_srv_question(record.target, 1).empty(), "a name that DNS can have");
    }
    std::minstd_rand random{id};
    property(in_order_of_use(answer.records, random).size() == answer.records.size(), "none is lost");
    return 0;
}
