// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/temporary_folder.hpp"

#include <stdlib.h>

#include <stdexcept>
#include <string>

namespace txcouchbase::test {

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "txcouchbase-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;  // an empty folder in /tmp is no reason to fail
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace txcouchbase::test
