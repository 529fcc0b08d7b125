// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/disk_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <utility>

#include "tests/cluster/message_bytes.hpp"

namespace txcouchbase::cluster::tool {

namespace {

constexpr std::size_t smallest_compaction = 64 * 1024 * 1024;

std::string record(const Message& message) {
    const std::string bytes = to_bytes(message);
    std::string out(4, '\0');
    protocol::store_be(out.data(), static_cast<std::uint32_t>(bytes.size()));
    return out + bytes;
}

int open_for_appending(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error(path + ": " + std::strerror(errno));
    return file;
}

Vbucket& copy_of(const StreamChanges& changes, NodeImage& image) {
    for (NodeImage::Copy& kept : image.copies)
        if (kept.name == changes.name) return kept.copy;
    image.copies.push_back({changes.name, Vbucket(changes.failover_log.front().vbucket_uuid)});
    return image.copies.back().copy;
}

/// False for a message that no record is.
bool apply(const Message& message, NodeImage& image) {
    if (const auto* gone = std::get_if<StreamRollback>(&message)) {
        std::erase_if(image.copies, [&](const NodeImage::Copy& kept) { return kept.name == gone->name; });
        return true;
    }
    if (!std::holds_alternative<StreamChanges>(message)) return false;
    const auto& changes = std::get<StreamChanges>(message);
    Vbucket& copy = copy_of(changes, image);
    copy.adopt_failover_log(changes.failover_log);
    for (const DocumentPtr& document : changes.documents) copy.apply(document, {});
    copy.persist(Time{});
    return true;
}

/// The newest version of each key, and the last change whatever it is, for its seqno.
std::vector<DocumentPtr> newest_documents(const Vbucket& copy) {
    std::vector<DocumentPtr> documents = copy.changes_after(0, std::numeric_limits<std::size_t>::max());
    std::erase_if(documents, [&](const DocumentPtr& document) {
        return document->seqno() != copy.high_seqno() && copy.newest(document->key()) != document;
    });
    return documents;
}

}  // namespace

DiskFile::DiskFile(const std::string& path)
    : path_(path), file_(open_for_appending(path)), compact_at_(smallest_compaction) {}

DiskFile::~DiskFile() {
    ::close(file_);
}

NodeImage DiskFile::read() {
    std::ifstream in(path_, std::ios::binary);
    NodeImage image;
    char length[4];
    std::string bytes;
    size_ = 0;
    while (in.read(length, sizeof length)) {
        bytes.resize(protocol::load_be<std::uint32_t>(length));
        if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) break;
        const auto message = read_message(bytes);
        if (!std::holds_alternative<Message>(message) || !apply(std::get<Message>(message), image))
            throw std::runtime_error(path_ + " is not what a node has written");
        size_ += sizeof length + bytes.size();
    }
    // What is appended must not follow half a record.
    if (::ftruncate(file_, static_cast<off_t>(size_)) != 0)
        throw std::runtime_error(path_ + ": " + std::strerror(errno));
    return image;
}

void DiskFile::append(const VbucketName& name, const std::vector<MutationToken>& failover_log,
                      const std::vector<DocumentPtr>& documents) {
    const std::string bytes =
        failover_log.empty()
            ? record(StreamRollback{name})
            : record(StreamChanges{.name = name, .failover_log = failover_log, .documents = documents});
    write(file_, bytes);
    size_ += bytes.size();
}

void DiskFile::compact(const NodeImage& image) {
    const std::string fresh_path = path_ + ".new";
    ::unlink(fresh_path.c_str());
    const int fresh = open_for_appending(fresh_path);
    size_ = 0;
    for (const auto& [name, copy] : image.copies) {
        const std::string bytes = record(StreamChanges{
            .name = name, .failover_log = copy.failover_log(), .documents = newest_documents(copy)});
        write(fresh, bytes);
        size_ += bytes.size();
    }
    if (::rename(fresh_path.c_str(), path_.c_str()) != 0)
        throw std::runtime_error(path_ + ": " + std::strerror(errno));
    ::close(std::exchange(file_, fresh));
    compact_at_ = std::max(smallest_compaction, 2 * size_);
}

void DiskFile::write(int file, const std::string& bytes) {
    for (std::size_t done = 0; done != bytes.size();) {
        const ssize_t written = ::write(file, bytes.data() + done, bytes.size() - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw std::runtime_error(path_ + ": " + std::strerror(errno));
        done += static_cast<std::size_t>(written);
    }
}

}  // namespace txcouchbase::cluster::tool
