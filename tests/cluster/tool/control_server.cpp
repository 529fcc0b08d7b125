// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/control_server.hpp"

#include <array>
#include <boost/asio/write.hpp>
#include <nlohmann/json.hpp>

#include "tests/cluster/node/users.hpp"
#include "tests/cluster/rest/basic_authentication.hpp"
#include "tests/cluster/rest/http_response.hpp"
#include "tests/cluster/rest/request_reader.hpp"

namespace txcouchbase::cluster::tool {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::string_view path = "/control";
constexpr std::size_t max_connections = 64;

HttpResponse error_response(unsigned status, const std::string& words) {
    return json_response({{"error", words}}, status);
}

}  // namespace

/// What connections need of the cluster, for as long as there is one.
struct ControlServer::Shared {
    explicit Shared(LiveCluster& of) : cluster(&of) {}

    LiveCluster* cluster;
    std::size_t connections = 0;
};

/// One request after the other.
class ControlServer::Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Listener::Socket socket, std::shared_ptr<Shared> shared)
        : socket_(std::move(socket)), shared_(std::move(shared)) {
        ++shared_->connections;
    }
    ~Connection() { --shared_->connections; }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void serve() {
        HttpRequest request;
        switch (reader_.next(request)) {
            case RequestReader::Outcome::need_more: return read();
            case RequestReader::Outcome::failed: return respond(unreadable(reader_.failure_status()), false);
            case RequestReader::Outcome::request: return run(request);
        }
    }

private:
    void read() {
        if (reader_.take_expectation()) out_ += "HTTP/1.1 100 Continue\r\n\r\n";
        if (!out_.empty()) return write(true);
        socket_.async_read_some(asio::buffer(incoming_),
                                [self = shared_from_this()](error_code error, std::size_t size) {
                                    if (error || self->shared_->cluster == nullptr) return;
                                    self->reader_.push({self->incoming_.data(), size});
                                    self->serve();
                                });
    }

    void run(const HttpRequest& request) {
        const bool keeps_alive = request.keeps_alive;
        if (request.target != path) return respond(not_found(), keeps_alive);
        Users users;
        users.update(shared_->cluster->state());
        const UserInfo* const user = authenticate(users, request.authorization);
        if (user == nullptr) return respond(unauthorized(), keeps_alive);
        if (!user->is_admin) return respond(forbidden("cluster.admin!all"), keeps_alive);
        if (request.method != "POST")
            return respond(error_response(405, "commands are sent by POST"), keeps_alive);
        shared_->cluster->execute(
            request.body, [self = shared_from_this(), keeps_alive](ControlAnswer answer) {
                if (const auto* refusal = std::get_if<Refusal>(&answer))
                    return self->respond(error_response(refusal->http_status, refusal->words), keeps_alive);
                self->respond({.body = std::get<std::string>(std::move(answer))}, keeps_alive);
            });
    }

    void respond(const HttpResponse& response, bool keeps_alive) {
        append_response(out_, response, Framing::length, keeps_alive);
        write(keeps_alive);
    }

    void write(bool keeps_alive) {
        asio::async_write(socket_, asio::buffer(out_),
                          [self = shared_from_this(), keeps_alive](error_code error, std::size_t) {
                              self->out_.clear();
                              if (error || !keeps_alive) return self->close();
                              if (self->shared_->cluster != nullptr) self->serve();
                          });
    }

    // By hand: whoever keeps the command's callback keeps this too.
    void close() {
        error_code ignored;
        socket_.shutdown(asio::socket_base::shutdown_both, ignored);
        socket_.close(ignored);
    }

    Listener::Socket socket_;
    std::shared_ptr<Shared> shared_;
    RequestReader reader_;
    std::string out_ = {};
    std::array<char, 4096> incoming_;
};

ControlServer::ControlServer(asio::io_context& loop, LiveCluster& cluster)
    : shared_(std::make_shared<Shared>(cluster)),
      listener_(loop, 0, [shared = shared_](Listener::Socket socket) {
          if (shared->connections < max_connections)
              std::make_shared<Connection>(std::move(socket), shared)->serve();
      }) {
    listener_.listen();
}

ControlServer::~ControlServer() {
    shared_->cluster = nullptr;
}

std::string ControlServer::url() const {
    return "http://127.0.0.1:" + std::to_string(listener_.port()) + std::string(path);
}

}  // namespace txcouchbase::cluster::tool
