// View queries of any names and values: what was accepted makes one request line and one JSON body.
// SPDX-License-Identifier: Apache-2.0
#include "fuzz/property.hpp"
#include "net/http_origin.hpp"
#include "views/json_check.hpp"
#include "views/query_text.hpp"
#include "views/view_request.hpp"

using namespace txcouchbase;
using namespace txcouchbase::views;
using namespace txcouchbase::fuzz;

/// First byte: the mode. Then lines: "name=value", as text and as what a command line says; without '=', a name of the
/// path and a query that is ready.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view rest = as_view(data, size).substr(1);
    Query query{QueryMode{.passthrough = (data[0] & 1) != 0, .unrecognized_ok = (data[0] & 2) != 0}};
    std::string_view name = "name";
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const std::size_t equals = line.find('=');
        const std::string before = query.encoded();
        const bool was_well = !query.error();
        if (equals == std::string_view::npos)
            query.set_ready(name = line);
        else if ((data[0] & 4) != 0)
            query.set_text(line.substr(0, equals), line.substr(equals + 1));
        else
            query.set(line.substr(0, equals), line.substr(equals + 1));
        property(!was_well || !query.error() || query.encoded() == before, "a refusal changes nothing");
    }
    property(is_query_text(query.encoded()), "a query string has nothing that ends it");
    const ViewRequest request = make_view_request(name, name, name, query);
    property(request.error || net::is_visible_ascii(request.target), "a target is one word");
    property(request.error || request.target.find('#') == std::string::npos, "without a fragment");
    property(!request.is_post() || !find_json_defect(request.body), "a body is JSON");
    return 0;
}
