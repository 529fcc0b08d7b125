// SPDX-License-Identifier: Apache-2.0
#include "bench/codec_work.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "client/router.hpp"
#include "protocol/classic_requests.hpp"
#include "protocol/frame_reader.hpp"
#include "protocol/response.hpp"
#include "protocol/vbucket_hash.hpp"
#include "views/row_reader.hpp"

namespace txcouchbase::bench {
namespace {

using protocol::ByteView;
using protocol::Extras;
using protocol::Frame;
using protocol::FrameReader;
using protocol::header_size;
using protocol::Opcode;
using protocol::ReadOutcome;
using protocol::Receiver;
namespace request = protocol::request;

constexpr std::size_t key_size = 24;
constexpr std::size_t value_size = 32;

/// As many frames as a receive buffer of a few KiB holds: they stay in the first-level cache, as a client's do.
constexpr std::size_t frames_in_buffer = 100;

/// As many strings as a buffer has frames. The compiler cannot know their sizes, as it cannot where keys come from a
/// caller: otherwise it would copy them with two instructions, and the benchmark would measure that.
std::vector<std::string> strings(std::size_t size) {
    const volatile std::size_t hidden = size;
    std::vector<std::string> made;
    for (std::size_t i = 0; i < frames_in_buffer; ++i)
        made.emplace_back(hidden, static_cast<char>('!' + i % 90));
    return made;
}

constexpr std::size_t response_size = header_size + 4 + value_size;
constexpr std::size_t get_size = header_size + key_size;
constexpr std::size_t set_size = header_size + 8 + key_size + value_size;

std::string responses() {
    const auto values = strings(value_size);
    std::string buffer;
    for (std::uint32_t opaque = 0; opaque < frames_in_buffer; ++opaque)
        protocol::append_response(
            buffer,
            {.opcode = Opcode::get, .cas = opaque + 1, .extras = Extras::of(2U), .value = values[opaque]},
            opaque);
    return buffer;
}

/// Reads GET responses and looks at what a session needs of each: whose it is, how it went, where the value is.
std::uint64_t read(std::uint64_t frames) {
    const std::string buffer = responses();
    FrameReader reader{Receiver::client};
    std::uint64_t sum = 0;
    ByteView unread;
    Frame frame;
    for (std::uint64_t i = 0; i < frames; ++i) {
        if (unread.empty()) unread = buffer;
        if (reader.next(unread, frame) != ReadOutcome::frame) return 0;
        unread.remove_prefix(frame.size());
        sum += frame.opaque() + static_cast<std::uint64_t>(frame.opcode()) +
               static_cast<std::uint64_t>(frame.status()) + frame.value().size();
    }
    return sum;
}

/// Writes the requests that `make` gives for 0, 1, 2... into a buffer that is filled again and again.
template <std::size_t Size, class Make>
std::uint64_t build(std::uint64_t frames, Make make) {
    std::array<char, Size * frames_in_buffer> buffer;
    std::uint64_t sum = 0;
    for (std::uint64_t done = 0; done < frames;) {
        char* out = buffer.data();
        const std::uint64_t round = std::min<std::uint64_t>(frames - done, frames_in_buffer);
        for (std::uint64_t i = 0; i < round; ++i)
            out = write_request(out, make(i), {.opaque = static_cast<std::uint32_t>(done + i)});
        sum += static_cast<std::uint64_t>(out - buffer.data()) +
               static_cast<std::uint8_t>(buffer[done % buffer.size()]);
        done += round;
    }
    return sum;
}

std::uint64_t build_get(std::uint64_t frames) {
    const auto keys = strings(key_size);
    return build<get_size>(frames, [&](std::size_t i) { return request::get(keys[i]); });
}

std::uint64_t build_set(std::uint64_t frames) {
    const auto keys = strings(key_size);
    const auto values = strings(value_size);
    return build<set_size>(frames, [&](std::size_t i) { return request::set(keys[i], values[i]); });
}

std::uint64_t vbucket(std::uint64_t keys) {
    std::string key = strings(key_size).front();
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < keys; ++i) {
        key[i % 16] ^= 1;
        sum += protocol::vbucket_of(key, 1024);
    }
    return sum;
}

// From a key to its node, as a client with a map goes.
std::uint64_t route(std::uint64_t keys) {
    std::vector<std::int16_t> owners(1024);
    for (std::size_t i = 0; i < owners.size(); ++i) owners[i] = static_cast<std::int16_t>(i % 3);
    auto map = std::make_shared<protocol::ClusterMap>();
    map->table = protocol::VbucketTable{1024, 0, std::move(owners)};
    Router router;
    router.use_map(std::move(map), {1, 2, 3}, 0);
    std::string key = strings(key_size).front();
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < keys; ++i) {
        key[i % 16] ^= 1;
        const Router::Target target = router.route(key);
        sum += target.node + target.vbucket;
    }
    return sum;
}

/// Ten million of these, with what separates them, are 1 GiB.
constexpr std::size_t row_size = 107;

/// A row as a map function over documents makes it: two strings, an array, an object.
std::string view_row() {
    const std::string front = "{\"id\":\"document_0000001\",\"key\":[\"abc\",12345],\"value\":{\"name\":\"";
    const std::string back = "\"}},\r\n";
    return front + std::string(row_size - front.size() - back.size(), 'x') + back;
}

/// Splits the answer to a view query, in pieces as large as what a connection reads at once.
std::uint64_t rows(std::uint64_t count) {
    constexpr std::size_t piece_size = 16 * 1024;
    const std::string row = view_row();
    std::string answer;
    for (std::size_t i = 0; i < piece_size; ++i) answer += row;  // so that each row is cut at each place
    views::RowReader reader;
    reader.put("{\"total_rows\":1,\"rows\":[");
    std::uint64_t sum = 0;
    std::size_t at = answer.size();
    for (std::uint64_t i = 0; i < count;) {
        while (reader.next() == views::RowReader::Outcome::row && i < count) {
            sum += reader.row().size();
            ++i;
        }
        if (reader.error()) return 0;
        if (at >= answer.size()) at = 0;
        reader.put(protocol::ByteView{answer}.substr(at, piece_size));
        at += piece_size;
    }
    return sum;
}

constexpr Work work[] = {
    {"read", response_size, read},  {"build-get", get_size, build_get}, {"build-set", set_size, build_set},
    {"vbucket", key_size, vbucket}, {"route", key_size, route},         {"rows", row_size, rows},
};

}  // namespace

std::span<const Work> all_work() {
    return work;
}

}  // namespace txcouchbase::bench
