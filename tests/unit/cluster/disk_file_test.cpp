// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/tool/disk_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace txcouchbase::cluster::tool {
namespace {

const VbucketName one{.bucket_uuid = "b", .vbucket = 1};
const VbucketName two{.bucket_uuid = "b", .vbucket = 2};
const std::vector<MutationToken> history = {{.vbucket_uuid = 77, .seqno = 0}};

struct DiskFileTest : testing::Test {
    DiskFileTest() { std::filesystem::create_directories(folder); }
    ~DiskFileTest() override { std::filesystem::remove_all(folder); }

    static DocumentPtr document(std::string_view key, std::string_view value, std::uint64_t seqno) {
        return make_document({.key = key, .value = value, .cas = seqno, .seqno = seqno, .revision = 1});
    }
    /// What a node that starts on this file finds under the key; "-" for nothing.
    std::string found(const VbucketName& name, std::string_view key) const { return found(name, key, path); }
    static std::string found(const VbucketName& name, std::string_view key, const std::string& file) {
        const NodeImage image = DiskFile(file).read();
        for (const auto& kept : image.copies)
            if (kept.name == name)
                if (const DocumentPtr newest = kept.copy.newest(key)) return std::string(newest->value());
        return "-";
    }
    std::uintmax_t size() const { return std::filesystem::file_size(path); }

    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("txcb-disk-file-test-" + std::to_string(getpid()));
    std::string path = folder / "disk";
};

TEST_F(DiskFileTest, HoldsWhatWasAppended) {
    DiskFile disk(path);
    EXPECT_TRUE(disk.read().copies.empty());
    disk.append(one, history, {document("k", "old", 1), document("l", "other", 2)});
    disk.append(two, history, {document("k", "elsewhere", 1)});
    disk.append(one, history, {document("k", "new", 3)});
    EXPECT_EQ(found(one, "k"), "new");
    EXPECT_EQ(found(one, "l"), "other");
    EXPECT_EQ(found(two, "k"), "elsewhere");
    for (const auto& kept : disk.read().copies) {
        EXPECT_EQ(kept.copy.uuid(), 77U);
        EXPECT_EQ(kept.copy.persisted_seqno(), kept.name == one ? 3U : 1U);
    }
}

TEST_F(DiskFileTest, ARecordThatWasCutShortNeverHappened) {
    {
        DiskFile disk(path);
        disk.append(one, history, {document("k", "whole", 1)});
    }
    const std::uintmax_t whole = size();
    {
        DiskFile disk(path);
        disk.append(one, history, {document("k", "cut", 2)});
    }
    for (std::uintmax_t end = size() - 1; end >= whole; --end) {
        const std::string here = path + std::to_string(end);
        std::filesystem::copy_file(path, here);
        std::filesystem::resize_file(here, end);
        EXPECT_EQ(found(one, "k", here), "whole") << end;
    }
}

TEST_F(DiskFileTest, WhatComesAfterACutRecordIsKept) {
    {
        DiskFile disk(path);
        disk.append(one, history, {document("k", "whole", 1)});
        disk.append(one, history, {document("k", "cut", 2)});
    }
    std::filesystem::resize_file(path, size() - 1);
    {
        DiskFile disk(path);
        static_cast<void>(disk.read());
        disk.append(one, history, {document("k", "later", 2)});
    }
    EXPECT_EQ(found(one, "k"), "later");
}

TEST_F(DiskFileTest, ACopyThatIsGoneBeginsAnew) {
    DiskFile disk(path);
    disk.append(one, history, {document("k", "old", 5)});
    disk.append(one, {}, {});
    EXPECT_EQ(found(one, "k"), "-");
    disk.append(one, {{.vbucket_uuid = 88, .seqno = 0}}, {document("l", "new", 1)});
    EXPECT_EQ(found(one, "k"), "-");
    EXPECT_EQ(found(one, "l"), "new");
}

TEST_F(DiskFileTest, CompactionKeepsTheNewestAndGoesOn) {
    DiskFile disk(path);
    for (std::uint64_t seqno = 1; seqno <= 100; ++seqno)
        disk.append(one, history, {document("k", std::string(100, 'x') + std::to_string(seqno), seqno)});
    const std::uintmax_t before = size();
    disk.compact(disk.read());
    EXPECT_LT(size(), before / 10);
    EXPECT_EQ(found(one, "k"), std::string(100, 'x') + "100");
    disk.append(one, history, {document("k", "more", 101)});
    EXPECT_EQ(found(one, "k"), "more");
}

TEST_F(DiskFileTest, AFileOfSomebodyElseIsRefused) {
    std::ofstream(path) << std::string(4, '\0') << "anything";
    EXPECT_THROW(DiskFile(path).read(), std::runtime_error);
    EXPECT_THROW(DiskFile("/nowhere/disk"), std::runtime_error);
}

}  // namespace
}  // namespace txcouchbase::cluster::tool
