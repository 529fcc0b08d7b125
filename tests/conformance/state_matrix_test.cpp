// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/fixture.hpp"
#include "tests/integration/refused_port.hpp"

namespace txcouchbase::test {
namespace {

using namespace std::chrono_literals;

/// What a call is in for: what becomes of it in each state is one line of the matrix.
enum class Kind : std::uint8_t {
    good,         ///< a plain memcached serves it
    unsupported,  ///< it needs a cluster
    argument,     ///< no server would take its argument
    format,       ///< its value has no such format
};

template <class Face>
struct Row {
    const char* call;
    Kind kind;
    std::function<Deferred<void>(Face&)> make;
};

template <class Face, class R>
Deferred<void> end_only(Deferred<R> operation) {
    return std::move(operation).ignore();
}
template <class Face, class R>
Deferred<void> end_only(AsyncResult<R> operation) {
    return Face::defer(std::move(operation)).ignore();
}

using Keys = std::vector<std::string>;
using Values = std::map<std::string, std::string>;
using CasValues = std::map<std::string, std::uint64_t>;

ItemOptionDict items_with_fragment() {
    return {{std::make_shared<Item>("k", "1"), ItemOptions{.fragment = "2"}}};
}

ItemSequence items_with_key() {
    return ItemSequence{std::make_shared<Item>("k")};
}

/// Collects rows; the key "k" is there and is "1", the key "new" is not.
template <class Face>
struct Table {
    std::vector<Row<Face>> rows;

    template <class Make>
    void add(Kind kind, const char* call, Make make) {
        rows.push_back({call, kind, [make](Face& cb) { return end_only<Face>(make(cb)); }});
    }
};

template <class Face>
void add_single_operations(Table<Face>& table) {
    const auto good = [&](const char* call, auto make) { table.add(Kind::good, call, make); };
    good("get", [](Face& cb) { return cb.get("k"); });
    good("get with a ttl", [](Face& cb) { return cb.get("k", {.ttl = 100s}); });
    good("touch", [](Face& cb) { return cb.touch("k", 100s); });
    good("set", [](Face& cb) { return cb.set("k", "v"); });
    good("add", [](Face& cb) { return cb.add("new", "v"); });
    good("replace", [](Face& cb) { return cb.replace("k", "v"); });
    good("append", [](Face& cb) { return cb.append("k", "v"); });
    good("prepend", [](Face& cb) { return cb.prepend("k", "v"); });
    good("remove", [](Face& cb) { return cb.remove("k"); });
    good("incr", [](Face& cb) { return cb.incr("k"); });
    good("decr", [](Face& cb) { return cb.decr("k"); });
    good("arithmetic", [](Face& cb) { return cb.arithmetic("k"); });
    good("noop", [](Face& cb) { return cb.noop(); });
    good("ping", [](Face& cb) { return cb.ping(); });
    good("versions", [](Face& cb) { return cb.versions(); });
    good("stats", [](Face& cb) { return cb.stats(); });
    good("stats of groups", [](Face& cb) { return cb.stats(Keys{"settings", "items"}); });
}

template <class Face>
void add_multi_operations(Table<Face>& table) {
    const auto good = [&](const char* call, auto make) { table.add(Kind::good, call, make); };
    good("get_multi", [](Face& cb) { return cb.get_multi(Keys{"k"}); });
    good("get_multi of Items", [](Face& cb) { return cb.get_multi(items_with_key()); });
    good("touch_multi", [](Face& cb) { return cb.touch_multi(Keys{"k"}, 100s); });
    good("set_multi", [](Face& cb) { return cb.set_multi(Values{{"k", "v"}}); });
    good("add_multi", [](Face& cb) { return cb.add_multi(Values{{"new", "v"}}); });
    good("replace_multi", [](Face& cb) { return cb.replace_multi(Values{{"k", "v"}}); });
    good("append_multi", [](Face& cb) { return cb.append_multi(Values{{"k", "v"}}); });
    good("prepend_multi", [](Face& cb) { return cb.prepend_multi(Values{{"k", "v"}}); });
    good("append_items", [](Face& cb) { return cb.append_items(items_with_fragment()); });
    good("prepend_items", [](Face& cb) { return cb.prepend_items(items_with_fragment()); });
    good("remove_multi", [](Face& cb) { return cb.remove_multi(Keys{"k"}); });
    good("incr_multi", [](Face& cb) { return cb.incr_multi(Keys{"k"}); });
    good("decr_multi", [](Face& cb) { return cb.decr_multi(Keys{"k"}); });
    good("arithmetic_multi", [](Face& cb) {
        return cb.arithmetic_multi(std::map<std::string, int>{{"k", 1}});
    });
}

template <class Face>
void add_operations_of_clusters(Table<Face>& table) {
    const auto refused = [&](const char* call, auto make) { table.add(Kind::unsupported, call, make); };
    refused("lock", [](Face& cb) { return cb.lock("k", 5s); });
    refused("unlock", [](Face& cb) { return cb.unlock("k", 1); });
    refused("rget", [](Face& cb) { return cb.rget("k"); });
    refused("get from a replica", [](Face& cb) { return cb.get("k", {.replica = true}); });
    refused("observe", [](Face& cb) { return cb.observe("k"); });
    refused("endure", [](Face& cb) { return cb.endure("k"); });
    refused("set with durability", [](Face& cb) { return cb.set("k", "v", {.persist_to = 1}); });
    refused("append with durability", [](Face& cb) { return cb.append("k", "v", {.replicate_to = 1}); });
    refused("remove with durability", [](Face& cb) { return cb.remove("k", {.persist_to = -1}); });
    refused("set_multi with durability", [](Face& cb) {
        return cb.set_multi(Values{{"k", "v"}}, {.persist_to = 1});
    });
    refused("lock_multi", [](Face& cb) { return cb.lock_multi(Keys{"k"}, 5s); });
    refused("unlock_multi", [](Face& cb) { return cb.unlock_multi(CasValues{{"k", 1}}); });
    refused("rget_multi", [](Face& cb) { return cb.rget_multi(Keys{"k"}); });
    refused("observe_multi", [](Face& cb) { return cb.observe_multi(Keys{"k"}); });
    refused("endure_multi", [](Face& cb) { return cb.endure_multi(Keys{"k"}); });
}

template <class Face>
void add_bad_arguments(Table<Face>& table) {
    const auto bad = [&](const char* call, auto make) { table.add(Kind::argument, call, make); };
    bad("get of no key", [](Face& cb) { return cb.get(""); });
    bad("set of a long key", [](Face& cb) { return cb.set(std::string(251, 'k'), "v"); });
    bad("set with a negative ttl", [](Face& cb) { return cb.set("k", "v", {.ttl = -1s}); });
    bad("touch with a ttl beyond 32 bits",
        [](Face& cb) { return cb.touch("k", std::chrono::seconds{1LL << 33}); });
    bad("add with a CAS", [](Face& cb) { return cb.add("new", "v", {.cas = 1}); });
    bad("incr with a ttl alone", [](Face& cb) { return cb.incr("k", {.ttl = 1s}); });
    bad("get with a negative timeout", [](Face& cb) { return cb.get("k", {.timeout = -1ms}); });
    bad("get_multi of nothing", [](Face& cb) { return cb.get_multi(Keys{}); });
    bad("get_multi with a bad key", [](Face& cb) { return cb.get_multi(Keys{"", "k"}); });
    bad("remove_multi with one CAS", [](Face& cb) { return cb.remove_multi(Keys{"k"}, {.cas = 1}); });
    bad("lock without a ttl", [](Face& cb) { return cb.lock("k", {}); });
    bad("unlock without a CAS", [](Face& cb) { return cb.unlock("k", 0); });
    bad("stats of no group", [](Face& cb) { return cb.stats(Keys{}); });
    const auto unfit = [&](const char* call, auto make) { table.add(Kind::format, call, make); };
    unfit("set of a number as text", [](Face& cb) { return cb.set("k", 42, {.format = Format::utf8}); });
    unfit("append of a number", [](Face& cb) { return cb.append("k", 42); });
    unfit("set_multi of numbers as text", [](Face& cb) {
        return cb.set_multi(std::map<std::string, int>{{"k", 42}}, {.format = Format::utf8});
    });
}

template <class Face>
std::vector<Row<Face>> all_rows() {
    Table<Face> table;
    add_single_operations(table);
    add_multi_operations(table);
    add_operations_of_clusters(table);
    add_bad_arguments(table);
    return std::move(table.rows);
}

enum class When : std::uint8_t {
    before_connect,
    connected,
    after_a_failed_connect,
    after_close,
    after_the_loop
};

/// The matrix itself: the class of the error, or "" for a success.
std::string expected(Kind kind, When when) {
    if (kind == Kind::argument) return "ArgumentError";
    if (kind == Kind::format) return "ValueFormatError";
    switch (when) {
        case When::after_a_failed_connect: return "ConnectError";
        case When::after_close: return "ClientTemporaryFailError";
        case When::after_the_loop: return "ObjectDestroyedError";
        default: return kind == Kind::unsupported ? "NotSupportedError" : "";
    }
}

template <class Face>
class StateMatrix : public ConformanceTest {
protected:
    /// How a call ends: as expected(), with "thrown: " in front if the call itself throws.
    std::string end(const Row<Face>& row, Face& cb, boost::asio::io_context& loop) {
        std::optional<Ending<void>> ending;
        try {
            ending.emplace(row.make(cb));
        } catch (const CouchbaseError& error) {
            return "thrown: " + name_of(Failure{make_exception(error.error())});
        }
        // A Deferred that is made failed is no completion: whoever adds an errback is in time.
        const bool is_of_the_call = row.kind == Kind::argument || row.kind == Kind::format;
        if (ending->has_come() && is_running && !is_of_the_call) ADD_FAILURE() << "completed inside its call";
        const Outcome<void> outcome = is_running ? ending->await(loop) : ending->take();
        return outcome ? "" : name_of(outcome.failure());
    }
    /// Nothing that fails in the matrix was sent, and the error must know.
    static std::string name_of(const Failure& failure) {
        const auto* const error = failure.get_if<CouchbaseError>();
        EXPECT_FALSE(error->error().is_ambiguous()) << error->explain();
        return std::string{failure.type_name()}.substr(std::size("txcouchbase::") - 1);
    }

    /// The raw face throws what is wrong with the call itself; the Deferred face throws nothing, ever.
    static std::string expected_of(Kind kind, When when) {
        const bool is_of_the_call =
            kind == Kind::argument || kind == Kind::format || when == When::after_the_loop;
        const bool is_raw = std::is_same_v<Face, TxAsyncConnection>;
        return (is_raw && is_of_the_call ? "thrown: " : "") + expected(kind, when);
    }

    template <class Check>
    void for_each_row(Check check) {
        for (const Row<Face>& row : all_rows<Face>()) {
            SCOPED_TRACE(row.call);
            put("k", "1");
            ok(witness.remove("new", {.quiet = true}));
            check(row);
        }
    }

    bool is_running = true;  // the loop
};
TYPED_TEST_SUITE(StateMatrix, Faces, FaceNames);

TYPED_TEST(StateMatrix, BeforeConnectGoodCallsWaitAndBadOnesFailAtOnce) {
    this->for_each_row([this](const auto& row) {
        TypeParam cb{this->io, this->server.url()};
        EXPECT_EQ(this->end(row, cb, this->io), this->expected_of(row.kind, When::before_connect));
    });
}

TYPED_TEST(StateMatrix, ConnectedGoodCallsSucceed) {
    TypeParam cb{this->io, this->server.url()};
    ASSERT_TRUE(succeeded(this->end_of(cb.connect())));
    this->for_each_row([&](const auto& row) {
        EXPECT_EQ(this->end(row, cb, this->io), this->expected_of(row.kind, When::connected));
    });
}

TYPED_TEST(StateMatrix, AfterAFailedConnectEveryGoodCallFailsAsItDid) {
    const RefusedPort refused;
    TypeParam cb{this->io, refused.url()};
    ASSERT_TRUE(failed_with<ConnectError>(this->end_of(cb.connect())));
    this->for_each_row([&](const auto& row) {
        EXPECT_EQ(this->end(row, cb, this->io), this->expected_of(row.kind, When::after_a_failed_connect));
    });
}

TYPED_TEST(StateMatrix, AfterCloseEveryGoodCallFailsAsTemporary) {
    TypeParam cb{this->io, this->server.url()};
    ASSERT_TRUE(succeeded(this->end_of(cb.connect())));
    cb.close();
    this->for_each_row([&](const auto& row) {
        EXPECT_EQ(this->end(row, cb, this->io), this->expected_of(row.kind, When::after_close));
    });
}

TYPED_TEST(StateMatrix, AfterTheLoopEveryGoodCallFailsAsDestroyed) {
    std::optional<boost::asio::io_context> loop{1};
    TypeParam cb{*loop, this->server.url()};
    ASSERT_TRUE(succeeded(Ending{cb.connect()}.await(*loop)));
    loop.reset();
    this->for_each_row([&](const auto& row) {
        this->is_running = false;
        EXPECT_EQ(this->end(row, cb, this->io), this->expected_of(row.kind, When::after_the_loop));
        this->is_running = true;
    });
}

TYPED_TEST(StateMatrix, TheLastHandleDroppedLetsEveryGoodCallFinish) {
    this->for_each_row([this](const auto& row) {
        if (row.kind == Kind::argument || row.kind == Kind::format) return;
        std::optional<TypeParam> cb{std::in_place, this->io, this->server.url()};
        auto [resolver, gone] = make_deferred<void>();
        cb->register_deferred("_dtor", std::move(resolver));
        Ending dtor{std::move(gone)};
        Ending operation{row.make(*cb)};
        cb.reset();
        EXPECT_TRUE(succeeded(dtor.await(this->io)));
        ASSERT_TRUE(operation.has_come()) << "first the operation, then _dtor";
        EXPECT_EQ(operation.take().has_value(), row.kind == Kind::good);
    });
}

TYPED_TEST(StateMatrix, ALoopThatGoesTakesEveryPendingCallWithIt) {
    this->for_each_row([this](const auto& row) {
        if (row.kind == Kind::argument || row.kind == Kind::format) return;
        std::optional<boost::asio::io_context> loop{1};
        TypeParam cb{*loop, this->server.url()};
        Ending operation{row.make(cb)};
        loop.reset();
        ASSERT_TRUE(operation.has_come());
        if (row.kind == Kind::good) {
            EXPECT_TRUE(failed_with<ObjectDestroyedError>(operation.take()));
        } else {
            EXPECT_FALSE(operation.take().has_value());
        }
    });
}

TYPED_TEST(StateMatrix, ConnectAndItsEventTellTheSameInEveryState) {
    const RefusedPort refused;
    struct Line {
        std::string url;
        bool closes;
        const char* error;
    };
    const std::vector<Line> lines{{this->server.url(), false, ""},
                                  {this->server.url(), true, ""},
                                  {refused.url(), false, "ConnectError"},
                                  {refused.url(), true, "ConnectError"}};
    for (const Line& line : lines) {
        TypeParam cb{this->io, line.url};
        const bool is_up = *line.error == '\0';
        EXPECT_EQ(this->end_of(cb.connect()).has_value(), is_up);
        if (line.closes) cb.close();
        auto [resolver, connected] = make_deferred<void>();
        cb.register_deferred("connect", std::move(resolver));
        for (const auto& end : {this->end_of(cb.connect()), this->end_of(std::move(connected))}) {
            EXPECT_EQ(end.has_value(), is_up);
            if (!is_up) {
                EXPECT_TRUE(failed_with<ConnectError>(end));
            }
        }
        EXPECT_EQ(cb.connected(), is_up);
        EXPECT_THROW(cb.register_deferred("nonsense", make_deferred<void>().resolver), std::invalid_argument);
    }
}

TYPED_TEST(StateMatrix, ClosingBeforeConnectEndsWhoWaitsAndWhoComes) {
    TypeParam cb{this->io, this->server.url()};
    Ending connecting{cb.connect()};
    Ending waiting{cb.get("k")};
    Ending several{cb.get_multi(Keys{"a", "b"})};
    cb.close();
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(connecting.take()));
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(waiting.take()));
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(several.take()));
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(this->end_of(cb.connect())));
    EXPECT_TRUE(failed_with<ClientTemporaryFailError>(this->end_of(cb.get("k"))));
}

TYPED_TEST(StateMatrix, SettingsThatChangeBeforeConnectDoNotReachWhatWasIssuedBefore) {
    TypeParam cb{this->io, this->server.url()};
    Ending missing{cb.get("missing")};
    Ending set{cb.set("k", "v")};
    cb.set_quiet(true);
    cb.set_default_format(Format::utf8);
    EXPECT_TRUE(failed_with<NotFoundError>(missing.await(this->io)));
    EXPECT_TRUE(succeeded(set.await(this->io)));
    EXPECT_EQ(this->stored_bytes("k"), "\"v\"");
}

}  // namespace
}  // namespace txcouchbase::test
