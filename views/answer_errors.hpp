// What goes wrong in an answer that HTTP delivered well: a status that is no success, and errors beside the rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "net/http_machine.hpp"
#include "protocol/error.hpp"

namespace txcouchbase::views {

/// Collects an answer whose status is no success, of its body no more than an error may carry.
class Refusal {
public:
    static constexpr std::size_t max_body = 64 * 1024;

    explicit Refusal(const net::HttpHead& head);

    void put(std::string_view piece);

    /**
     * The answer as an error, once it has ended or enough of it is there.
     *
     * Errors: http, with the HttpReply attached; what {"error":...,"reason":...} says in the body is the server's text,
     *         of other bodies their beginning.
     */
    Error error() const;

private:
    HttpReply reply_;
};

/**
 * The `errors` of an answer, [{"from":...,"reason":...}], given as JSON that was checked.
 *
 * Shape:  members that are missing are empty, those that are no text are their JSON, and so are entries of other
 *         shape. What is no array counts as one entry, null as none.
 * Errors: view_engine, with the ViewErrors attached; none when there is none, be it that the text is empty.
 */
Error read_view_errors(std::string_view json);

}  // namespace txcouchbase::views
