// SPDX-License-Identifier: Apache-2.0
#include "views/row_store.hpp"

#include <algorithm>
#include <cstring>

namespace txcouchbase::views {

ViewRow RowStore::keep(std::string_view row) {
    constexpr std::size_t page_size = 16 * 1024;
    if (room_ - used_ < row.size()) {
        room_ = std::max(page_size, row.size());
        page_ = std::shared_ptr<char[]>(new char[room_]);
        used_ = 0;
    }
    char* const at = page_.get() + used_;
    std::memcpy(at, row.data(), row.size());
    used_ += row.size();
    bytes_ += row.size();
    return ViewRow{{at, row.size()}, page_};
}

}  // namespace txcouchbase::views
