// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/serve.hpp"

#include <sys/resource.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/cluster/cluster.hpp"
#include "tests/cluster/network/certificates.hpp"
#include "tests/cluster/network/live_cluster.hpp"
#include "tests/cluster/network/local_places.hpp"
#include "tests/cluster/network/loop_clock.hpp"
#include "tests/cluster/tool/control_server.hpp"
#include "tests/cluster/tool/process_places.hpp"
#include "tests/cluster/tool/scenario.hpp"

namespace txcouchbase::cluster::tool {

namespace {

namespace asio = boost::asio;

/// A node may have more connections than the usual 1,024 descriptors.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<ScenarioStep> load_scenario(const std::string& file) {
    if (file.empty()) return {};
    std::ifstream in(file);
    if (!in) throw ClusterError(file + " cannot be read");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto steps = read_scenario(text);
    if (const auto* words = std::get_if<std::string>(&steps)) throw ClusterError(file + ": " + *words);
    return std::get<std::vector<ScenarioStep>>(std::move(steps));
}

/// What was made for --ca-file, for as long as the cluster runs.
class CaFile {
public:
    CaFile(std::string path, const std::string& pem) : path_(std::move(path)) {
        if (path_.empty()) return;
        std::ofstream out(path_);
        out << pem << std::flush;
        if (!out) throw ClusterError(path_ + " cannot be written");
    }
    ~CaFile() {
        if (!path_.empty()) std::remove(path_.c_str());
    }
    CaFile(const CaFile&) = delete;
    CaFile& operator=(const CaFile&) = delete;

private:
    std::string path_;
};

class Program {
public:
    Program(const ServeArguments& arguments, std::ostream& out, std::ostream& err)
        : arguments_(arguments),
          out_(out),
          err_(err),
          steps_(load_scenario(arguments.scenario)),
          certificates_(arguments.options.has_tls ? std::optional(make_certificates()) : std::nullopt),
          ca_file_(arguments.ca_file, certificates_ ? certificates_->ca : std::string()),
          signals_(loop_, SIGINT, SIGTERM),
          timer_(loop_),
          places_(make_places()),
          cluster_(loop_, arguments.options, *places_),
          control_(loop_, cluster_) {}

    int run() {
        signals_.async_wait([this](boost::system::error_code, int) { loop_.stop(); });
        if (arguments_.sample.empty())
            cluster_.when_settled([this] { begin(); });
        else
            cluster_.execute(nlohmann::json{{"do", "load_sample"}, {"bucket", arguments_.sample}}.dump(),
                             [this](const ControlAnswer& answer) {
                                 if (!has_failed("--sample", answer)) begin();
                             });
        loop_.run();
        return exit_code_;
    }

private:
    std::unique_ptr<NodePlaces> make_places() {
        if (arguments_.has_process_per_node) return std::make_unique<ProcessPlaces>(loop_, certificates_);
        if (certificates_) tls_.emplace(make_tls_context(*certificates_));
        return std::make_unique<LocalPlaces>(loop_, tls_ ? &*tls_ : nullptr);
    }

    void begin() {
        out_ << "connection  " << cluster_.addresses("couchbase", Service::kv) << '\n';
        if (certificates_)
            out_ << "TLS         " << cluster_.addresses("couchbases", Service::kv_tls) << '\n';
        out_ << "user        " << arguments_.options.user << '\n'
             << "password    " << arguments_.options.password << '\n'
             << "REST        " << cluster_.addresses("http", Service::rest) << '\n'
             << "control     " << control_.url() << '\n'
             << std::flush;
        began_ = LoopClock::Steady::now();
        run_next_step();
    }

    /// Says so and ends the program.
    bool has_failed(const std::string& what, const ControlAnswer& answer) {
        const auto* refusal = std::get_if<Refusal>(&answer);
        if (refusal == nullptr) return false;
        err_ << "txcb-cluster: " << what << ": " << refusal->words << '\n';
        exit_code_ = exit_failed;
        loop_.stop();
        return true;
    }

    void run_next_step() {
        if (step_ == steps_.size()) return;
        timer_.expires_at(began_ + steps_[step_].at);
        timer_.async_wait([this](boost::system::error_code error) {
            if (error) return;
            const ScenarioStep& step = steps_[step_++];
            cluster_.execute(step.json, [this, number = step_](const ControlAnswer& answer) {
                if (!has_failed("step " + std::to_string(number) + " of the scenario", answer))
                    run_next_step();
            });
        });
    }

    const ServeArguments& arguments_;
    std::ostream& out_;
    std::ostream& err_;
    std::vector<ScenarioStep> steps_;
    std::optional<Certificates> certificates_;
    CaFile ca_file_;
    asio::io_context loop_{1};
    asio::signal_set signals_;
    asio::steady_timer timer_;
    std::optional<asio::ssl::context> tls_ = {};
    std::unique_ptr<NodePlaces> places_;
    LiveCluster cluster_;
    ControlServer control_;
    LoopClock::Steady::time_point began_ = {};
    std::size_t step_ = 0;
    int exit_code_ = exit_ok;
};

}  // namespace

int serve(const ServeArguments& arguments, std::ostream& out, std::ostream& err) try {
    raise_descriptor_limit();
    return Program(arguments, out, err).run();
} catch (const ClusterError& error) {
    err << "txcb-cluster: " << error.what() << '\n';
    return exit_failed;
}

}  // namespace txcouchbase::cluster::tool
