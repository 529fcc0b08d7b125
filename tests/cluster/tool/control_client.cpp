// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/control_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "protocol/base64.hpp"

namespace txcouchbase::cluster::tool {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

struct Place {
    std::string host;
    std::string port;
    std::string path;
};

/// Of "http://127.0.0.1:41000/control"; the path may be missing.
std::optional<Place> read_url(std::string_view url) {
    url.remove_prefix(std::string_view("http://").size());
    const std::size_t slash = std::min(url.find('/'), url.size());
    const std::size_t colon = url.substr(0, slash).rfind(':');
    if (colon == url.npos) return std::nullopt;
    const std::string_view path = url.substr(slash);
    return Place{.host = std::string(url.substr(0, colon)),
                 .port = std::string(url.substr(colon + 1, slash - colon - 1)),
                 .path = path.size() <= 1 ? "/control" : std::string(path)};
}

std::string password_of(const ControlArguments& arguments) {
    if (!arguments.password.empty()) return arguments.password;
    const char* const given = std::getenv("TXCB_CLUSTER_PASSWORD");
    return given != nullptr && *given != '\0' ? given : "password";
}

http::response<http::string_body> post(const Place& place, const ControlArguments& arguments) {
    asio::io_context loop;
    asio::ip::tcp::socket socket(loop);
    socket.connect({asio::ip::make_address(place.host),
                    static_cast<std::uint16_t>(std::strtoul(place.port.c_str(), nullptr, 10))});
    http::request<http::string_body> request{http::verb::post, place.path, 11};
    request.set(http::field::host, place.host + ":" + place.port);
    request.set(http::field::authorization,
                "Basic " + protocol::base64_encode(arguments.user + ":" + password_of(arguments)));
    request.set(http::field::content_type, "application/json");
    request.set(http::field::connection, "close");
    request.body() = arguments.json;
    request.prepare_payload();
    http::write(socket, request);
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> response;
    http::read(socket, buffer, response);
    return response;
}

/// The sentence of an answer that is none.
std::string words_of(const http::response<http::string_body>& response) {
    if (response.result() == http::status::unauthorized) return "wrong user or password";
    const auto body = nlohmann::json::parse(response.body(), nullptr, false);
    if (body.is_object() && body.contains("error") && body["error"].is_string())
        return body["error"].get<std::string>();
    return "HTTP " + std::to_string(response.result_int());
}

}  // namespace

int send_command(const ControlArguments& arguments, std::ostream& out, std::ostream& err) {
    const std::optional<Place> place = read_url(arguments.url);
    if (!place) {
        err << "txcb-cluster ctl: --at needs a port: " << arguments.url << '\n';
        return exit_usage;
    }
    try {
        const auto response = post(*place, arguments);
        if (response.result() == http::status::ok) {
            out << response.body() << '\n' << std::flush;
            return exit_ok;
        }
        err << "txcb-cluster ctl: " << words_of(response) << '\n';
        return exit_failed;
    } catch (const boost::system::system_error& error) {
        err << "txcb-cluster ctl: " << arguments.url << ": " << error.code().message() << '\n';
        return exit_no_server;
    }
}

}  // namespace txcouchbase::cluster::tool
