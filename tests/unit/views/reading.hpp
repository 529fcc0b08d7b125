// Reads an answer in pieces and tells what came of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "views/row_reader.hpp"

namespace txcouchbase::views {

/// Everything that a reader says of one answer.
struct Story {
    std::vector<std::string> rows = {};
    std::string metadata = {};
    std::string error = {};

    bool operator==(const Story&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const Story& story) {
        for (const std::string& row : story.rows) out << row << '\n';
        return out << story.metadata << '\n' << story.error;
    }
};

/// `next_size` says how long the next piece is. Each piece is memory of its own, freed when it is used up.
inline Story story_of(std::string_view answer, const std::function<std::size_t()>& next_size,
                      RowLimits limits = {}) {
    RowReader reader{limits};
    Story story;
    while (!answer.empty()) {
        const std::string_view piece = answer.substr(0, std::max<std::size_t>(next_size(), 1));
        answer.remove_prefix(piece.size());
        const auto memory = std::make_unique<char[]>(piece.size());
        std::copy(piece.begin(), piece.end(), memory.get());
        reader.put({memory.get(), piece.size()});
        while (reader.next() == RowReader::Outcome::row) story.rows.emplace_back(reader.row());
        if (reader.error()) break;
    }
    story.error = reader.finish().detail().cause;
    story.metadata = reader.metadata();
    return story;
}

inline Story story_of(std::string_view answer, RowLimits limits = {}) {
    return story_of(
        answer, [size = answer.size()] { return size; }, limits);
}

inline Story story_in_pieces(std::string_view answer, std::size_t size, RowLimits limits = {}) {
    return story_of(
        answer, [size] { return size; }, limits);
}

/// First so many bytes, then the rest.
inline Story story_cut_at(std::string_view answer, std::size_t at, RowLimits limits = {}) {
    return story_of(
        answer,
        [at, rest = answer.size()]() mutable {
            const std::size_t size = at;
            at = rest;
            return size;
        },
        limits);
}

}  // namespace txcouchbase::views
