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

std::string record(StreamChanges changes) {
    const std::string message = to_bytes(Message(std::move(changes)));
    std::string out(4, '\0');
    protocol::store_be(out.data(), static_cast<std::uint32_t>(message.size()));
    return out + message;
}

int open_for_appending(const std::string& path) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error(path + ": " + std::strerror(errno));
    return file;
}

void apply(const StreamChanges& changes, NodeImage& image) {
    const auto found = std::find_if(image.copies.begin(), image.copies.end(),
                                    [&](const NodeImage::Copy& copy) { return copy.name == changes.name; });
    if (changes.failover_log.empty()) {
        if (found != image.copies.end()) image.copies.erase(found);
        return;
    }
    if (found == image.copies.end())
        image.copies.push_back({changes.name, Vbucket(changes.failover_log.front().vbucket_uuid)});
    Vbucket& copy = found == image.copies.end() ? image.copies.back().copy : found->copy;
    copy.adopt_failover_log(changes.failover_log);
    for (const DocumentPtr& document : changes.documents) copy.apply(document, {});
    copy.persist(Time{});
}

}  // namespace

DiskFile::DiskFile(const std::string& path)
    : path_(path), file_(open_for_appending(path)), compact_at_(smallest_compaction) {
    size_ = static_cast<std::size_t>(std::max<off_t>(0, lseek(file_, 0, SEEK_END)));
}

DiskFile::~DiskFile() {
    ::close(file_);
}

NodeImage DiskFile::read() const {
    std::ifstream in(path_, std::ios::binary);
    NodeImage image;
    char length[4];
    std::string bytes;
    while (in.read(length, sizeof length)) {
        bytes.resize(protocol::load_be<std::uint32_t>(length));
        if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) break;
        const auto message = read_message(bytes);
        const auto* good = std::get_if<Message>(&message);
        const auto* changes = good == nullptr ? nullptr : std::get_if<StreamChanges>(good);
        if (changes == nullptr) throw std::runtime_error(path_ + " is not what a node has written");
        apply(*changes, image);
    }
    return image;
}

void DiskFile::append(const VbucketName& name, const std::vector<MutationToken>& failover_log,
                      const std::vector<DocumentPtr>& documents) {
    const std::string bytes = record({.name = name, .failover_log = failover_log, .documents = documents});
    write(file_, bytes);
    size_ += bytes.size();
}

void DiskFile::compact(const NodeImage& image) {
    const std::string fresh_path = path_ + ".new";
    ::unlink(fresh_path.c_str());
    const int fresh = open_for_appending(fresh_path);
    size_ = 0;
    for (const auto& [name, copy] : image.copies) {
        const std::string bytes =
            record({.name = name,
                    .failover_log = copy.failover_log(),
                    .documents = copy.changes_after(0, std::numeric_limits<std::size_t>::max())});
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
