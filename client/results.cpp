// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/results.hpp>

#include <charconv>
#include <ostream>
#include <txcouchbase/json.hpp>

#include "client/transcoder.hpp"
#include "net/block.hpp"
#include "protocol/bytes.hpp"

namespace txcouchbase {
namespace {

constexpr std::size_t printed_bytes = 64;

// Bytes that are no printable ASCII are shown as \xNN: what is printed ends up on terminals and in logs.
void print_bytes(std::ostream& out, std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (const char c : bytes.substr(0, printed_bytes)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f)
            out << c;
        else
            out << "\\x" << digits[byte >> 4] << digits[byte & 0xf];
    }
    if (bytes.size() > printed_bytes) out << "...";
}

void print_head(std::ostream& out, const char* name, const Result& result) {
    out << name << '<' << info(result.rc()).name << ", key=";
    print_bytes(out, result.key());
}
void print_head(std::ostream& out, const char* name, const OperationResult& result) {
    print_head(out, name, static_cast<const Result&>(result));
    out << ", cas=" << result.cas();
}

void require_value(const ValueResult& result) {
    if (result.has_value()) return;
    const bool is_miss = result.rc() == errc::not_found;
    throw_exception(
        Error{errc::value_format,
              {.key = std::string{result.key()},
               .cause = is_miss ? "there is no value: the key was not found" : "there is no value",
               .was_written = true}});
}

}  // namespace

void detail::retain_block(net::Block* block) noexcept {
    block->retain();
}
void detail::release_block(net::Block* block) noexcept {
    block->release();
}

std::optional<MutationToken> OperationResult::mutation_token() const noexcept {
    if (!has_token_) return std::nullopt;
    const char* const at = key_ + key_size_;
    return MutationToken{protocol::load_be<std::uint16_t>(at), protocol::load_be<std::uint64_t>(at + 2),
                         protocol::load_be<std::uint64_t>(at + 10)};
}

std::string ValueResult::text() const {
    require_value(*this);
    return decode_text(key(), bytes(), is_raw_ ? flags::bytes : flags_);
}

nlohmann::json ValueResult::json() const {
    require_value(*this);
    return decode_json(key(), bytes(), is_raw_ ? flags::bytes : flags_);
}

std::uint64_t ValueResult::number() const {
    require_value(*this);
    const std::string_view digits = bytes();
    std::uint64_t value = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // memcached pads a counter that became shorter with spaces.
    const bool rest_is_blank =
        digits.find_first_not_of(' ', static_cast<std::size_t>(end - digits.data())) == digits.npos;
    if (ec != std::errc{} || !rest_is_blank)
        throw_exception(Error{
            errc::value_format,
            {.key = std::string{key()}, .cause = "the value is no unsigned number", .was_written = true}});
    return value;
}

std::ostream& operator<<(std::ostream& out, const Result& result) {
    print_head(out, "Result", result);
    return out << '>';
}

std::ostream& operator<<(std::ostream& out, const OperationResult& result) {
    print_head(out, "OperationResult", result);
    return out << '>';
}

std::ostream& operator<<(std::ostream& out, const ValueResult& result) {
    print_head(out, "ValueResult", result);
    if (!result.has_value()) return out << ", no value>";
    out << ", flags=" << std::hex << std::showbase << result.flags() << std::dec << std::noshowbase << ", "
        << result.bytes().size() << " bytes: ";
    print_bytes(out, result.bytes());
    return out << '>';
}

}  // namespace txcouchbase
