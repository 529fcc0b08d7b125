// Runs a fuzz harness over the files of folders: the corpus as an ordinary test, without libFuzzer.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/property.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    if (!fs::exists(folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator{folder})
        if (entry.is_regular_file()) files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

void replay(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    const std::string input{std::istreambuf_iterator<char>{in}, {}};
    // Printed before it runs, so that the last line names the input that did not come back.
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);
    // A copy that ends where its memory ends: the address sanitizer sees a read behind it.
    const std::vector<std::uint8_t> exact{input.begin(), input.end()};
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

}  // namespace

/// The first folder must hold something; the others may be missing.
int main(int argc, char** argv) {
    std::size_t replayed = 0;
    for (int i = 1; i < argc; ++i) {
        for (const fs::path& file : files_below(argv[i])) {
            replay(file);
            ++replayed;
        }
        if (replayed == 0) {
            std::fprintf(stderr, "there is nothing in %s\n", argv[i]);
            return 1;
        }
    }
    std::printf("%zu inputs\n", replayed);
    return 0;
}
