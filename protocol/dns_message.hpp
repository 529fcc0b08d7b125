// DNS messages as far as SRV records go: the question, and answers from whoever sends them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes.hpp"

namespace txcouchbase::protocol {

struct SrvRecord {
    std::string target;  ///< without the last dot
    std::uint16_t port = 0;
    std::uint16_t priority = 0;
    std::uint16_t weight = 0;

    bool operator==(const SrvRecord&) const = default;
};

/// The largest answer that a question allows in a datagram, so that no network has to cut it into pieces.
constexpr std::size_t max_dns_answer = 1'232;

/// Empty for what is no name in DNS: no label may be empty or longer than 63 bytes, all of them together 253; letters,
/// digits, hyphens and underscores.
std::string write_srv_question(std::string_view name, std::uint16_t id);

enum class DnsReading : std::uint8_t {
    records,
    none,     ///< there is no such service
    cut_off,  ///< it did not fit into a datagram: TCP brings all of it
    useless,  ///< an answer that tells nothing: a failure, or not well formed
    foreign,  ///< no answer to this question: one that comes later may be
};

struct SrvReading {
    DnsReading reading = DnsReading::foreign;
    std::vector<SrvRecord> records = {};
};

/**
 * Reads the answer to write_srv_question(name, id).
 *
 * Shape:  any bytes. Records count that are the name's, or those of a name that it is an alias of. A target of "."
 *         and a port of 0 mean that the service is not there.
 * Errors: total; nothing is thrown but std::bad_alloc.
 * Spec:   RFC 1035, RFC 2782.
 */
SrvReading read_srv_answer(ByteView message, std::string_view name, std::uint16_t id);

/// In the order in which they are to be tried: by priority; of one priority drawn by weight (RFC 2782).
std::vector<SrvRecord> in_order_of_use(std::vector<SrvRecord> records, std::minstd_rand& random);

}  // namespace txcouchbase::protocol
