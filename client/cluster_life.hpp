// The life of a cluster's connection: the hosts that are tried first, the map, and the nodes that it names.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/map_keeper.hpp"
#include "client/seeds.hpp"
#include "net/couchbase_handshake.hpp"
#include "net/deadline_wheel.hpp"

namespace txcouchbase {

/// A host that is tried, or a node.
struct Candidate {
    net::Address address = {};
    bool is_from_map = false;   ///< the program may know where else it is reached
    std::string tls_name = {};  ///< whose certificate it must have; empty: its own
};

/// What a cluster's life needs done. Nodes are named by the index of their machine.
class ClusterHost {
public:
    /// Begins to dial. A seed is given up when its first attempt fails; a member of the map is dialled again and again.
    /// Router::nobody: there are too many nodes.
    virtual std::uint8_t dial(const Candidate& host, bool is_member) = 0;
    /// Begins to ask DNS; what it says goes to on_seeds_found().
    virtual void find_seeds(const std::string& service) = 0;
    /// Closes; what was sent to it ends with `why`.
    virtual void drop(std::uint8_t node, const Error& why) = 0;
    /// Begins to stream maps over HTTP from this host, and from no other any more.
    virtual void stream_maps(const Candidate& host) = 0;
    virtual bool is_up(std::uint8_t node) const = 0;
    /// False: it could not be asked.
    virtual bool ask_for_map(std::uint8_t node, std::optional<protocol::ConfigVersion> known) = 0;
    /// Operations go by this map from now on. `nodes`: the machine of each of its data nodes.
    virtual void use_map(std::shared_ptr<const protocol::ClusterMap> map,
                         std::vector<std::uint8_t> nodes) = 0;
    /// For the next connection. `from`: what `$HOST` in it stands for.
    virtual void keep_map(std::string_view text, const net::Address& from) = 0;
    /// There is a map, and one of its nodes is up: both for the first time.
    virtual void on_cluster_open() = 0;
    virtual void on_cluster_failed(const Error& error) = 0;
    /// For logs and errors().
    virtual void on_map_refused(const std::string& node, const std::string& why) = 0;

protected:
    ~ClusterHost() = default;
};

struct ClusterTimes {
    net::Duration bootstrap = std::chrono::seconds{10};
    net::Duration poll = std::chrono::milliseconds{2500};
    net::Duration dns = std::chrono::milliseconds{500};
    net::Duration cached = std::chrono::milliseconds{500};  ///< of all nodes that were kept, together
};

/// The nodes of a map that an earlier connection kept.
struct KeptNodes {
    std::vector<net::Address> addresses = {};
    std::string bucket_uuid = {};
};

/**
 * Decides; the host acts. Time is an argument.
 *
 *     start() --a seed's map is taken--> --a node of it is up--> open
 *          every seed failed for good, or no node of the map can be reached, or the deadline--> failed
 *
 * Seeds are tried one after the other, in their order, each for its share of the time that is left. A round in which
 * one had no map yet is followed by another, without those that refused us for good. Before the first round kept nodes
 * are tried, for a while. Where DNS names the seeds it is asked for each round, and there is another round also when
 * none could be reached.
 * Servers that know no GET_CLUSTER_CONFIG, and those of http://, tell their maps over HTTP.
 * Once open, maps come with refusals (NOT_MY_VBUCKET), by push and by polling two nodes at a time. When no node was up
 * for as long as a bootstrap may take, the seeds are asked again: its nodes may be elsewhere now.
 *
 * Spec: PROTOCOL 7.5, 7.6.
 */
class ClusterLife {
public:
    ClusterLife(ClusterHost& host, const Seeds& seeds, ClusterTimes times, KeptNodes kept = {})
        : host_(host),
          seeds_(seeds),
          times_(times),
          kept_(std::move(kept)),
          keeper_(seeds.bucket, seeds.network) {}

    void start(net::TimePoint now);

    // What happened. Nothing is done about it before run(), but for the seeds' failures.
    void on_up(std::uint8_t node, net::SessionFacts facts);
    void on_connect_failed(std::uint8_t node, const Error& error, net::TimePoint now);
    /// DNS has answered; empty: it has none.
    void on_seeds_found(std::vector<net::Address> hosts);
    /// A map came, with a refusal or as an answer. Empty: the node has none that is newer.
    void on_map_text(std::uint8_t node, std::string_view text);
    void on_streamed_map(std::string_view text, const net::Address& from);
    void on_stream_failed(const Error& error, net::TimePoint now);
    /// A refusal, or a brief push that says which one, says that there may be a newer map.
    void want_map(std::uint8_t node, std::optional<protocol::ConfigVersion> announced = {});
    /// The connection is over: nothing is done any more.
    void stop() noexcept {
        is_over_ = true;
        found_.reset();
    }

    /// Takes the maps that came, and does what is due.
    void run(net::TimePoint now);
    /// Whether run() would do something now. What is only due some time is told by next_due().
    bool has_work() const noexcept { return !is_over_ && (!arrived_.empty() || found_ || has_news_); }
    std::optional<net::TimePoint> next_due() const noexcept;

    const std::shared_ptr<const protocol::ClusterMap>& map() const noexcept { return keeper_.map(); }
    /// The first map came from a node that was kept.
    bool began_with_kept() const noexcept { return began_with_kept_; }
    /// Whether the program named this address itself, and it tells maps over HTTP.
    bool is_http_seed(const net::Address& address) const;

private:
    struct Member {
        std::uint8_t node;
        std::string name;  // as the map calls it
        net::Address address;
        bool knows_versions = false;        // a request for its map may say which one we have
        std::optional<Error> failure = {};  // of the first attempt to reach it, until it is open
    };
    struct Arrival {
        std::uint8_t node;  // Router::nobody: it was streamed
        std::string text;
        net::Address streamed_from = {};
        unsigned stream = 0;
    };

    bool has_map() const noexcept { return keeper_.map() != nullptr; }
    bool is_seeking() const noexcept { return !has_map() || is_seeking_again_; }
    void try_kept(net::TimePoint now);
    void begin_round(net::TimePoint now);
    void take_found(net::TimePoint now);
    void try_all(std::vector<Candidate> candidates, net::TimePoint now);
    void try_next(net::TimePoint now);
    bool may_come_right() const;
    void seek_on(net::TimePoint now);
    void seek_again_when_lost(net::TimePoint now);
    void stop_seeking() noexcept;
    void end_search(net::TimePoint now) noexcept;
    void end_turn_of_candidate();
    void end_round(net::TimePoint now);
    void give_up(net::TimePoint now);
    void on_seed_failed(const Error& error, net::TimePoint now);
    void note_failure(Error error);
    bool is_hopeless(const net::Address& host) const;
    void stream_from(const Candidate& host);
    std::uint16_t management_port_of(const net::Address& seed) const noexcept;
    Error failure(bool is_out_of_time) const;
    void open_when_reached(net::TimePoint now);
    void list_unreached();
    void take(const Arrival& arrival, net::TimePoint now);
    void on_refused(const Arrival& arrival, const net::Address& from, net::TimePoint now);
    void on_nothing_new(const Arrival& arrival, const net::Address& from, net::TimePoint now);
    void on_candidate_failed(const Arrival& arrival, const Error& error, net::TimePoint now);
    void stream_again();
    void apply(std::uint8_t from);
    Member member_for(const protocol::MapNode& node, std::uint8_t from);
    void ask(net::TimePoint now);
    const net::Address* address_of(std::uint8_t node) const noexcept;

    ClusterHost& host_;
    Seeds seeds_;
    ClusterTimes times_;
    KeptNodes kept_;
    MapKeeper keeper_;
    std::vector<Member> members_;
    std::vector<Arrival> arrived_;

    // Before it is open.
    std::vector<Candidate> candidates_;               // of this round
    std::optional<net::TimePoint> kept_until_;        // those that were kept are being tried
    std::optional<net::TimePoint> dns_until_;         // DNS is being asked
    std::optional<std::vector<net::Address>> found_;  // by DNS
    bool dns_knows_ = false;                          // it has named hosts
    std::optional<net::TimePoint> turn_until_;        // of the candidate that is being tried
    std::optional<std::uint8_t> seed_;                // that it is, unless it streams
    bool seed_knows_versions_ = false;
    errc seed_trouble_ = errc::temporary_fail;  // why it has no map to give
    std::size_t next_seed_ = 0;                 // index into candidates_
    bool is_streaming_ = false;                 // seeds are asked over HTTP, or were
    bool needs_http_ = false;                   // one that was asked over KV cannot tell its map there
    unsigned stream_ = 0;                       // what comes of earlier ones is late
    std::vector<Error> failures_;               // the latest of each host
    unsigned rounds_ = 0;
    std::optional<net::TimePoint> next_round_at_;
    net::TimePoint deadline_;

    // With a map.
    bool is_open_ = false;
    bool began_with_kept_ = false;
    bool has_news_ = false;  // of members, before it is open
    net::TimePoint asked_at_;
    net::TimePoint poll_at_;
    std::optional<std::uint8_t> wanted_from_;
    std::optional<protocol::ConfigVersion> announced_;  // by whom it is wanted from
    std::optional<net::TimePoint> stream_at_;           // it broke off
    std::optional<net::TimePoint> lost_since_;          // no node has been up
    bool is_seeking_again_ = false;
    bool has_streamed_ = false;  // maps come over HTTP
    std::size_t poll_turn_ = 0;
    std::size_t stream_turn_ = 0;

    bool is_over_ = false;
};

}  // namespace txcouchbase
