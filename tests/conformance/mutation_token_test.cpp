// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "protocol/bytes.hpp"
#include "protocol/frame_writer.hpp"
#include "tests/integration/loop.hpp"
#include "tests/integration/scripted_server.hpp"

namespace txcouchbase::test {
namespace {

using Keys = std::vector<std::string>;

// memcached tells no mutation tokens. This server answers every request with success, and mutations with a token: the
// uuid 0x1122334455667788 and, as seqno, the number of the answer.
class TokenServer {
public:
    std::optional<std::string> operator()(std::string_view received) {
        std::string answers;
        pending_ += received;
        while (pending_.size() >= protocol::header_size) {
            const protocol::Frame head{{pending_.data(), protocol::header_size}};
            const std::size_t size = protocol::header_size + head.body_size();
            if (pending_.size() < size) break;
            answers += answer(protocol::Frame{{pending_.data(), size}});
            pending_.erase(0, size);
        }
        return answers;
    }

private:
    std::string answer(const protocol::Frame& request) {
        std::string extras(16, '\0');
        protocol::store_be(extras.data(), std::uint64_t{0x1122'3344'5566'7788});
        protocol::store_be(extras.data() + 8, ++answers_);
        const bool is_version = request.opcode() == protocol::Opcode::version;
        std::string bytes;
        protocol::append_frame(
            bytes,
            {.magic = protocol::Magic::client_response,
             .opcode = request.opcode(),
             .opaque = request.opaque(),
             .cas = 7},
            is_version ? protocol::FrameBody{.value = "1.6.18"} : protocol::FrameBody{.extras = extras});
        return bytes;
    }

    std::string pending_;
    std::uint64_t answers_ = 0;
};

class MutationTokens : public testing::Test {
protected:
    template <class R>
    R ok(AsyncResult<R> operation) {
        auto end = Ending{std::move(operation)}.await(io);
        EXPECT_TRUE(succeeded(end));
        return end ? std::move(*end) : R{};
    }
    static void expect_token(const OperationResult& result, std::string_view key) {
        EXPECT_EQ(result.key(), key);
        EXPECT_EQ(result.cas(), 7U);
        const auto token = result.mutation_token();
        ASSERT_TRUE(token);
        EXPECT_EQ(token->vbucket, 0U);
        EXPECT_EQ(token->vbucket_uuid, 0x1122'3344'5566'7788U);
        EXPECT_GT(token->seqno, 0U);
    }

    boost::asio::io_context io{1};
    TokenServer script;
    ScriptedServer server{io, [this](std::string_view received) { return script(received); }};
    TxAsyncConnection cb{io, server.url()};
};

TEST_F(MutationTokens, AreToldOfEveryMutation) {
    expect_token(ok(cb.set("k", "v")), "k");
    expect_token(ok(cb.append("k", "v")), "k");
    expect_token(ok(cb.remove("k")), "k");
}

TEST_F(MutationTokens, AreToldOfEachKeyOfAMultiOperation) {
    const MultiResult set = ok(cb.set_multi(std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}}));
    expect_token(set["a"], "a");
    expect_token(set["b"], "b");
    EXPECT_NE(set["a"].mutation_token()->seqno, set["b"].mutation_token()->seqno);
    const MultiResult copy = set.split_results().ok;
    expect_token(copy["b"], "b");
}

TEST_F(MutationTokens, SurviveATranscoder) {
    cb.set_transcoder(std::make_shared<Transcoder>());
    expect_token(ok(cb.set("k", "v")), "k");
    expect_token(ok(cb.remove_multi(Keys{"k"}))["k"], "k");
}

TEST_F(MutationTokens, AreNotThereWhereNobodyToldOne) {
    EXPECT_FALSE(OperationResult{}.mutation_token());
    EXPECT_FALSE(ValueResult{}.mutation_token());
}

}  // namespace
}  // namespace txcouchbase::test
