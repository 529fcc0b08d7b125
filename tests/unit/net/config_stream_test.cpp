// SPDX-License-Identifier: Apache-2.0
#include "net/config_stream.hpp"

#include <gtest/gtest.h>

#include "protocol/cluster_map_reader.hpp"

namespace txcouchbase::net {
namespace {

using Step = ConfigStream::Step;

const HttpOrigin node1{"node1", 8091, false};
const HttpOrigin node2{"node2", 8091, false};
const HttpOrigin stranger{"stranger", 8091, false};

HttpHead answer(unsigned status, const std::string& location = {}) {
    HttpHead head{status};
    if (!location.empty()) head.fields.emplace_back("Location", location);
    return head;
}

class ConfigStreams : public testing::Test {
protected:
    ConfigStream make(bool allow_plain = true, bool has_credentials = true,
                      const std::string& bucket = "travel") {
        const auto credentials = std::make_shared<const Credentials>("user", "password", allow_plain);
        return {bucket, has_credentials ? credentials : nullptr,
                [](const HttpOrigin& origin) { return origin.host == "node1" || origin.host == "node2"; }};
    }
    /// What it asks, and as whom.
    static std::string asked(const ConfigStream& stream) {
        const HttpRequest request = stream.request();
        return (stream.origin().uses_tls ? "https://" : "http://") + stream.origin().authority() +
               std::string{request.target} + (request.credentials != nullptr ? " as the user" : "");
    }
    static std::string failure(const ConfigStream& stream) {
        return std::string{info(stream.error().rc()).name} + ": " + stream.error().detail().cause;
    }

    ConfigStream stream = make();
};

TEST_F(ConfigStreams, AsksForTheStreamOfTheBucketAndHandsItsDocumentsOn) {
    ASSERT_EQ(stream.start(node1), Step::ask);
    EXPECT_EQ(asked(stream), "http://node1:8091/pools/default/bs/travel as the user");
    ASSERT_EQ(stream.on_head(answer(200)), Step::more);
    ByteView bytes = "{\"rev\":1}\n\n\n\n{\"rev\":2}\n\n\n\n{\"re";
    ASSERT_EQ(stream.put(bytes), Step::document);
    EXPECT_EQ(stream.document(), "{\"rev\":1}");
    ASSERT_EQ(stream.put(bytes), Step::document);
    EXPECT_EQ(stream.document(), "{\"rev\":2}");
    ASSERT_EQ(stream.put(bytes), Step::more);
    bytes = "v\":3}\n\n\n\n";
    ASSERT_EQ(stream.put(bytes), Step::document);
    EXPECT_EQ(stream.document(), "{\"rev\":3}");
}

TEST_F(ConfigStreams, FindsTheSameDocumentsAtEverySplit) {
    const std::string body = "{\"rev\":1}\n\n\n\n\n{\"rev\":2}\n\n\n\n{\"re";
    for (std::size_t split = 0; split <= body.size(); ++split) {
        ASSERT_EQ(stream.start(node1), Step::ask) << "what a stream before it left is forgotten";
        ASSERT_EQ(stream.on_head(answer(200)), Step::more);
        std::string documents;
        for (ByteView bytes : {ByteView{body}.substr(0, split), ByteView{body}.substr(split)})
            while (stream.put(bytes) == Step::document) documents += stream.document();
        EXPECT_EQ(documents, "{\"rev\":1}\n{\"rev\":2}") << "split at " << split;
    }
}

TEST_F(ConfigStreams, ABucketsNameIsOneSegmentOfThePath) {
    stream = make(true, true, "a/../b?c d\r\n%41");
    ASSERT_EQ(stream.start(node1), Step::ask);
    EXPECT_EQ(asked(stream), "http://node1:8091/pools/default/bs/a%2F..%2Fb%3Fc%20d%0D%0A%2541 as the user");
}

TEST_F(ConfigStreams, AsksForTheOlderFormWhereTheStreamIsNotKnown) {
    stream.start(node1);
    ASSERT_EQ(stream.on_head(answer(404)), Step::ask);
    EXPECT_EQ(asked(stream), "http://node1:8091/pools/default/bucketsStreaming/travel as the user");
    ASSERT_EQ(stream.on_head(answer(200)), Step::more);
}

TEST_F(ConfigStreams, ABucketThatNeitherFormKnowsIsNotThere) {
    stream.start(node1);
    stream.on_head(answer(404));
    ASSERT_EQ(stream.on_head(answer(404)), Step::failed);
    EXPECT_EQ(stream.error().rc(), errc::bucket_not_found);
    EXPECT_EQ(stream.error().detail().node, "node1:8091");
    ASSERT_EQ(stream.start(node2), Step::ask) << "another node may know it";
    EXPECT_EQ(asked(stream), "http://node2:8091/pools/default/bs/travel as the user");
    EXPECT_FALSE(stream.error());
    EXPECT_EQ(stream.on_head(answer(404)), Step::ask) << "and both forms are tried there";
}

TEST_F(ConfigStreams, EveryOtherAnswerHasItsName) {
    for (const unsigned status : {401U, 403U}) {
        stream.start(node1);
        ASSERT_EQ(stream.on_head(answer(status)), Step::failed);
        EXPECT_EQ(failure(stream), "AUTH_ERROR: HTTP status " + std::to_string(status));
    }
    for (const unsigned status : {204U, 304U, 400U, 500U, 503U}) {
        stream.start(node1);
        HttpHead head = answer(status);
        head.fields.emplace_back("Retry-After", "5");
        ASSERT_EQ(stream.on_head(head), Step::failed);
        EXPECT_EQ(stream.error().rc(), errc::http);
        const auto* const reply = dynamic_cast<const HttpReply*>(stream.error().detail().attachment.get());
        ASSERT_NE(reply, nullptr);
        EXPECT_EQ(reply->status, status);
        EXPECT_EQ(reply->headers, head.fields);
    }
}

TEST_F(ConfigStreams, AStreamThatEndsHasFailed) {
    stream.start(node1);
    stream.on_head(answer(200));
    ByteView bytes = "{\"rev\":1}\n\n\n\n";
    EXPECT_EQ(stream.put(bytes), Step::document);
    ASSERT_EQ(stream.on_end(), Step::failed);
    EXPECT_EQ(stream.error().rc(), errc::connection_lost);
    EXPECT_EQ(stream.error().detail().operation, "GET /pools/default/bs/travel");
}

TEST_F(ConfigStreams, ADocumentIsNoLargerThanAMapMayBe) {
    const std::string largest(protocol::max_map_size, ' ');
    stream.start(node1);
    stream.on_head(answer(200));
    ByteView bytes = largest;
    EXPECT_EQ(stream.put(bytes), Step::more);
    bytes = "\n\n\n\n";
    EXPECT_EQ(stream.put(bytes), Step::document);
    bytes = largest;
    EXPECT_EQ(stream.put(bytes), Step::more);
    bytes = "x";
    ASSERT_EQ(stream.put(bytes), Step::failed);
    EXPECT_EQ(failure(stream), "PROTOCOL_ERROR: a cluster map is over 4194304 bytes");
}

TEST_F(ConfigStreams, APasswordDoesNotTravelInClearUnlessItsOwnerAllowsIt) {
    stream = make(false);
    ASSERT_EQ(stream.start(node1), Step::failed);
    EXPECT_EQ(stream.error().rc(), errc::auth_error);
    EXPECT_NE(failure(stream).find("allow_plain"), std::string::npos) << failure(stream);
    ASSERT_EQ(stream.start({"node1", 18091, true}), Step::ask);
    EXPECT_EQ(asked(stream), "https://node1:18091/pools/default/bs/travel as the user");
}

TEST_F(ConfigStreams, WithoutCredentialsNothingIsSaidOfWhoAsks) {
    stream = make(false, false);
    ASSERT_EQ(stream.start(node1), Step::ask);
    EXPECT_EQ(asked(stream), "http://node1:8091/pools/default/bs/travel");
    ASSERT_EQ(stream.on_head(answer(302, "http://node2:8091/x")), Step::ask);
    EXPECT_EQ(asked(stream), "http://node2:8091/x");
    ASSERT_EQ(stream.on_head(answer(401)), Step::failed);
    EXPECT_EQ(failure(stream), "AUTH_ERROR: HTTP status 401");
}

TEST_F(ConfigStreams, FollowsARedirectToOneOfOurHostsWithThePassword) {
    for (const unsigned status : {301U, 302U, 303U, 307U, 308U}) {
        stream.start(node1);
        ASSERT_EQ(stream.on_head(answer(status, "http://node2:8091/pools/default/bs/travel?x=y")), Step::ask);
        EXPECT_EQ(asked(stream), "http://node2:8091/pools/default/bs/travel?x=y as the user");
    }
    for (const unsigned status : {300U, 305U, 306U}) {
        stream.start(node1);
        EXPECT_EQ(stream.on_head(answer(status, "http://node2:8091/x")), Step::failed) << status;
    }
}

TEST_F(ConfigStreams, ARedirectOnTheSameHostNeedsNobodysLeave) {
    ASSERT_EQ(stream.start(stranger), Step::ask) << "whoever is asked first was named by the user";
    ASSERT_EQ(stream.on_head(answer(302, "/x")), Step::ask);
    EXPECT_EQ(asked(stream), "http://stranger:8091/x as the user");
    ASSERT_EQ(stream.on_head(answer(302, "http://stranger:8091/y")), Step::ask);
    EXPECT_EQ(asked(stream), "http://stranger:8091/y as the user");
    ASSERT_EQ(stream.on_head(answer(302, "http://stranger:80/y")), Step::ask);
    EXPECT_EQ(asked(stream), "http://stranger:80/y") << "somebody else may listen there";
}

TEST_F(ConfigStreams, AStrangerGetsNoPassword) {
    stream.start(node1);
    ASSERT_EQ(stream.on_head(answer(302, "http://stranger:8091/x")), Step::ask);
    EXPECT_EQ(asked(stream), "http://stranger:8091/x");
    ASSERT_EQ(stream.on_head(answer(302, "/y")), Step::ask);
    EXPECT_EQ(asked(stream), "http://stranger:8091/y") << "not even when it sends us to itself";
    ASSERT_EQ(stream.on_head(answer(302, "http://node2:8091/z")), Step::ask);
    EXPECT_EQ(asked(stream), "http://node2:8091/z as the user") << "one of ours again";
    stream.start(node1);
    stream.on_head(answer(302, "http://stranger:8091/x"));
    ASSERT_EQ(stream.on_head(answer(401)), Step::failed);
    EXPECT_EQ(failure(stream), "AUTH_ERROR: a redirect led to a host that is not to have the password");
}

TEST_F(ConfigStreams, ARedirectLeadsIntoTlsAndNeverOutOfIt) {
    stream.start(node1);
    ASSERT_EQ(stream.on_head(answer(302, "https://node2:18091/x")), Step::ask);
    EXPECT_EQ(asked(stream), "https://node2:18091/x as the user");
    ASSERT_EQ(stream.on_head(answer(302, "http://node2:8091/x")), Step::failed);
    EXPECT_EQ(failure(stream), "PROTOCOL_ERROR: a redirect from https to http is not followed");
}

TEST_F(ConfigStreams, FollowsThreeRedirectsAndNoFourth) {
    stream.start(node1);
    for (int i = 0; i < ConfigStream::max_redirects; ++i)
        ASSERT_EQ(stream.on_head(answer(302, "/x")), Step::ask);
    ASSERT_EQ(stream.on_head(answer(302, "/x")), Step::failed);
    EXPECT_EQ(stream.error().rc(), errc::too_many_redirects);
    stream.start(node1);
    EXPECT_EQ(stream.on_head(answer(302, "/x")), Step::ask) << "counted anew";
}

TEST_F(ConfigStreams, RedirectsAndTheOlderFormMix) {
    stream.start(node1);
    stream.on_head(answer(302, "http://node2:8091/pools/default/bs/travel"));
    ASSERT_EQ(stream.on_head(answer(404)), Step::ask);
    EXPECT_EQ(asked(stream), "http://node2:8091/pools/default/bucketsStreaming/travel as the user");
    ASSERT_EQ(stream.on_head(answer(302, "http://node1:8091/z")), Step::ask);
    EXPECT_EQ(asked(stream), "http://node1:8091/z as the user");
    ASSERT_EQ(stream.on_head(answer(404)), Step::failed);
    EXPECT_EQ(stream.error().rc(), errc::bucket_not_found);
}

TEST_F(ConfigStreams, ARedirectToNowhereFails) {
    for (const char* const location :
         {"", "x", "ftp://node2/", "http://node2:8091/a b", "http://u:p@node2/"}) {
        stream.start(node1);
        ASSERT_EQ(stream.on_head(answer(302, location)), Step::failed) << location;
        EXPECT_EQ(failure(stream), "PROTOCOL_ERROR: a redirect to what is no HTTP address");
    }
}

}  // namespace
}  // namespace txcouchbase::net
