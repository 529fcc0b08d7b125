// SPDX-License-Identifier: Apache-2.0
#include "client/config_cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "protocol/cluster_map_reader.hpp"

namespace txcouchbase {
namespace {

constexpr std::string_view mark = "txcouchbase-map-1 ";
constexpr std::size_t longest_first_line = 512;

std::string system_words() {
    return std::generic_category().message(errno);
}

class File {
public:
    explicit File(int descriptor) noexcept : descriptor_(descriptor) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (is_open()) ::close(descriptor_);
    }

    bool is_open() const noexcept { return descriptor_ >= 0; }
    /// Why it is not to be read; null when it is.
    const char* objection() const noexcept {
        struct stat facts {};
        if (::fstat(descriptor_, &facts) != 0 || !S_ISREG(facts.st_mode)) return "it is no file";
        // Whoever can write it chooses who is offered the login first.
        const bool is_ours = facts.st_uid == ::geteuid() || facts.st_uid == 0;
        if (!is_ours || (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "others may write it";
        return nullptr;
    }
    /// All of it, if it has no more than so many bytes.
    bool read(std::string& out, std::size_t most) const {
        std::array<char, 16 * 1024> piece;  // NOLINT(*-member-init): filled by read
        while (true) {
            const ssize_t got = ::read(descriptor_, piece.data(), piece.size());
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return got == 0;
            out.append(piece.data(), static_cast<std::size_t>(got));
            if (out.size() > most) return errno = EFBIG, false;
        }
    }
    bool write(std::string_view bytes) const noexcept {
        while (!bytes.empty()) {
            const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
            if (put < 0 && errno == EINTR) continue;
            if (put < 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(put));
        }
        return true;
    }

private:
    int descriptor_;
};

/// Takes the first line away.
bool take_source(std::string_view& text, net::Address& from) {
    const std::size_t end = text.find('\n');
    if (end > longest_first_line || !text.starts_with(mark)) return false;
    const std::string_view line = text.substr(mark.size(), end - mark.size());
    text.remove_prefix(end + 1);
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || space == 0) return false;
    from.host = line.substr(0, space);
    const char* const last = line.data() + line.size();
    const auto [stop, error] = std::from_chars(line.data() + space + 1, last, from.port);
    return error == std::errc{} && stop == last;
}

}  // namespace

ConfigCache::Kept ConfigCache::read(const std::string& bucket, const std::string& network) const {
    // Without waiting: a pipe of that name would keep the loop for ever.
    const File file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!file.is_open()) return {.trouble = system_words()};
    if (const char* const why = file.objection()) return {.trouble = why};
    std::string bytes;
    if (!file.read(bytes, longest_first_line + protocol::max_map_size)) return {.trouble = system_words()};
    std::string_view text = bytes;
    net::Address from;
    if (!take_source(text, from)) return {.trouble = "it holds something else"};
    protocol::MapOutcome outcome = protocol::read_cluster_map(
        text, {.host = from.host, .port = from.port, .bucket = bucket, .network = network});
    if (const auto* const refused = std::get_if<protocol::MapRefusal>(&outcome))
        return {.trouble = "its map is refused: " + std::string{protocol::name(refused->defect)}};
    return {.map = std::get<std::shared_ptr<const protocol::ClusterMap>>(std::move(outcome))};
}

std::string ConfigCache::write(std::string_view text, const net::Address& from) const {
    struct stat there {};
    if (::lstat(path_.c_str(), &there) == 0 && !S_ISREG(there.st_mode))
        return "what is there is no regular file, and stays";
    std::string bytes{mark};
    bytes.append(from.host).append(" ").append(std::to_string(from.port)).append("\n").append(text);
    std::string other = path_ + ".XXXXXX";
    const File file{::mkostemp(other.data(), O_CLOEXEC)};  // made readable by its owner alone
    if (!file.is_open()) return system_words();
    if (file.write(bytes) && std::rename(other.c_str(), path_.c_str()) == 0) return {};
    std::string words = system_words();
    ::unlink(other.c_str());
    return words;
}

}  // namespace txcouchbase
