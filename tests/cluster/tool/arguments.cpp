// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/arguments.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <vector>

namespace txcouchbase::cluster::tool {

const std::string_view help =
    R"(txcb-cluster [options]: a Couchbase cluster for tests on this machine, until Ctrl-C.

  --nodes N                  1 to 64 nodes; 1 if not said
  --bucket NAME[:SETTINGS]   a bucket, as often as wanted; "default" if not said. Settings are
                             replicas=0..3,vbuckets=1..1024,type=couchbase|memcached,ram=MB
  --replicas N               of buckets that say nothing about it; 1
  --user NAME:PASSWORD       the administrator; Administrator:password
  --tls                      TLS ports too, with a CA made for this cluster
  --ca-file FILE             where to write that CA (PEM)
  --process-per-node         each node a process of its own: kill -9 and SIGSTOP are real
  --replication-lag MS       how long after a change replicas learn of it; 0
  --persistence-delay MS     how long after a change it is on disk; 0
  --sample beer-sample       a bucket of that name, filled
  --scenario FILE            commands and when to run them: [{"at_ms": 500, "do": "kill", "node": 1}...]

txcb-cluster ctl --at URL VERB [name=value...]: a command for a cluster that runs at this control URL.
txcb-cluster ctl --at URL '{"do": VERB, ...}': the same as JSON.

  -U, --user NAME            Administrator if not said
  -P, --password PASSWORD    or in TXCB_CLUSTER_PASSWORD; "password" if not said

Verbs: add_node remove_node rebalance fail_over create_bucket delete_bucket flush_bucket put_user remove_user
freeze thaw kill restart reset link settings load_sample state wait inject clear_faults map clock
(docs/txcb-cluster.md). Exit codes: 0 done, 2 refused, 3 nobody answers, 64 these arguments make no sense.
)";

namespace {

struct Wrong : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::uint64_t number(std::string_view what, std::string_view text, std::uint64_t low, std::uint64_t high) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high)
        throw Wrong(std::string(what) + " is a number from " + std::to_string(low) + " to " +
                    std::to_string(high));
    return value;
}

/// Cuts what stands before the separator off the front of `rest`.
std::string_view cut(std::string_view& rest, char separator) {
    const std::size_t at = std::min(rest.find(separator), rest.size());
    const std::string_view front = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return front;
}

void apply_bucket_setting(BucketOptions& bucket, std::string_view setting) {
    const std::string_view name = cut(setting, '=');
    if (name == "replicas")
        bucket.replicas = static_cast<std::uint8_t>(number("--bucket: replicas", setting, 0, 3));
    else if (name == "vbuckets")
        bucket.vbuckets = static_cast<std::uint16_t>(number("--bucket: vbuckets", setting, 1, 1'024));
    else if (name == "ram")
        bucket.ram_quota_mb = static_cast<std::uint32_t>(number("--bucket: ram", setting, 1, 1'000'000));
    else if (name == "type" && setting == "memcached")
        bucket.type = BucketType::memcached;
    else if (name != "type" || setting != "couchbase")
        throw Wrong("--bucket: there is no setting '" + std::string(name) + "=" + std::string(setting) + "'");
}

/// A bucket whose number of replicas may be that of --replicas, wherever that stands.
struct WantedBucket {
    std::string name;
    std::vector<std::string> settings;
};

WantedBucket read_bucket(std::string_view text) {
    WantedBucket bucket{.name = std::string(cut(text, ':')), .settings = {}};
    if (bucket.name.empty()) throw Wrong("--bucket needs a name");
    while (!text.empty()) bucket.settings.emplace_back(cut(text, ','));
    return bucket;
}

/// One option: `take` is given the value; there is none for a flag.
struct Option {
    std::string_view name;
    std::string_view letter;
    bool has_value;
    std::function<void(std::string_view)> take;
};

/// Hands options to their takers; what is none is left.
std::vector<std::string_view> take_options(Arguments arguments, const std::vector<Option>& options) {
    std::vector<std::string_view> operands;
    for (std::size_t i = 0; i != arguments.size(); ++i) {
        std::string_view value = arguments[i];
        if (value.size() < 2 || value.front() != '-') {
            operands.push_back(value);
            continue;
        }
        const bool has_own_value = value.starts_with("--") && value.find('=') != value.npos;
        const std::string_view name = has_own_value ? cut(value, '=') : value;
        const auto option = std::find_if(options.begin(), options.end(), [&](const Option& known) {
            return known.name == name || (!known.letter.empty() && known.letter == name);
        });
        if (option == options.end()) throw Wrong("there is no option '" + std::string(name) + "'");
        if (!option->has_value && has_own_value) throw Wrong(std::string(name) + " takes no value");
        if (option->has_value && !has_own_value) {
            if (++i == arguments.size()) throw Wrong(std::string(name) + " needs a value");
            value = arguments[i];
        }
        option->take(value);
    }
    return operands;
}

ServeArguments read_serve(Arguments arguments) {
    ServeArguments out;
    std::vector<WantedBucket> buckets;
    std::uint8_t replicas = 1;
    const auto milliseconds = [](std::string_view name, std::string_view text) {
        return std::chrono::milliseconds(number(name, text, 0, 86'400'000));
    };
    const std::vector<Option> options = {
        {"--nodes", "", true, [&](auto text) { out.options.nodes = number("--nodes", text, 1, 64); }},
        {"--bucket", "", true, [&](auto text) { buckets.push_back(read_bucket(text)); }},
        {"--replicas", "", true,
         [&](auto text) { replicas = static_cast<std::uint8_t>(number("--replicas", text, 0, 3)); }},
        {"--user", "", true,
         [&](auto text) {
             if (text.find(':') == text.npos || text.front() == ':') throw Wrong("--user is NAME:PASSWORD");
             out.options.user = cut(text, ':');
             out.options.password = text;
         }},
        {"--tls", "", false, [&](auto) { out.options.has_tls = true; }},
        {"--ca-file", "", true, [&](auto text) { out.ca_file = text; }},
        {"--process-per-node", "", false, [&](auto) { out.has_process_per_node = true; }},
        {"--replication-lag", "", true,
         [&](auto text) { out.options.replication_lag = milliseconds("--replication-lag", text); }},
        {"--persistence-delay", "", true,
         [&](auto text) { out.options.persistence_delay = milliseconds("--persistence-delay", text); }},
        {"--sample", "", true,
         [&](auto text) {
             if (text != "beer-sample") throw Wrong("--sample: the only sample is beer-sample");
             out.sample = text;
         }},
        {"--scenario", "", true, [&](auto text) { out.scenario = text; }},
    };
    const auto operands = take_options(arguments, options);
    if (!operands.empty()) throw Wrong("nobody knows what '" + std::string(operands.front()) + "' means");
    if (!out.ca_file.empty() && !out.options.has_tls) throw Wrong("--ca-file needs --tls");
    if (!buckets.empty()) out.options.buckets.clear();
    for (const WantedBucket& wanted : buckets) {
        BucketOptions bucket{.name = wanted.name, .replicas = replicas};
        for (const std::string& setting : wanted.settings) apply_bucket_setting(bucket, setting);
        out.options.buckets.push_back(std::move(bucket));
    }
    if (buckets.empty()) out.options.buckets.front().replicas = replicas;
    return out;
}

/// These are text even where they look like numbers.
bool is_text(std::string_view name) {
    constexpr std::string_view names[] = {"name", "password", "type",       "roles", "bucket",
                                          "kind", "mode",     "key_prefix", "text"};
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string to_json(const std::vector<std::string_view>& words) {
    nlohmann::json command{{"do", words.front()}};
    for (std::size_t i = 1; i != words.size(); ++i) {
        std::string_view value = words[i];
        if (value.find('=') == value.npos) throw Wrong("'" + std::string(value) + "' is no name=value");
        const std::string name(cut(value, '='));
        nlohmann::json parsed = nlohmann::json::parse(value, nullptr, false);
        command[name] = is_text(name) || parsed.is_discarded() ? nlohmann::json(value) : std::move(parsed);
    }
    return command.dump();
}

ControlArguments read_control_arguments(Arguments arguments) {
    ControlArguments out;
    const std::vector<Option> options = {{"--at", "", true, [&](auto text) { out.url = text; }},
                                         {"--user", "-U", true, [&](auto text) { out.user = text; }},
                                         {"--password", "-P", true, [&](auto text) { out.password = text; }}};
    const std::vector<std::string_view> operands = take_options(arguments, options);
    if (out.url.empty()) throw Wrong("--at URL is missing");
    if (!out.url.starts_with("http://"))
        throw Wrong("--at is the control URL, http://127.0.0.1:PORT/control");
    if (operands.empty()) throw Wrong("a verb is missing");
    if (!operands.front().starts_with("{"))
        out.json = to_json(operands);
    else if (operands.size() == 1)
        out.json = operands.front();
    else
        throw Wrong("nobody knows what '" + std::string(operands[1]) + "' means");
    return out;
}

}  // namespace

std::variant<ServeArguments, ControlArguments, HelpWanted, BadArguments> read_arguments(
    Arguments arguments) try {
    for (const std::string_view argument : arguments)
        if (argument == "--help" || argument == "-h") return HelpWanted{};
    if (!arguments.empty() && arguments.front() == "ctl") return read_control_arguments(arguments.subspan(1));
    return read_serve(arguments);
} catch (const Wrong& wrong) {
    return BadArguments{wrong.what()};
}

}  // namespace txcouchbase::cluster::tool
