// What is left of a node when its process dies.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tests/cluster/message.hpp"

namespace txcouchbase::cluster {

/// The prefix of each history that was on disk.
struct NodeImage {
    struct Copy {
        VbucketName name;
        Vbucket copy;
    };
    std::vector<Copy> copies = {};
};

}  // namespace txcouchbase::cluster
