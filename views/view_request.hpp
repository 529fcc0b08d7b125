// Where a view or a design document is found, and the request that a query becomes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "protocol/error.hpp"
#include "views/query.hpp"

namespace txcouchbase::views {

enum class DesignMode : std::uint8_t { production, development };

/// The name as the server knows it: of a design in development it begins with "dev_", once.
std::string design_name(std::string_view design, DesignMode mode);

/// A path, or why there is none.
struct ViewPath {
    std::string text = {};
    Error error = {};
};

/**
 * "/bucket/_design/design", to be read, written and deleted.
 *
 * Shape:  any bytes in the names, which become segments of their own.
 * Errors: argument, naming what it is, for a name that is empty, "." or "..": proxies resolve those.
 */
ViewPath design_path(std::string_view bucket, std::string_view design);
/// "/bucket/_design/design/_view/view" in the same way.
ViewPath view_path(std::string_view bucket, std::string_view design, std::string_view view);

/// A GET, or a POST of JSON.
struct ViewRequest {
    std::string target = {};
    std::string body = {};  ///< empty: GET; of a POST it never is
    Error error = {};

    bool is_post() const noexcept { return !body.empty(); }
};

/// Targets that are longer become a POST.
constexpr std::size_t max_get_target = 2048;

/**
 * The request for a view's rows.
 *
 * Shape:  a query that makes the target longer than max_get_target is posted, its keys in the body: {"keys": [...]},
 *         or {} when there are none.
 * Errors: those of the path, then the query's own; argument for keys of a passthrough query that are no JSON array
 *         when they have to go into a body.
 * Spec:   PROTOCOL 9.1.
 */
ViewRequest make_view_request(std::string_view bucket, std::string_view design, std::string_view view,
                              const Query& query);

}  // namespace txcouchbase::views
