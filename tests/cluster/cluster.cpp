// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/cluster.hpp"

#include <boost/asio/post.hpp>
#include <csignal>
#include <future>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "tests/cluster/network/certificates.hpp"
#include "tests/cluster/network/live_cluster.hpp"
#include "tests/cluster/network/local_places.hpp"

namespace txcouchbase::cluster {

namespace {

namespace asio = boost::asio;
using Json = nlohmann::json;

/// While it lives, threads that are started take no signals: those are for the program, not for the cluster in it.
class NoSignals {
public:
    NoSignals() noexcept {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    NoSignals(const NoSignals&) = delete;
    NoSignals& operator=(const NoSignals&) = delete;

private:
    sigset_t before_ = {};
};

/// What TLS needs, if there is any.
struct Tls {
    Certificates certificates = make_certificates();
    asio::ssl::context context = make_tls_context(certificates);
};

}  // namespace

/// The thread, and what lives on it.
class Cluster::Runner {
public:
    explicit Runner(const Options& options)
        : options_(options),
          tls_(options.has_tls ? std::make_unique<Tls>() : nullptr),
          places_(loop_, tls_ ? &tls_->context : nullptr) {
        cluster_.emplace(loop_, options, places_);
        const NoSignals no_signals;
        thread_ = std::thread([this] { loop_.run(); });
    }
    ~Runner() {
        loop_.stop();
        thread_.join();
    }
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    std::string control(std::string_view json) {
        std::promise<ControlAnswer> promise;
        asio::post(loop_, [&] {
            cluster_->execute(json,
                              [&promise](ControlAnswer answer) { promise.set_value(std::move(answer)); });
        });
        ControlAnswer answer = promise.get_future().get();
        if (const auto* refusal = std::get_if<Refusal>(&answer)) throw ClusterError(refusal->words);
        return std::get<std::string>(std::move(answer));
    }

    std::string addresses(std::string_view scheme, Service service) {
        std::promise<std::string> promise;
        asio::post(loop_, [&] { promise.set_value(cluster_->addresses(scheme, service)); });
        return promise.get_future().get();
    }

    /// Until every node knows its buckets.
    void wait_until_settled() {
        std::promise<void> promise;
        asio::post(loop_, [&] { cluster_->when_settled([&promise] { promise.set_value(); }); });
        promise.get_future().get();
    }

    const Options& options() const noexcept { return options_; }
    const std::string& ca() const {
        if (!tls_) throw ClusterError("the cluster has no TLS: Options::has_tls was false");
        return tls_->certificates.ca;
    }

private:
    Options options_;
    asio::io_context loop_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{loop_.get_executor()};
    std::unique_ptr<Tls> tls_;
    LocalPlaces places_;
    std::optional<LiveCluster> cluster_ = {};
    std::thread thread_;
};

Cluster::Cluster(std::unique_ptr<Runner> runner) noexcept : runner_(std::move(runner)) {}
Cluster::Cluster(Cluster&&) noexcept = default;
Cluster& Cluster::operator=(Cluster&&) noexcept = default;
Cluster::~Cluster() = default;

Cluster start(const Options& options) try {
    auto runner = std::make_unique<Cluster::Runner>(options);
    runner->wait_until_settled();
    return Cluster(std::move(runner));
} catch (const ClusterError&) {
    throw;
} catch (const std::runtime_error& error) {
    throw ClusterError(error.what());  // no descriptor, no thread
}

std::string Cluster::connection_string() const {
    return runner_->addresses("couchbase", Service::kv);
}
std::string Cluster::tls_connection_string() const {
    runner_->ca();
    return runner_->addresses("couchbases", Service::kv_tls);
}
std::string Cluster::http_connection_string() const {
    return runner_->addresses("http", Service::rest);
}
const std::string& Cluster::user() const noexcept {
    return runner_->options().user;
}
const std::string& Cluster::password() const noexcept {
    return runner_->options().password;
}
const std::string& Cluster::ca_certificate() const {
    return runner_->ca();
}

std::string Cluster::control(std::string_view json) {
    return runner_->control(json);
}

std::size_t Cluster::add_node() {
    return Json::parse(control(R"({"do": "add_node"})"))["node"].get<std::size_t>();
}
void Cluster::remove_node(std::size_t node) {
    control(Json{{"do", "remove_node"}, {"node", node}}.dump());
}
void Cluster::rebalance() {
    control(R"({"do": "rebalance"})");
}
void Cluster::fail_over(std::size_t node) {
    control(Json{{"do", "fail_over"}, {"node", node}}.dump());
}
void Cluster::create_bucket(const BucketOptions& options) {
    control(Json{{"do", "create_bucket"},
                 {"name", options.name},
                 {"type", options.type == BucketType::couchbase ? "couchbase" : "memcached"},
                 {"vbuckets", options.vbuckets},
                 {"replicas", options.replicas},
                 {"ram_quota_mb", options.ram_quota_mb},
                 {"is_flush_enabled", options.is_flush_enabled}}
                .dump());
}
void Cluster::delete_bucket(std::string_view name) {
    control(Json{{"do", "delete_bucket"}, {"name", name}}.dump());
}
void Cluster::flush_bucket(std::string_view name) {
    control(Json{{"do", "flush_bucket"}, {"name", name}}.dump());
}
void Cluster::freeze(std::size_t node) {
    control(Json{{"do", "freeze"}, {"node", node}}.dump());
}
void Cluster::thaw(std::size_t node) {
    control(Json{{"do", "thaw"}, {"node", node}}.dump());
}
void Cluster::kill(std::size_t node) {
    control(Json{{"do", "kill"}, {"node", node}}.dump());
}
void Cluster::restart(std::size_t node) {
    control(Json{{"do", "restart"}, {"node", node}}.dump());
}
void Cluster::reset_connections(std::size_t node) {
    control(Json{{"do", "reset"}, {"node", node}}.dump());
}

}  // namespace txcouchbase::cluster
