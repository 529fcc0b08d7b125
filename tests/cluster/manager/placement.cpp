// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/manager/placement.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

namespace txcouchbase::cluster {

namespace {

using Row = std::vector<int>;

bool contains(const Row& row, int server) {
    return std::find(row.begin(), row.end(), server) != row.end();
}

/// Works on one map; the numbers are indexes of servers.
class Placement {
public:
    Placement(const VbucketMap& current, const std::vector<bool>& is_usable, std::uint8_t replicas)
        : current_(current), map_(current.size()), is_usable_(is_usable), load_(is_usable.size()) {
        for (std::size_t i = 0; i != is_usable.size(); ++i)
            if (is_usable[i]) servers_.push_back(static_cast<int>(i));
        replicas_ = std::min<std::size_t>(replicas, servers_.size() - 1);
    }

    VbucketMap run(std::uint8_t replicas) {
        place_actives();
        place_replicas();
        even_replicas();
        restore_order();
        for (Row& row : map_) row.resize(1U + replicas, nobody);
        return std::move(map_);
    }

private:
    bool is_usable(int server) const {
        return server != nobody && is_usable_[static_cast<std::size_t>(server)];
    }
    int& load(int server) { return load_[static_cast<std::size_t>(server)]; }
    int active_of(const Row& row) const { return !row.empty() && is_usable(row[0]) ? row[0] : nobody; }

    /// How many actives each server shall have: those that have most keep one more when it does not come out even.
    void set_quotas() {
        std::fill(load_.begin(), load_.end(), 0);
        for (const Row& row : current_)
            if (const int active = active_of(row); active != nobody) ++load(active);
        std::vector<int> by_load = servers_;
        std::stable_sort(by_load.begin(), by_load.end(), [this](int a, int b) { return load(a) > load(b); });
        const std::size_t each = map_.size() / servers_.size();
        std::size_t more = map_.size() % servers_.size();
        for (const int server : by_load) {
            load(server) = static_cast<int>(more == 0 ? each : each + 1);
            if (more != 0) --more;
        }
    }

    /// From here to place_replicas(), load is what a server can still take.
    void place_actives() {
        set_quotas();
        std::vector<int> surplus(load_.size());
        for (const Row& row : current_)
            if (const int active = active_of(row); active != nobody)
                ++surplus[static_cast<std::size_t>(active)];
        for (const int server : servers_) {
            int& over = surplus[static_cast<std::size_t>(server)];
            const int kept = std::min(over, load(server));
            load(server) -= kept;
            over -= kept;
        }
        // Whoever must give some up gives those first that a replica elsewhere can take over without copying.
        for (std::size_t v = 0; v != map_.size(); ++v) {
            const int active = active_of(current_[v]);
            if (active != nobody && surplus[static_cast<std::size_t>(active)] == 0) continue;
            const int heir = heir_of(current_[v]);
            if (heir == nobody) continue;
            if (active != nobody) --surplus[static_cast<std::size_t>(active)];
            map_[v] = {heir};
            --load(heir);
        }
        for (std::size_t v = 0; v != map_.size(); ++v) {
            if (!map_[v].empty()) continue;
            const int active = active_of(current_[v]);
            if (active != nobody && surplus[static_cast<std::size_t>(active)]-- <= 0) {
                map_[v] = {active};
                continue;
            }
            const int taker =
                *std::find_if(servers_.begin(), servers_.end(), [this](int s) { return load(s) > 0; });
            map_[v] = {taker};
            --load(taker);
        }
    }

    int heir_of(const Row& row) {
        for (std::size_t k = 1; k < row.size(); ++k)
            if (is_usable(row[k]) && load(row[k]) > 0) return row[k];
        return nobody;
    }

    /// From here on, load is the number of replicas on a server.
    void place_replicas() {
        std::fill(load_.begin(), load_.end(), 0);
        const std::size_t copies = map_.size() * replicas_;
        const int most = static_cast<int>((copies + servers_.size() - 1) / servers_.size());
        for (std::size_t v = 0; v != map_.size(); ++v) {
            Row copies_now =
                current_[v];  // the old active comes last: a replica that stays is no change at all
            if (!copies_now.empty())
                std::rotate(copies_now.begin(), copies_now.begin() + 1, copies_now.end());
            for (const int server : copies_now) {
                if (map_[v].size() > replicas_) break;
                if (!is_usable(server) || contains(map_[v], server) || load(server) >= most) continue;
                add_replica(v, server);
            }
        }
        for (std::size_t v = 0; v != map_.size(); ++v)
            while (map_[v].size() <= replicas_) add_replica(v, emptiest(map_[v]));
    }

    void add_replica(std::size_t v, int server) {
        map_[v].push_back(server);
        ++load(server);
    }

    int emptiest(const Row& row) {
        int best = nobody;
        for (const int server : servers_)
            if (!contains(row, server) && (best == nobody || load(server) < load(best))) best = server;
        return best;
    }

    /// Passes replicas on from the fullest to the emptiest server, through others where no row allows it directly.
    void even_replicas() {
        if (replicas_ == 0) return;
        while (true) {
            const auto [low, high] = std::minmax_element(servers_.begin(), servers_.end(),
                                                         [this](int a, int b) { return load(a) < load(b); });
            if (load(*high) - load(*low) <= 1 || !pass_on(*high, *low)) return;
        }
    }

    struct Step {
        std::size_t vbucket;
        int from;
    };

    /// A breadth-first search over servers; an edge is a row that has a replica on the one and nothing on the other.
    bool pass_on(int from, int to) {
        std::vector<std::optional<Step>> reached(load_.size());
        std::vector<int> queue = {from};
        for (std::size_t i = 0; i != queue.size() && !reached[static_cast<std::size_t>(to)]; ++i)
            for (std::size_t v = 0; v != map_.size(); ++v) {
                if (std::find(map_[v].begin() + 1, map_[v].end(), queue[i]) == map_[v].end()) continue;
                for (const int next : servers_) {
                    if (next == from || reached[static_cast<std::size_t>(next)] || contains(map_[v], next))
                        continue;
                    reached[static_cast<std::size_t>(next)] = Step{v, queue[i]};
                    queue.push_back(next);
                }
            }
        if (!reached[static_cast<std::size_t>(to)]) return false;
        for (int server = to; server != from;) {
            const Step step = *reached[static_cast<std::size_t>(server)];
            Row& row = map_[step.vbucket];
            *std::find(row.begin() + 1, row.end(), step.from) = server;
            server = step.from;
        }
        --load(from);
        ++load(to);
        return true;
    }

    /// Replicas that stay keep their place in the row.
    void restore_order() {
        for (std::size_t v = 0; v != map_.size(); ++v) {
            Row& row = map_[v];
            for (std::size_t k = 1; k < row.size() && k < current_[v].size(); ++k) {
                const auto found = std::find(row.begin() + 1, row.end(), current_[v][k]);
                if (found != row.end()) std::iter_swap(found, row.begin() + static_cast<std::ptrdiff_t>(k));
            }
        }
    }

    const VbucketMap& current_;
    VbucketMap map_;
    const std::vector<bool>& is_usable_;
    std::vector<int> servers_;
    std::vector<int> load_;
    std::size_t replicas_ = 0;
};

}  // namespace

VbucketMap place(const VbucketMap& current, const std::vector<bool>& is_usable, std::uint8_t replicas) {
    return Placement(current, is_usable, replicas).run(replicas);
}

VbucketMap place_new(std::uint16_t vbuckets, std::size_t servers, std::uint8_t replicas) {
    return place(VbucketMap(vbuckets), std::vector<bool>(servers, true), replicas);
}

}  // namespace txcouchbase::cluster
