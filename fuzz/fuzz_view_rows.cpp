// The answer to a view query: any split gives the same rows, error and metadata, and what is sound was JSON as a whole.
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "fuzz/property.hpp"
#include "views/json_check.hpp"
#include "views/row.hpp"
#include "views/row_reader.hpp"

using namespace txcouchbase::views;
using namespace txcouchbase::fuzz;

struct Story {
    std::string text = {};
    bool is_sound = true;  ///< no error, and every row is JSON

    bool operator==(const Story&) const = default;
};

/// What comes out of an answer in pieces of so many bytes, each in memory of its own.
static Story story_of(std::string_view answer, std::size_t size, RowLimits limits) {
    RowReader reader{limits};
    Story story;
    while (!answer.empty() && !reader.error()) {
        const std::vector<char> piece{answer.begin(), answer.begin() + std::min(size, answer.size())};
        answer.remove_prefix(piece.size());
        reader.put({piece.data(), piece.size()});
        while (reader.next() == RowReader::Outcome::row) {
            const ViewRow row{reader.row()};
            property(row.raw().size() <= limits.max_row && row.raw().starts_with('{'),
                     "a row has its limits");
            property(!row.error() || (row.key().empty() && !row.docid()), "a malformed row has no members");
            if (find_json_defect(row.raw())) story.is_sound = false;
            story.text.append(row.raw()) += '\n';
        }
    }
    if (reader.finish()) story.is_sound = false;
    property(reader.error() || !find_json_defect(reader.metadata()), "metadata is JSON once all is well");
    property(reader.metadata().size() <= limits.max_metadata, "and has its limit");
    story.text.append(reader.metadata()).append(reader.metadata("errors")) += reader.error().detail().cause;
    return story;
}

/// First byte: the pieces. Second byte: the limits.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view answer = as_view(data, size).substr(2);
    const RowLimits limits{
        .max_row = 64U + 4U * data[1], .max_metadata = 16U * data[1], .max_depth = 1 + data[1] % 64};
    const Story whole = story_of(answer, answer.size(), limits);
    property(story_of(answer, data[0] + 1U, limits) == whole, "any split gives the same");
    property(!whole.is_sound || !find_json_defect(answer), "what is sound was JSON as a whole");
    return 0;
}
