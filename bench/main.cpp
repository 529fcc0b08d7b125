// `txcb-bench`: finds the benchmark that is named first and hands it the rest of the command line.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string_view>

#include "bench/codec.hpp"
#include "bench/kv.hpp"
#include "bench/map.hpp"

namespace {

struct Benchmark {
    std::string_view name;
    int (*run)(int argc, const char* const* argv);
};

constexpr Benchmark benchmarks[] = {
    {"codec", txcouchbase::bench::codec_main},
    {"kv", txcouchbase::bench::kv_main},
    {"map", txcouchbase::bench::map_main},
};

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1)
        for (const Benchmark& benchmark : benchmarks)
            if (benchmark.name == argv[1]) return benchmark.run(argc - 2, argv + 2);
    std::fputs("usage: txcb-bench <benchmark> [options]\n  benchmarks:", stderr);
    for (const Benchmark& benchmark : benchmarks) std::fprintf(stderr, " %s", benchmark.name.data());
    std::fputs("\n", stderr);
    return 64;
}
