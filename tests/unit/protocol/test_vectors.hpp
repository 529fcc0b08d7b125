// The files of tests/vectors as the tests of this room read them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "protocol/frame_reader.hpp"

namespace txcouchbase::protocol {

inline std::string unhex(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    return bytes;
}

inline nlohmann::json read_vector_file(const char* file_name) {
    std::ifstream file(std::string(TXCB_VECTORS_DIR "/") + file_name);
    if (!file) throw std::runtime_error(std::string("cannot read ") + file_name);
    return nlohmann::json::parse(file);
}

inline const nlohmann::json& aux_vectors() {
    static const nlohmann::json vectors = read_vector_file("aux_vectors.json");
    return vectors;
}

/// One frame of vectors.json.
struct FrameVector {
    std::string name;
    Receiver receiver;
    std::string bytes;
    nlohmann::json decoded;
};

inline const std::vector<FrameVector>& frame_vectors() {
    static const std::vector<FrameVector> vectors = [] {
        std::vector<FrameVector> read;
        const nlohmann::json file = read_vector_file("vectors.json");
        for (const auto& v : file.at("vectors"))
            read.push_back({v.at("name"), v.at("direction") == "c2s" ? Receiver::server : Receiver::client,
                            unhex(v.at("hex")), v.at("decoded")});
        return read;
    }();
    return vectors;
}

/// A copy of the bytes that ends where its memory ends, so that the address sanitizer sees a read behind it.
class ExactBytes {
public:
    explicit ExactBytes(ByteView bytes) : memory_(new char[bytes.size()]), size_(bytes.size()) {
        bytes.copy(memory_.get(), size_);
    }
    ByteView view() const noexcept { return {memory_.get(), size_}; }

private:
    std::unique_ptr<char[]> memory_;
    std::size_t size_;
};

}  // namespace txcouchbase::protocol
