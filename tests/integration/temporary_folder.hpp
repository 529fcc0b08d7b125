// A folder for the files of one server, gone with its owner.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace txcouchbase::test {

class TemporaryFolder {
public:
    /// Errors: std::runtime_error when there is no place for one.
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace txcouchbase::test
