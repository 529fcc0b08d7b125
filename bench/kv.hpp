// The key-value benchmark: what is run, and what came out of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace txcouchbase::bench {

enum class Op : std::uint8_t { get, set, mix };
enum class Front : std::uint8_t { async, deferred, coro, multi, raw };

struct KvOptions {
    std::string connect = "memcached://127.0.0.1:11211";
    std::string user = {};
    std::string password = {};
    std::string ca_file = {};
    Op op = Op::get;
    Front front = Front::async;
    std::uint32_t batch = 100;
    std::uint32_t keys = 1000;
    std::uint32_t value_size = 32;
    std::uint64_t ops = 1'000'000;
    bool json = false;
};

/// The keys and values of a run. Every key has one value for good, so that every reply can be compared.
class Dataset {
public:
    explicit Dataset(const KvOptions& options);

    std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(keys_.size()); }
    const std::string& key(std::uint32_t i) const noexcept { return keys_[i]; }
    const std::string& value(std::uint32_t i) const noexcept { return values_[i]; }

private:
    std::vector<std::string> keys_;
    std::vector<std::string> values_;
};

/// Latencies of one operation in `interval`: reading the clock for each would be what is measured.
class Latencies {
public:
    static constexpr std::uint64_t interval = 61;  // prime, so that it falls on every place of a batch

    void reserve(std::uint64_t ops) { samples_.reserve(ops / interval + 1); }
    void add(std::chrono::nanoseconds latency) {
        samples_.push_back(static_cast<double>(latency.count()) / 1000);
    }
    /// In microseconds; 0 when nothing was sampled.
    double percentile(double share);

private:
    std::vector<double> samples_;
};

/// What a front did. `error` is empty when every operation succeeded and every value was the right one.
struct KvOutcome {
    std::uint64_t ops = 0;
    Latencies latencies = {};
    std::uint64_t log_records = 0;  ///< heard of by the log hook, which is on in every front but raw
    std::string error = {};
};

/// Stores every key once, in any front's stead, so that gets have something to find.
std::string preload(const KvOptions& options, const Dataset& data);
KvOutcome run_async(const KvOptions& options, const Dataset& data);
KvOutcome run_deferred(const KvOptions& options, const Dataset& data);
KvOutcome run_coro(const KvOptions& options, const Dataset& data);
KvOutcome run_multi(const KvOptions& options, const Dataset& data);
/// The ceiling: the same frames, encoded beforehand, over one non-blocking socket; replies are counted only.
KvOutcome run_raw(const KvOptions& options, const Dataset& data);

/// `txcb-bench kv ...`; the exit status: 0, 1 for a wrong value or failed operation, 64 for usage.
int kv_main(int argc, const char* const* argv);

}  // namespace txcouchbase::bench
