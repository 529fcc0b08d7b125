// Asks the nodes that have copies of a document what they know of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/composite.hpp"
#include "client/copies.hpp"

namespace txcouchbase {

/// What observe() and waiting for durability have in common.
class CopyAsker : public Composite {
protected:
    /// `key`: as it is stored.
    CopyAsker(Core& core, std::string_view key, IssueOptions options)
        : Composite(core), key_(key), options_(options) {}

    const std::string& key() const noexcept { return key_; }
    /// Of one question.
    std::chrono::milliseconds timeout() const noexcept {
        return options_.timeout.count() != 0 ? options_.timeout : core().options().timeout;
    }
    /// That the bucket's documents have no copies that could be asked.
    Error no_copies() const;
    /// Asks each node that has a copy now: OBSERVE_SEQNO with a token, else OBSERVE. One that has yet to answer an
    /// earlier question is not asked again. on_report() comes with each answer.
    void ask_copies(bool active_only, const std::optional<MutationToken>& token);
    virtual void on_report() = 0;
    void forget_answers() noexcept { answers_.clear(); }
    bool all_have_answered() const noexcept { return answers_.size() == copies_.size(); }
    /// The latest of each node that has answered, in the order of their answers.
    std::vector<CopyReport> reports() const;
    /// Those of nodes that have a copy by the map of now.
    std::vector<CopyReport> present_reports();

private:
    struct Copy {
        std::uint8_t node = Router::nobody;
        bool is_active = false;

        bool operator==(const Copy&) const = default;
    };
    struct Answer {
        Copy copy;
        CopyReport report;
    };

    /// By the map of now, each node once.
    std::vector<Copy> copies_of_key(bool active_only) const;
    void find_copies(bool active_only);
    void ask_copy(const Copy& copy, const std::optional<MutationToken>& token);
    void add(const Copy& copy, CopyReport report);

    std::string key_;
    IssueOptions options_;
    std::vector<Copy> copies_;              // as the map says
    std::vector<std::uint8_t> unanswered_;  // nodes that have yet to answer
    std::vector<Answer> answers_;
};

/// Spec: observe of the original. A node that does not answer makes it fail.
class Observation final : public CopyAsker {
public:
    /// `as_value`: ends as a ValueResult whose value is the list as JSON, not as an ObserveResult.
    Observation(Core& core, std::string_view key, bool master_only, bool as_value, IssueOptions options)
        : CopyAsker(core, key, options), master_only_(master_only), as_value_(as_value) {}

private:
    void start() override;
    void on_report() override;

    net::TimePoint deadline_;
    bool master_only_;
    bool as_value_;
};

}  // namespace txcouchbase
