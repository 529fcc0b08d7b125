// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/fixture.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;
const Keys twice{"foo", "foo"};

template <class Face>
class DuplicateKeys : public ConformanceTest {
protected:
    /// Ends the operation, and gives what the log was told of operations meanwhile.
    template <class R>
    std::vector<std::string> warnings_of(R operation) {
        records.clear();
        static_cast<void>(end_of(std::move(operation)));
        return std::exchange(records, {});
    }

    std::vector<std::string> records;
    std::function<void()> at_record;
    Face cb{io, server.url(), {.log = [this](const LogRecord& record) {
                if (record.subsystem != "operation") return;
                EXPECT_EQ(record.level, LogLevel::warning);
                EXPECT_EQ(record.node, "");
                records.emplace_back(record.message);
                if (at_record) at_record();
            }}};
    const std::vector<std::string> told_once{"keys that a multi operation was given more than once: 1"};
};
TYPED_TEST_SUITE(DuplicateKeys, Faces, FaceNames);

TYPED_TEST(DuplicateKeys, EveryMultiOperationTellsTheLogOnceAndNamesNoKey) {
    auto& face = this->cb;
    EXPECT_EQ(this->warnings_of(face.get_multi(twice)), this->told_once);
    EXPECT_EQ(this->warnings_of(face.incr_multi(twice, {.initial = 1})), this->told_once);
    EXPECT_EQ(this->warnings_of(face.decr_multi(twice)), this->told_once);
    EXPECT_EQ(this->warnings_of(face.remove_multi(twice)), this->told_once);
    EXPECT_EQ(this->warnings_of(face.touch_multi(twice, 5s)), this->told_once);
    const Keys thrice{"a", "b", "a", "a"};
    EXPECT_EQ(this->warnings_of(face.get_multi(thrice)),
              Keys{"keys that a multi operation was given more than once: 2"});
    EXPECT_EQ(this->warnings_of(face.get_multi(Keys{"a", "b"})), Keys{});
    EXPECT_EQ(this->warnings_of(face.get("a")), Keys{});
}

TYPED_TEST(DuplicateKeys, OfWhatNeedsAClusterTellTheLogToo) {
    auto& face = this->cb;
    EXPECT_EQ(this->warnings_of(face.lock_multi(twice, 5s)), this->told_once);
    EXPECT_EQ(this->warnings_of(face.unlock_multi({{"foo", 1}, {"foo", 2}})), this->told_once);
    EXPECT_EQ(this->warnings_of(face.rget_multi(twice)), this->told_once);
    EXPECT_EQ(this->warnings_of(face.observe_multi(twice)), this->told_once);
}

TYPED_TEST(DuplicateKeys, TheLaterAnswerIsTheResult) {
    const std::vector<std::pair<std::string, std::string>> values{
        {"k", "first"}, {"other", "x"}, {"k", "second"}};
    const MultiResult set = this->ok(this->cb.set_multi(values));
    EXPECT_EQ(set.size(), 2U);
    EXPECT_EQ(this->stored_bytes("k"), "\"second\"");
    EXPECT_EQ(set["k"].cas(), this->stored("k")->cas());
    EXPECT_EQ(this->ok(this->cb.incr_multi(twice, {.initial = 10}))["foo"].number(), 11U);
    const auto removed = this->end_of(this->cb.remove_multi(twice));
    ASSERT_TRUE(failed_with<NotFoundError>(removed));
    const MultiResult all = removed.failure().template get_if<NotFoundError>()->all_results();
    EXPECT_EQ(all.size(), 1U);
    EXPECT_EQ(all["foo"].rc(), errc::not_found);
}

TYPED_TEST(DuplicateKeys, OfAFailureAndALaterSuccessTheSuccessIsTheResultAndTheFailureTheError) {
    // A counter that the second question creates.
    using Options = std::vector<std::pair<std::string, CounterOptions>>;
    const auto end = this->end_of(this->cb.incr_multi(Options{{"n", {}}, {"n", {.initial = 5}}}));
    ASSERT_TRUE(failed_with<NotFoundError>(end));
    const MultiResult all = end.failure().template get_if<NotFoundError>()->all_results();
    EXPECT_FALSE(all.all_ok());
    EXPECT_TRUE(all["n"].success());
    EXPECT_EQ(all["n"].number(), 5U);
    EXPECT_FALSE(all.error("n"));
    EXPECT_EQ(all.split_results().ok.size(), 1U);
}

TYPED_TEST(DuplicateKeys, TheHookMayCloseTheConnectionOrCancelTheOperation) {
    this->at_record = [this] { this->cb.close(); };
    EXPECT_TRUE(succeeded(this->end_of(this->cb.get_multi(twice, {.quiet = true}))));
    EXPECT_TRUE(this->cb.closed());
    this->cb = TypeParam{this->io, this->server.url(), {.log = [this](const LogRecord& record) {
                             if (record.subsystem == "operation") this->at_record();
                         }}};
    std::function<void()> cancel;
    this->at_record = [&] { cancel(); };
    auto operation = this->cb.get_multi(twice, {.quiet = true});
    if constexpr (std::is_same_v<TypeParam, TxAsyncConnection>) {
        cancel = [id = operation.id()] { id.cancel(); };
        EXPECT_EQ(error_of(this->end_of(std::move(operation))).rc(), errc::cancelled);
    } else {
        cancel = [] {};
        EXPECT_TRUE(succeeded(this->end_of(std::move(operation))));
    }
}

class DuplicateArguments : public BothFaces {};

TEST_F(DuplicateArguments, OfEndureAreRefusedWhateverTheirCas) {
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.endure_multi(twice); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) {
        return c.endure_multi({{"foo", 1}, {"bar", 1}, {"foo", 2}});
    }));
    const Error error = error_of(end_of(cb.endure_multi({"a", "foo", "foo", "a"})));
    EXPECT_EQ(error.rc(), errc::duplicate_commands);
    EXPECT_EQ(error.detail().key, "foo");
}

}  // namespace
}  // namespace txcouchbase::test
