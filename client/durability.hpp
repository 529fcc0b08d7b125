// Waiting until a change is on enough nodes, by asking them again and again.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/operations.hpp>

#include "client/calls.hpp"
#include "client/copy_asker.hpp"

namespace txcouchbase {

/// What an operation asks of durability, as the caller says it.
struct DurabilityOptions {
    int persist_to = 0;    ///< negative: as many as there are
    int replicate_to = 0;  ///< negative: as many as there are
    std::chrono::milliseconds timeout{5000};
    std::chrono::milliseconds interval{10};
};

/**
 * Ends as an OperationResult of the key, as soon as enough nodes have answered that they have it: nobody waits for one
 * that does not answer.
 *
 * Errors: ArgumentError (durability_too_many) when the bucket has fewer copies, NotFoundError, KeyExistsError (another
 *         version is there), TimeoutError; map_changed when a failover has lost the change.
 * Spec:   endure, persist_to and replicate_to of the original; PROTOCOL 10.8.
 */
class Durability : public CopyAsker {
public:
    Durability(Core& core, std::string_view key, const DurabilityOptions& options, std::uint64_t cas,
               bool is_removal);

protected:
    void start() override;
    /// As far as the bucket's map says there are nodes; an error if there are not.
    Error resolve_wish();
    /// With a token, the change is looked for in the history of its vBucket.
    void wait_for_copies(const std::optional<MutationToken>& token);
    void set_cas(std::uint64_t cas) noexcept { wish_.cas = cas; }
    virtual void on_fulfilled();
    virtual void on_unfulfilled(const Error& error) { fail(error); }
    void on_connection_over(const Error& error) override { on_unfulfilled(error); }

private:
    void on_report() override;
    void ask_again();
    void give_up(errc code, std::string cause);
    void time_out();

    DurabilityOptions options_;
    DurabilityWish wish_;
    std::optional<MutationToken> token_;
    net::TimePoint deadline_;
};

/// A change that must be on enough nodes. It is issued at once, as any other on its key. If it is stored, and then not
/// on enough nodes in time, the error is ambiguous and has the result with its CAS: the change is there all the same.
class DurableChange final : public Durability {
public:
    DurableChange(Core& core, const Call& call, const DurabilityOptions& options);

    Need need() const override { return {request_.key, protocol::frame_size(request_, {})}; }

private:
    Error issue() override;
    void start() override;
    void on_changed(OperationResult result);
    void on_fulfilled() override { end(std::move(*changed_)); }
    void on_unfulfilled(const Error& error) override;

    std::string key_and_value_;
    protocol::Request request_;
    const OperationKind& kind_;
    IssueOptions issue_options_;
    std::optional<OperationResult> changed_;
    bool is_resolved_ = false;
};

}  // namespace txcouchbase
