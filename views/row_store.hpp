// Memory for rows that outlive the bytes which they came in.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "views/row.hpp"

namespace txcouchbase::views {

/// Memory for rows that stay: pages that are shared by the rows in them, and live as long as one of them does.
class RowStore {
public:
    ViewRow keep(std::string_view row);
    /// Bytes of all rows that were kept.
    std::size_t bytes() const noexcept { return bytes_; }

private:
    std::shared_ptr<char[]> page_;
    std::size_t room_ = 0;
    std::size_t used_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace txcouchbase::views
