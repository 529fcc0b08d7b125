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
    /// That the bucket's documents have no copies that could be asked.
    Error no_copies() const;
    /// Each node is asked once: OBSERVE_SEQNO with a token, else OBSERVE. on_reports() when all have answered.
    void ask_copies(bool active_only, const std::optional<MutationToken>& token);
    virtual void on_reports(std::vector<CopyReport> reports) = 0;

private:
    void ask_copy(std::uint8_t node, bool is_active, const std::optional<MutationToken>& token);
    void add(CopyReport report);

    std::string key_;
    IssueOptions options_;
    std::vector<CopyReport> reports_;  // of this round
    std::size_t awaited_ = 0;
};

/// Spec: observe of the original. A node that does not answer makes it fail.
class Observation final : public CopyAsker {
public:
    /// `as_value`: ends as a ValueResult whose value is the list as JSON, not as an ObserveResult.
    Observation(Core& core, std::string_view key, bool master_only, bool as_value, IssueOptions options)
        : CopyAsker(core, key, options), master_only_(master_only), as_value_(as_value) {}

private:
    void start() override;
    void on_reports(std::vector<CopyReport> reports) override;

    bool master_only_;
    bool as_value_;
};

}  // namespace txcouchbase
