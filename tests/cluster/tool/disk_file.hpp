// The disk of a node's process: a file to which every persisted change is appended.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/cluster/node/node_image.hpp"

namespace txcouchbase::cluster::tool {

/**
 * Shape:  records of 4 bytes of length and a message (message_bytes): StreamChanges, or StreamRollback for a copy that
 *         is on disk no more. The last may be cut short: the process
 *         was killed in the middle of it, and it never happened.
 * Errors: std::runtime_error when the file cannot be had or written.
 */
class DiskFile {
public:
    explicit DiskFile(const std::string& path);
    ~DiskFile();
    DiskFile(const DiskFile&) = delete;
    DiskFile& operator=(const DiskFile&) = delete;

    /// What is on it, before anything is appended.
    NodeImage read();
    /// As NodeHost::persist means it.
    void append(const VbucketName& name, const std::vector<MutationToken>& failover_log,
                const std::vector<DocumentPtr>& documents);
    /// Whether most of it is versions that newer ones have replaced, as far as its size tells.
    bool is_due_for_compaction() const noexcept { return size_ > compact_at_; }
    /// Writes it anew: this and nothing else.
    void compact(const NodeImage& image);

private:
    void write(int file, const std::string& bytes);

    std::string path_;
    int file_;
    std::size_t size_ = 0;
    std::size_t compact_at_;
};

}  // namespace txcouchbase::cluster::tool
