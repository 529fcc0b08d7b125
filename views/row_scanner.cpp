// SPDX-License-Identifier: Apache-2.0
#include "views/row_scanner.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace txcouchbase::views {
namespace {

constexpr std::size_t block_size = ByteClasses::block;
constexpr std::uint64_t all = ~std::uint64_t{0};

std::size_t first_of(std::uint64_t bits) noexcept {
    return static_cast<unsigned>(std::countr_zero(bits));
}

/// As many ones as there are bits, or none.
std::uint64_t spread(std::uint64_t bit) noexcept {
    return ~bit + 1;
}

/// Each bit, combined with all below it: from a quote on, up to the next, the bits are set.
std::uint64_t between_quotes(std::uint64_t quotes) noexcept {
    quotes ^= quotes << 1;
    quotes ^= quotes << 2;
    quotes ^= quotes << 4;
    quotes ^= quotes << 8;
    quotes ^= quotes << 16;
    return quotes ^ quotes << 32;
}

}  // namespace

RowScanner::RowScanner(std::size_t max_row, int max_depth) noexcept
    : max_row_(std::clamp(max_row, block_size, far / 2)), max_depth_(max_depth) {}

void RowScanner::set_piece(std::string_view piece) noexcept {
    limit_ -= piece_.size();
    piece_ = piece;
    block_ = far;
}

[[gnu::always_inline]] inline void RowScanner::look_at(std::size_t block) noexcept {
    block_ = block;
    if (std::min(piece_.size(), limit_) - block < block_size || is_escaped_) return look_with_care();
    const ByteClasses classes = classify(piece_.data() + block);
    if (classes.has_backslash) return look_with_care();
    is_easy_ = true;
    strings_ = between_quotes(classes.quotes) ^ spread(in_string_);
    brackets_ = classes.brackets & ~strings_;
}

void RowScanner::look_with_care() noexcept {
    const std::string_view rest = piece_.substr(block_);
    const char* bytes = rest.data();
    char padded[block_size];
    if (rest.size() < block_size) {
        // As if spaces followed.
        std::memset(padded, ' ', sizeof padded);
        std::memcpy(padded, bytes, rest.size());
        bytes = padded;
    }
    is_easy_ = false;
    classes_ = classify(bytes);
    backslashes_ = backslash_bits(bytes);
    strings_ = between_quotes(classes_.quotes) ^ spread(in_string_);
}

void RowScanner::begin_with_care(std::size_t at) noexcept {
    if (at - block_ >= block_size) look_at(at & ~(block_size - 1));
    if ((strings_ >> (at - block_) & 1) == 0) return;
    // What is in front of the row had misled us: a string that began before the block, or an escaped quote.
    if (is_easy_) look_with_care();
    strings_ = ~strings_;
}

inline RowScanner::Outcome RowScanner::follow(std::uint64_t brackets, std::size_t& at) noexcept {
    const char* const bytes = piece_.data() + block_;
    const auto most = static_cast<unsigned>(max_depth_);
    int depth = depth_;
    while (brackets != 0) {
        const std::uint64_t here = first_of(brackets);
        const int bit = static_cast<unsigned char>(bytes[here]) & opening_bit;
        depth = depth - 1 + bit;
        brackets &= brackets - 1;
        if (static_cast<unsigned>(depth - 1) < most) continue;
        brackets_ = brackets;
        at = block_ + here + (depth == 0 ? 1 : 0);
        return depth == 0 ? Outcome::row : Outcome::too_deep;
    }
    depth_ = depth;
    return Outcome::need_bytes;
}

RowScanner::Outcome RowScanner::scan(std::size_t& at) noexcept {
    bool is_known = at - block_ < block_size;
    while (true) {
        if (!is_known) {
            if (at >= piece_.size()) return Outcome::need_bytes;
            look_at(at);
        }
        const Outcome outcome = is_easy_ ? follow(brackets_, at) : scan_with_care(at);
        if (outcome != Outcome::need_bytes) return outcome;
        is_known = false;
        if (!is_easy_) continue;
        at = block_ + block_size;
        in_string_ = strings_ >> (block_size - 1);
    }
}

std::uint64_t RowScanner::escaped_bytes(std::size_t first, std::size_t size) noexcept {
    std::uint64_t escaped = is_escaped_ ? std::uint64_t{1} << first : 0;
    std::uint64_t backslashes = backslashes_ & (all << first) & ~escaped;
    is_escaped_ = false;
    while (backslashes != 0) {
        const std::size_t at = first_of(backslashes);
        is_escaped_ = at + 1 == size;
        const std::uint64_t next = is_escaped_ ? 0 : std::uint64_t{2} << at;
        escaped |= next;
        backslashes &= (backslashes - 1) & ~next;
    }
    return escaped;
}

RowScanner::Outcome RowScanner::scan_with_care(std::size_t& at) noexcept {
    const std::size_t first = at - block_;
    const std::size_t size = std::min(block_size, piece_.size() - block_);
    const std::uint64_t quotes = classes_.quotes & all << first & ~escaped_bytes(first, size);
    const std::uint64_t inside = between_quotes(quotes) ^ spread(in_string_);
    const std::size_t stop = std::min(size, limit_ - block_);
    const std::uint64_t within = (stop < block_size ? ~(all << stop) : all) & all << first;
    const Outcome outcome = follow(classes_.brackets & ~inside & within, at);
    if (outcome != Outcome::need_bytes) return outcome;
    at = block_ + stop;
    in_string_ = inside >> (block_size - 1);
    return stop < size ? Outcome::too_long : Outcome::need_bytes;
}

}  // namespace txcouchbase::views
