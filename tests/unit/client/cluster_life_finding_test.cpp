// SPDX-License-Identifier: Apache-2.0
// How a cluster is found beside the hosts of its text: DNS, and nodes that were kept.
#include "tests/unit/client/cluster_life_fixture.hpp"

namespace txcouchbase::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ClusterFinding : public ClusterLifeTest {
protected:
    static Seeds named() {
        Seeds out = seeds({"db.example.com"});
        out.dns_srv = "_couchbases._tcp.db.example.com";
        return out;
    }
    /// DNS names these, all with port 11207.
    void answer(std::vector<std::string> hosts) {
        std::vector<net::Address> found;
        for (std::string& name : hosts) found.push_back({std::move(name), 11207});
        life_->on_seeds_found(std::move(found));
        EXPECT_TRUE(life_->has_work()) << "from within a call nothing is done yet";
        life_->run(now);
    }
};

TEST_F(ClusterFinding, TheHostsThatDnsNamesAreTriedInsteadOfTheName) {
    begin(named());
    EXPECT_THAT(host.take(), ElementsAre("dns _couchbases._tcp.db.example.com"));
    answer({"n1.db.example.com", "N2.DB.example.com"});
    EXPECT_THAT(host.take(), ElementsAre("seed n1.db.example.com:11207"));
    fail(0, errc::connect_error);
    EXPECT_THAT(host.take(), ElementsAre("drop 0", "seed N2.DB.example.com:11207"));
}

TEST_F(ClusterFinding, AHostOutsideTheDomainMustHaveTheCertificateOfTheNameThatWasAskedFor) {
    begin(named());
    host.take();
    answer({"n1.elsewhere.org", "notdb.example.com", "db.example.com"});
    fail(0, errc::connect_error);
    fail(1, errc::connect_error);
    EXPECT_THAT(host.take(), ElementsAre("seed n1.elsewhere.org:11207 as db.example.com", "drop 0",
                                         "seed notdb.example.com:11207 as db.example.com", "drop 1",
                                         "seed db.example.com:11207"));
}

TEST_F(ClusterFinding, WithoutAnAnswerTheNameItselfIsTried) {
    begin(named());
    answer({});
    EXPECT_EQ(host.take().back(), "seed db.example.com:11210");
}

TEST_F(ClusterFinding, AnAnswerIsWaitedForHalfASecond) {
    begin(named());
    host.take();
    EXPECT_EQ(*life_->next_due() - now, 500ms);
    pass(499ms);
    EXPECT_THAT(host.take(), IsEmpty());
    pass(1ms);
    EXPECT_THAT(host.take(), ElementsAre("seed db.example.com:11210"));
    life_->on_seeds_found({{"late", 11207}});
    life_->run(now);
    EXPECT_THAT(host.take(), IsEmpty());
}

TEST_F(ClusterFinding, WhenNoneOfItsHostsCanBeReachedDnsIsAskedAgain) {
    begin(named());
    answer({"old.db.example.com"});
    fail(0, errc::connect_error);
    host.take();
    pass(20ms);
    EXPECT_THAT(host.take(), ElementsAre("dns _couchbases._tcp.db.example.com"));
    answer({"new.db.example.com"});
    EXPECT_THAT(host.take(), ElementsAre("seed new.db.example.com:11207"));
    fail(1, errc::auth_error);
    EXPECT_EQ(host.take().back(), "failed: " + make_error_code(errc::auth_error).message());
}

TEST_F(ClusterFinding, WhoHasNamedHostsOnceMayBeSilentForARound) {
    begin(named());
    answer({"old.db.example.com"});
    fail(0, errc::connect_error);
    pass(20ms);
    answer({});
    fail(1, errc::unknown_host);
    host.take();
    pass(40ms);
    EXPECT_THAT(host.take(), ElementsAre("dns _couchbases._tcp.db.example.com"));
}

TEST_F(ClusterFinding, ANameThatDnsDoesNotServeFailsAsAnyHostDoes) {
    begin(named());
    answer({});
    fail(0, errc::unknown_host);
    EXPECT_EQ(host.take().back(), "failed: " + make_error_code(errc::unknown_host).message());
}

TEST_F(ClusterFinding, KeptNodesComeFirst) {
    begin(seeds({"a"}), {.addresses = {{"k1", 11210}, {"k2", 11210}}, .bucket_uuid = "u"});
    EXPECT_THAT(host.take(), ElementsAre("seed k1:11210 (kept)"));
    fail(0, errc::connect_error);
    EXPECT_THAT(host.take(), ElementsAre("drop 0", "seed k2:11210 (kept)"));
    come_up(1, map_of({"k2", "n"}, 9));
    EXPECT_THAT(host.take(), ElementsAre("keep from k2:11210", "member n:11210", "map 9: 1 2", "open"));
}

TEST_F(ClusterFinding, WhatKeptNodesFailWithDoesNotCount) {
    begin(seeds({"a"}), {.addresses = {{"k", 11210}}, .bucket_uuid = "u"});
    fail(0, errc::auth_error);
    EXPECT_THAT(host.take(), ElementsAre("seed k:11210 (kept)", "drop 0", "seed a:11210"));
    fail(1, errc::connect_error);
    EXPECT_EQ(host.take().back(), "failed: " + make_error_code(errc::connect_error).message());
}

TEST_F(ClusterFinding, KeptNodesThatSwallowPacketsCostHalfASecondInAll) {
    begin(seeds({"a"}), {.addresses = {{"k1", 11210}, {"k2", 11210}}, .bucket_uuid = "u"});
    pass(250ms);
    EXPECT_THAT(host.take(), ElementsAre("seed k1:11210 (kept)", "drop 0", "seed k2:11210 (kept)"));
    pass(250ms);
    EXPECT_THAT(host.take(), ElementsAre("drop 1", "seed a:11210"));
}

TEST_F(ClusterFinding, AKeptNodeThatServesAnotherBucketOfTheNameIsNotBelieved) {
    begin(seeds({"a"}), {.addresses = {{"k", 11210}}, .bucket_uuid = "u"});
    come_up(0, map_of({"k"}, 9, "other"));
    EXPECT_THAT(host.take(), ElementsAre("seed k:11210 (kept)", "refused k:11210", "drop 0", "seed a:11210"));
    come_up(1, map_of({"a"}, 1, "other"));
    EXPECT_EQ(host.take().back(), "open") << "the given host is";
}

TEST_F(ClusterFinding, KeptNodesSaveTheQuestionToDns) {
    begin(named(), {.addresses = {{"k", 11207}}, .bucket_uuid = "u"});
    EXPECT_THAT(host.take(), ElementsAre("seed k:11207 (kept)"));
    fail(0, errc::connect_error);
    EXPECT_THAT(host.take(), ElementsAre("drop 0", "dns _couchbases._tcp.db.example.com"));
}

}  // namespace
}  // namespace txcouchbase::test
