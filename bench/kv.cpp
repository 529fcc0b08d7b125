// SPDX-License-Identifier: Apache-2.0
#include "bench/kv.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <string_view>
#include <txcouchbase/exceptions.hpp>

#include "bench/allocations.hpp"

namespace txcouchbase::bench {
namespace {

constexpr int exit_usage = 64;
constexpr std::uint64_t longest_run = 4'000'000'000;
constexpr std::uint32_t largest_batch = 65'536;  // what a connection takes by default

constexpr const char* usage =
    "usage: txcb-bench kv [options]\n"
    "  --connect STRING   memcached://127.0.0.1:11211\n"
    "  --user NAME, --password PASSWORD, --ca-file FILE   of a cluster, the last for couchbases://\n"
    "  --op OP            get, set or mix (one set in ten); default get\n"
    "  --front FRONT      async, deferred, coro, multi (get_multi, set_multi), or raw: the\n"
    "                     ceiling, a bare socket; default async\n"
    "  --batch B          operations in flight; the next batch follows the last reply; default 100\n"
    "  --keys K           different keys; default 1000\n"
    "  --value-size V     bytes; default 32\n"
    "  --ops N            operations to measure; default 1000000\n"
    "  --json             one JSON object instead of the table\n";

struct CpuTime {
    double user = 0;
    double system = 0;
};

CpuTime cpu_time() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return {seconds(used.ru_utime), seconds(used.ru_stime)};
}

template <class T>
bool parse_number(std::string_view text, T least, T most, T& out) {
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
    return ec == std::errc{} && end == text.data() + text.size() && out >= least && out <= most;
}

template <class T>
bool parse_name(std::string_view text, const std::map<std::string_view, T>& names, T& out) {
    const auto found = names.find(text);
    if (found == names.end()) return false;
    out = found->second;
    return true;
}

bool parse_option(std::string_view name, std::string_view value, KvOptions& options) {
    if (name == "--connect") return options.connect = value, true;
    if (name == "--user") return options.user = value, true;
    if (name == "--password") return options.password = value, true;
    if (name == "--ca-file") return options.ca_file = value, true;
    if (name == "--op")
        return parse_name<Op>(value, {{"get", Op::get}, {"set", Op::set}, {"mix", Op::mix}}, options.op);
    if (name == "--front")
        return parse_name<Front>(value,
                                 {{"async", Front::async},
                                  {"deferred", Front::deferred},
                                  {"coro", Front::coro},
                                  {"multi", Front::multi},
                                  {"raw", Front::raw}},
                                 options.front);
    if (name == "--batch") return parse_number(value, 1U, largest_batch, options.batch);
    if (name == "--keys") return parse_number(value, 1U, 10'000'000U, options.keys);
    if (name == "--value-size") return parse_number(value, 0U, 20U * 1024 * 1024, options.value_size);
    if (name == "--ops") return parse_number(value, std::uint64_t{1}, longest_run, options.ops);
    return false;
}

bool parse(int argc, const char* const* argv, KvOptions& options) {
    for (int i = 0; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--json") {
            options.json = true;
        } else if (i + 1 == argc || !parse_option(name, argv[i + 1], options)) {
            std::fprintf(stderr, "txcb-bench kv: what is \"%s%s%s\"?\n%s", argv[i], i + 1 == argc ? "" : " ",
                         i + 1 == argc ? "" : argv[i + 1], usage);
            return false;
        } else {
            ++i;
        }
    }
    return true;
}

KvOutcome run(const KvOptions& options, const Dataset& data) {
    switch (options.front) {
        case Front::async: return run_async(options, data);
        case Front::deferred: return run_deferred(options, data);
        case Front::coro: return run_coro(options, data);
        case Front::multi: return run_multi(options, data);
        case Front::raw: return run_raw(options, data);
    }
    return {};
}

void print(const KvOptions& options, KvOutcome& outcome, double wall, const CpuTime& cpu, double allocated) {
    const auto per_op = [&](double seconds) { return seconds * 1e9 / static_cast<double>(outcome.ops); };
    const char* const format =
        options.json
            ? "{\"ops\":%llu,\"ops_per_second\":%.0f,\"user_ns_per_op\":%.1f,\"system_ns_per_op\":%.1f,"
              "\"allocations_per_op\":%.4f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,"
              "\"log_records\":%llu}\n"
            : "operations            %llu\n"
              "operations/second     %.0f\n"
              "user CPU ns/op        %.1f\n"
              "system CPU ns/op      %.1f\n"
              "heap allocations/op   %.4f\n"
              "latency p50 us        %.1f\n"
              "latency p99 us        %.1f\n"
              "latency p99.9 us      %.1f\n"
              "log records           %llu\n";
    std::printf(format, static_cast<unsigned long long>(outcome.ops), static_cast<double>(outcome.ops) / wall,
                per_op(cpu.user), per_op(cpu.system), allocated / static_cast<double>(outcome.ops),
                outcome.latencies.percentile(0.5), outcome.latencies.percentile(0.99),
                outcome.latencies.percentile(0.999), static_cast<unsigned long long>(outcome.log_records));
}

}  // namespace

Dataset::Dataset(const KvOptions& options) {
    for (std::uint32_t i = 0; i < options.keys; ++i) {
        const std::string number = std::to_string(i);
        keys_.push_back("txcb-bench:" + std::string(12 - number.size(), '0') + number);
        std::string value(options.value_size, '\0');
        // Any bytes will do, as long as each key has others and each position counts.
        std::uint32_t state = i * 2654435761U + 1;
        for (char& byte : value) {
            state = state * 1664525U + 1013904223U;
            byte = static_cast<char>(state >> 24);
        }
        values_.push_back(std::move(value));
    }
}

double Latencies::percentile(double share) {
    if (samples_.empty()) return 0;
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(samples_.size() - 1));
    std::nth_element(samples_.begin(), samples_.begin() + at, samples_.end());
    return samples_[static_cast<std::size_t>(at)];
}

int kv_main(int argc, const char* const* argv) try {
    KvOptions options;
    if (std::any_of(argv, argv + argc, [](std::string_view name) { return name == "--help"; }))
        return std::fputs(usage, stdout) < 0 || std::fflush(stdout) != 0 ? 1 : 0;
    if (!parse(argc, argv, options)) return exit_usage;
    const Dataset data{options};
    if (const std::string error = preload(options, data); !error.empty()) {
        std::fprintf(stderr, "txcb-bench kv: storing the keys: %s\n", error.c_str());
        return 1;
    }
    const CpuTime cpu_before = cpu_time();
    const auto before = std::chrono::steady_clock::now();
    const std::uint64_t allocations_before = allocations();
    KvOutcome outcome = run(options, data);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - before;
    const auto allocated = static_cast<double>(allocations() - allocations_before);
    const CpuTime cpu_after = cpu_time();
    if (!outcome.error.empty()) {
        std::fprintf(stderr, "txcb-bench kv: %s\n", outcome.error.c_str());
        return 1;
    }
    print(options, outcome, wall.count(),
          {cpu_after.user - cpu_before.user, cpu_after.system - cpu_before.system}, allocated);
    return 0;
} catch (const CouchbaseError& refused) {  // what was asked for cannot even be tried
    std::fprintf(stderr, "txcb-bench kv: %s\n", refused.what());
    return exit_usage;
}

}  // namespace txcouchbase::bench
