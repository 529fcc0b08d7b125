// SPDX-License-Identifier: Apache-2.0
#include "bench/codec.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "bench/codec_work.hpp"

namespace txcouchbase::bench {
namespace {

constexpr int exit_usage = 64;
constexpr std::size_t rounds = 15;

constexpr const char* usage =
    "usage: txcb-bench codec [options]\n"
    "  --what WHAT    read (GET responses, 32-byte value), build-get, build-set (24-byte key, 32-byte "
    "value),\n"
    "                 vbucket (the hash of a 24-byte key), route (its node) or rows (a view's, of 107 "
    "bytes);\n"
    "                 default all of them\n"
    "  --frames N     frames in all, over 15 rounds; default 15000000\n"
    "Prints the median round and, in brackets, the slowest and the fastest. Instructions per frame, which do "
    "not\n"
    "move with the machine's load, are what bench/instructions.py counts.\n";

struct CodecOptions {
    std::string_view what = {};
    std::uint64_t frames = 15'000'000;
};

bool parse_option(std::string_view name, std::string_view text, CodecOptions& options) {
    if (name == "--what") {
        options.what = text;
        return std::ranges::find(all_work(), text, &Work::name) != all_work().end();
    }
    if (name != "--frames") return false;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), options.frames);
    return ec == std::errc{} && end == text.data() + text.size() && options.frames >= rounds;
}

bool parse(int argc, const char* const* argv, CodecOptions& options) {
    for (int i = 0; i < argc; i += 2)
        if (i + 1 == argc || !parse_option(argv[i], argv[i + 1], options)) {
            std::fprintf(stderr, "txcb-bench codec: what is \"%s%s%s\"?\n%s", argv[i],
                         i + 1 == argc ? "" : " ", i + 1 == argc ? "" : argv[i + 1], usage);
            return false;
        }
    return true;
}

/// Frames per second of each round, in ascending order. The rounds share out `frames` exactly.
std::array<double, rounds> measure(const Work& work, std::uint64_t frames, std::uint64_t& sum) {
    std::array<double, rounds> rates{};
    for (std::size_t round = 0; round < rounds; ++round) {
        const std::uint64_t share = frames * (round + 1) / rounds - frames * round / rounds;
        const auto before = std::chrono::steady_clock::now();
        sum += work.run(share);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
        rates[round] = static_cast<double>(share) / took.count();
    }
    std::ranges::sort(rates);
    return rates;
}

void report(const Work& work, const std::array<double, rounds>& rates) {
    const double median = rates[rounds / 2];
    std::printf("%-10s %4zu bytes  %8.2f M frames/s [%.2f .. %.2f]  %9.1f MB/s\n", work.name.data(),
                work.bytes, median / 1e6, rates.front() / 1e6, rates.back() / 1e6,
                median * static_cast<double>(work.bytes) / 1e6);
}

}  // namespace

int codec_main(int argc, const char* const* argv) {
    CodecOptions options;
    if (!parse(argc, argv, options)) return exit_usage;
    std::uint64_t sum = 0;
    for (const Work& work : all_work())
        if (options.what.empty() || options.what == work.name)
            report(work, measure(work, options.frames, sum));
    std::printf("checksum   %llu\n", static_cast<unsigned long long>(sum));
    return 0;
}

}  // namespace txcouchbase::bench
