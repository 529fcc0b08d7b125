// SPDX-License-Identifier: Apache-2.0
#include "client/config_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace txcouchbase {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const std::string map_text =
    R"({"rev":7,"name":"b","uuid":"u","nodeLocator":"vbucket",)"
    R"("nodesExt":[{"services":{"kv":11210},"thisNode":true}],)"
    R"("vBucketServerMap":{"hashAlgorithm":"CRC","numReplicas":0,"serverList":["$HOST:11210"],)"
    R"("vBucketMap":[[0],[0]]}})";

class ConfigCacheTest : public testing::Test {
protected:
    ConfigCacheTest() { fs::create_directory(folder_); }
    ~ConfigCacheTest() override { fs::remove_all(folder_); }

    void put(const std::string& bytes, ::mode_t mode = 0600) {
        std::ofstream{path, std::ios::binary} << bytes;
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    }
    ConfigCache::Kept read(const std::string& bucket = "b") { return ConfigCache{path}.read(bucket, "auto"); }
    /// Why nothing is kept.
    std::string trouble() {
        const ConfigCache::Kept kept = read();
        return kept.map == nullptr ? kept.trouble : "read";
    }
    std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator{folder_}, fs::directory_iterator{}));
    }

private:
    std::string folder_ = testing::TempDir() + "config_cache_test." + std::to_string(::getpid());

protected:
    std::string path = folder_ + "/map";
};

TEST_F(ConfigCacheTest, AMapIsReadAsItWasWrittenWithWhomItCameFrom) {
    EXPECT_EQ(ConfigCache{path}.write(map_text, {"fd00::7", 11210}), "");
    const ConfigCache::Kept kept = read();
    ASSERT_NE(kept.map, nullptr) << kept.trouble;
    EXPECT_EQ(kept.map->version.revision, 7);
    EXPECT_EQ(kept.map->nodes.at(0).hostname, "fd00::7");
}

TEST_F(ConfigCacheTest, OnlyItsOwnerMayReadItAndNothingElseIsLeftBehind) {
    put("before", 0644);
    EXPECT_EQ(ConfigCache{path}.write(map_text, {"h", 1}), "");
    EXPECT_EQ(ConfigCache{path}.write(map_text, {"h", 1}), "");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(files(), 1U);
}

TEST_F(ConfigCacheTest, WhatCannotBeWrittenSaysWhyAndLeavesNothingBehind) {
    fs::create_directory(path);
    EXPECT_NE(ConfigCache{path}.write(map_text, {"h", 1}), "");
    EXPECT_EQ(files(), 1U);
    const std::string nowhere = path + "/there/map";
    EXPECT_NE(ConfigCache{nowhere}.write(map_text, {"h", 1}), "");
}

TEST_F(ConfigCacheTest, WhatIsNoRegularFileIsNotReplaced) {
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_THAT((ConfigCache{path}.write(map_text, {"a", 1})), HasSubstr("no regular file"));
    EXPECT_TRUE(fs::is_fifo(path));
    fs::remove(path);
    fs::create_symlink("/dev/null", path);
    EXPECT_THAT((ConfigCache{path}.write(map_text, {"a", 1})), HasSubstr("no regular file"));
    EXPECT_TRUE(fs::is_symlink(path));
}

TEST_F(ConfigCacheTest, AFileThatHoldsSomethingElseIsNoMap) {
    EXPECT_NE(trouble(), "read") << "there is none";
    for (const std::string& bytes :
         {std::string{}, std::string{"{}"}, "txcouchbase-map-1 h 1" + map_text,
          "txcouchbase-map-2 h 1\n" + map_text, "txcouchbase-map-1 h\n" + map_text,
          "txcouchbase-map-1 h 65536\n" + map_text, "txcouchbase-map-1 h 1 \n" + map_text,
          "txcouchbase-map-1  1\n" + map_text,
          "txcouchbase-map-1 " + std::string(600, 'h') + " 1\n" + map_text}) {
        put(bytes);
        EXPECT_THAT(trouble(), HasSubstr("something else")) << bytes;
    }
    put("txcouchbase-map-1 h 1\n" + map_text.substr(0, 100));
    EXPECT_THAT(trouble(), HasSubstr("refused: bad_json"));
}

TEST_F(ConfigCacheTest, AnotherBucketsMapIsRefused) {
    ConfigCache{path}.write(map_text, {"h", 1});
    EXPECT_THAT(read("c").trouble, HasSubstr("wrong_bucket"));
}

TEST_F(ConfigCacheTest, AFileThatOthersMayWriteIsNotRead) {
    for (const ::mode_t mode : {0620U, 0602U}) {
        put("txcouchbase-map-1 h 1\n" + map_text, mode);
        EXPECT_THAT(trouble(), HasSubstr("others may write it"));
    }
    put("txcouchbase-map-1 h 1\n" + map_text, 0644);
    EXPECT_EQ(trouble(), "read");
}

TEST_F(ConfigCacheTest, AFileWithoutEndIsNotReadToIt) {
    put("txcouchbase-map-1 h 1\n");
    fs::resize_file(path, 5 * 1024 * 1024);
    EXPECT_NE(trouble(), "read");
}

TEST_F(ConfigCacheTest, WhatIsNoFileIsNotWaitedFor) {
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    EXPECT_THAT(trouble(), HasSubstr("no file"));
    fs::remove(path);
    fs::create_directory(path);
    EXPECT_THAT(trouble(), HasSubstr("no file"));
}

}  // namespace
}  // namespace txcouchbase
