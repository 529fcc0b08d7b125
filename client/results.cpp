// SPDX-License-Identifier: Apache-2.0
#include <txcouchbase/results.hpp>

#include <charconv>
#include <ostream>

#include <txcouchbase/exceptions.hpp>
#include "client/transcoder.hpp"
#include "net/block.hpp"

namespace txcouchbase {
namespace {

constexpr std::size_t printed_bytes = 64;

void print_head(std::ostream& out, const char* name, const OperationResult& result) {
    out << name << '<' << info(result.rc()).name << ", key=" << result.key() << ", cas=" << result.cas();
}

}  // namespace

void detail::retain_block(net::Block* block) noexcept {
    block->retain();
}
void detail::release_block(net::Block* block) noexcept {
    block->release();
}

std::string ValueResult::text() const {
    return decode_text(key(), bytes(), flags_);
}

std::uint64_t ValueResult::number() const {
    const std::string_view digits = bytes();
    std::uint64_t value = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // memcached pads a counter that became shorter with spaces.
    const bool rest_is_blank =
        digits.find_first_not_of(' ', static_cast<std::size_t>(end - digits.data())) == digits.npos;
    if (ec != std::errc{} || !rest_is_blank)
        throw_exception(Error{errc::value_format,
                              {.key = std::string{key()}, .cause = "the value is no unsigned number"}});
    return value;
}

std::ostream& operator<<(std::ostream& out, const OperationResult& result) {
    print_head(out, "OperationResult", result);
    return out << '>';
}

std::ostream& operator<<(std::ostream& out, const ValueResult& result) {
    print_head(out, "ValueResult", result);
    const std::string_view bytes = result.bytes();
    out << ", " << bytes.size() << " bytes: " << bytes.substr(0, printed_bytes);
    if (bytes.size() > printed_bytes) out << "...";
    return out << '>';
}

}  // namespace txcouchbase
