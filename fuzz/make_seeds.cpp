// Writes the seed corpora of the fuzz targets from tests/vectors/vectors.json.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

namespace fs = std::filesystem;

std::string unhex(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    return bytes;
}

/// The seeds of one target, one file each.
class Seeds {
public:
    explicit Seeds(fs::path folder) : folder_(std::move(folder)) {
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void add(const std::string& name, const std::string& input) {
        std::ofstream out{folder_ / name, std::ios::binary};
        out << input;
        if (!out.flush()) throw std::runtime_error{"cannot write " + (folder_ / name).string()};
    }

private:
    fs::path folder_;
};

/// The frame with a body length one below what framing extras, extras and key take; nothing when they take nothing.
std::string with_lying_body(std::string bytes, const nlohmann::json& decoded) {
    const unsigned sections = decoded.at("framing_extras_len").get<unsigned>() +
                              decoded.at("extras_len").get<unsigned>() +
                              decoded.at("key_len").get<unsigned>();
    if (sections == 0) return {};
    bytes[10] = static_cast<char>((sections - 1) >> 8);
    bytes[11] = static_cast<char>(sections - 1);
    return bytes;
}

void make_seeds(const fs::path& vectors, const fs::path& folder) {
    Seeds reader{folder / "fuzz_frame_reader"};
    Seeds framing{folder / "fuzz_framing_extras"};
    Seeds checks{folder / "fuzz_frame_checks"};
    std::string all;
    std::ifstream in{vectors};
    const nlohmann::json frames = nlohmann::json::parse(in).at("vectors");
    for (const auto& v : frames) {
        const std::string name = v.at("name");
        const std::string bytes = unhex(v.at("hex"));
        const std::size_t framing_size = v.at("decoded").at("framing_extras_len");
        all += bytes;
        // Receiver::any, 4 bytes at a time, the largest limit; then a cut, a body that is said to be 4 GiB, one
        // that is a byte too short for its sections, and a limit just below the frame.
        reader.add(name, "\x0b\xff" + bytes);
        reader.add(name + ".cut", "\x02\xff" + bytes.substr(0, bytes.size() - 1));
        reader.add(name + ".huge", "\x05\xff" + bytes.substr(0, 8) + "\xff\xff\xff\xff" + bytes.substr(12));
        if (const std::string lie = with_lying_body(bytes, v.at("decoded")); !lie.empty())
            reader.add(name + ".lie", "\x02\xff" + lie);
        reader.add(name + ".over", std::string{"\x02"} + static_cast<char>((bytes.size() - 1) / 16) + bytes);
        checks.add(name, std::string(1, '\0') + bytes);
        if (framing_size > 0) framing.add(name, bytes.substr(24, framing_size));
        if (framing_size > 1) framing.add(name + ".cut", bytes.substr(24, framing_size - 1));
    }
    reader.add("all", "\xfe\xff" + all);
    checks.add("all", "\x04" + all);
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::fputs("usage: txcb-make-seeds <vectors.json> <folder>\n", stderr);
        return 64;
    }
    make_seeds(argv[1], argv[2]);
    return 0;
} catch (const std::exception& e) {
    std::fprintf(stderr, "txcb-make-seeds: %s\n", e.what());
    return 1;
}
