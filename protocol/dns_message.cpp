// SPDX-License-Identifier: Apache-2.0
#include "protocol/dns_message.hpp"

#include <algorithm>
#include <optional>

#include "protocol/append.hpp"
#include "protocol/byte_cursor.hpp"

namespace txcouchbase::protocol {
namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_name = 253;
constexpr std::uint16_t class_internet = 1;
constexpr std::uint16_t type_cname = 5;
constexpr std::uint16_t type_srv = 33;
constexpr std::uint16_t type_opt = 41;

constexpr std::uint16_t flag_answer = 0x8000;
constexpr std::uint16_t flag_truncated = 0x0200;
constexpr std::uint16_t flag_recursion = 0x0100;
constexpr std::uint16_t opcode_bits = 0x7800;
constexpr std::uint16_t code_bits = 0x000f;
constexpr std::uint16_t code_no_such_name = 3;

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_label_byte(char c) noexcept {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

/// Walks over a message, whose names may point back into it.
class Reader {
public:
    explicit Reader(ByteView message) noexcept : message_(message), in_(message) {}

    bool skip(std::size_t count) noexcept {
        ByteView skipped;
        return in_.bytes(count, skipped);
    }
    bool number(std::uint16_t& out) noexcept { return in_.number(out); }
    std::size_t position() const noexcept { return message_.size() - in_.rest().size(); }

    bool name(std::string& out) {
        out.clear();
        // Each pointer must lead further back than the one before, so there are no circles.
        std::size_t barrier = position();
        std::optional<ByteCursor> elsewhere;
        while (true) {
            ByteCursor& in = elsewhere ? *elsewhere : in_;
            std::uint8_t size = 0;
            if (!in.number(size)) return false;
            if (size == 0) return true;
            if (size > longest_label) {
                std::uint8_t low = 0;
                if ((size & 0xc0) != 0xc0 || !in.number(low)) return false;
                const std::size_t target = (size & 0x3fU) << 8 | low;
                if (target >= barrier) return false;
                barrier = target;
                elsewhere.emplace(message_.substr(target));
                continue;
            }
            ByteView label;
            if (!in.bytes(size, label) || !std::all_of(label.begin(), label.end(), is_label_byte))
                return false;
            if (!out.empty()) out += '.';
            out += label;
            if (out.size() > longest_name) return false;
        }
    }

private:
    ByteView message_;
    ByteCursor in_;
};

/// One record of the answer. `owner` is the name whose records count, and follows aliases. False: not well formed.
bool read_record(Reader& in, std::string& owner, std::vector<SrvRecord>& records) {
    std::string name;
    std::uint16_t type = 0;
    std::uint16_t its_class = 0;
    std::uint16_t size = 0;
    if (!in.name(name) || !in.number(type) || !in.number(its_class) || !in.skip(4) || !in.number(size))
        return false;
    const bool is_owners = its_class == class_internet && is_same_name(name, owner);
    if (!is_owners || (type != type_cname && type != type_srv)) return in.skip(size);
    const std::size_t end = in.position() + size;
    if (type == type_cname) return in.name(owner) && in.position() == end;
    SrvRecord record;
    if (!in.number(record.priority) || !in.number(record.weight) || !in.number(record.port) ||
        !in.name(record.target) || in.position() != end)
        return false;
    if (!record.target.empty() && record.port != 0) records.push_back(std::move(record));
    return true;
}

}  // namespace

std::string write_srv_question(std::string_view name, std::uint16_t id) {
    if (name.empty() || name.size() > longest_name) return {};
    std::string out;
    for (const int number : {int{id}, int{flag_recursion}, 1, 0, 0, 1})  // one question, one addition
        append_number(out, static_cast<std::uint16_t>(number));
    while (true) {
        const std::string_view label = name.substr(0, name.find('.'));
        if (label.empty() || label.size() > longest_label ||
            !std::all_of(label.begin(), label.end(), is_label_byte))
            return {};
        out += static_cast<char>(label.size());
        out += label;
        if (label.size() == name.size()) break;
        name.remove_prefix(label.size() + 1);
    }
    out += '\0';
    append_number(out, type_srv);
    append_number(out, class_internet);
    // The addition tells how large an answer may be (RFC 6891): of the root, with no flags and nothing in it.
    out += '\0';
    append_number(out, type_opt);
    append_number(out, static_cast<std::uint16_t>(max_dns_answer));
    append_number(out, std::uint32_t{0});
    append_number(out, std::uint16_t{0});
    return out;
}

SrvReading read_srv_answer(ByteView message, std::string_view name, std::uint16_t id) {
    Reader in{message};
    std::uint16_t its_id = 0;
    std::uint16_t flags = 0;
    std::uint16_t questions = 0;
    std::uint16_t answers = 0;
    if (!in.number(its_id) || !in.number(flags) || !in.number(questions) || !in.number(answers) ||
        !in.skip(4))
        return {};
    std::string asked;
    std::uint16_t type = 0;
    std::uint16_t its_class = 0;
    if (its_id != id || (flags & flag_answer) == 0 || (flags & opcode_bits) != 0 || questions != 1 ||
        !in.name(asked) || !in.number(type) || !in.number(its_class) || !is_same_name(asked, name) ||
        type != type_srv || its_class != class_internet)
        return {};
    const std::uint16_t code = flags & code_bits;
    if (code == code_no_such_name) return {.reading = DnsReading::none};
    if (code != 0) return {.reading = DnsReading::useless};
    if ((flags & flag_truncated) != 0) return {.reading = DnsReading::cut_off};
    SrvReading out{.reading = DnsReading::none};
    for (unsigned i = 0; i < answers; ++i)
        if (!read_record(in, asked, out.records)) return {.reading = DnsReading::useless};
    if (!out.records.empty()) out.reading = DnsReading::records;
    return out;
}

std::vector<SrvRecord> in_order_of_use(std::vector<SrvRecord> records, std::minstd_rand& random) {
    // Of one priority those without a weight first, as the drawing wants it.
    std::stable_sort(records.begin(), records.end(), [](const SrvRecord& a, const SrvRecord& b) {
        return a.priority != b.priority ? a.priority < b.priority : a.weight == 0 && b.weight != 0;
    });
    std::vector<SrvRecord> out;
    while (!records.empty()) {
        const std::uint16_t priority = records.front().priority;
        std::uint32_t sum = 0;
        for (const SrvRecord& record : records)
            if (record.priority == priority) sum += record.weight;
        const std::uint32_t drawn = std::uniform_int_distribution<std::uint32_t>{0, sum}(random);
        std::uint32_t running = 0;
        const auto chosen = std::find_if(records.begin(), records.end(), [&](const SrvRecord& record) {
            running += record.weight;
            return running >= drawn;
        });
        out.push_back(std::move(*chosen));
        records.erase(chosen);
    }
    return out;
}

}  // namespace txcouchbase::protocol
