// What operations give: results that own what they show.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <txcouchbase/detail/metrics.hpp>
#include <txcouchbase/detail/pin.hpp>
#include <txcouchbase/error.hpp>
#include <vector>

namespace txcouchbase {

/// Where a mutation stands in the history of its vBucket.
struct MutationToken {
    std::uint16_t vbucket = 0;
    std::uint64_t vbucket_uuid = 0;
    std::uint64_t seqno = 0;
};

/**
 * What every operation tells: its key and how it ended.
 *
 * Lifetime: a result owns what it shows. It pins the memory into which the reply was received, and stays valid after
 *           the callback, after the connection and on any thread. Views that it gives live as long as it does.
 * Spec:     couchbase.results.Result of the original.
 */
class Result {
public:
    Result() = default;

    std::string_view key() const noexcept { return {key_, key_size_}; }
    errc rc() const noexcept { return rc_; }
    bool success() const noexcept { return rc_ == errc::success; }
    /// The words for rc().
    std::string_view errstr() const noexcept { return info(rc_).message; }

protected:
    Result(detail::Pin pin, std::string_view key, errc rc) noexcept
        : pin_(std::move(pin)),
          key_(key.data()),
          key_size_(static_cast<std::uint16_t>(key.size())),
          rc_(rc) {}

    detail::Pin pin_;
    const char* key_ = nullptr;
    std::uint16_t key_size_ = 0;  // no server takes a key of more than 250 bytes
    // What only some results have, here because there is room.
    bool has_token_ = false;  // behind the key: vBucket, its uuid and the seqno, as they came
    bool is_raw_ = false;     // a value that is to be shown as it is stored
    errc rc_ = errc::success;
};

/// The result of a mutation.
class OperationResult : public Result {
public:
    OperationResult() = default;
    OperationResult(detail::Pin pin, std::string_view key, std::uint64_t cas,
                    errc rc = errc::success) noexcept
        : Result(std::move(pin), key, rc), cas_(cas) {}

    /// The version of the stored value; compare for equality only. 0 where the server gives none.
    std::uint64_t cas() const noexcept { return cas_; }
    /// Where the mutation stands, if the server said so (Couchbase does, when asked).
    std::optional<MutationToken> mutation_token() const noexcept;

    /// For the machinery: ten plus eight bytes of a token lie behind the key.
    void mark_token() noexcept { has_token_ = true; }

private:
    std::uint64_t cas_ = 0;
};

/**
 * The result of a retrieval or a counter. Asking for its value is what costs: until then nothing was decoded.
 *
 * Shape: the flags that are stored with a value tell its format; those of 1.x and 2.x clients are understood.
 */
class ValueResult : public OperationResult {
public:
    ValueResult() = default;
    ValueResult(detail::Pin pin, std::string_view key, std::uint64_t cas, std::string_view value,
                std::uint32_t flags, errc rc = errc::success) noexcept
        : OperationResult(std::move(pin), key, cas, rc),
          value_(value.data()),
          value_size_(static_cast<std::uint32_t>(value.size())),
          flags_(flags) {}
    /// The result of a mutation, among those of other operations: it has no value.
    explicit ValueResult(OperationResult&& mutation) noexcept : OperationResult(std::move(mutation)) {}

    /// Whether there is a value at all: a miss and a mutation have none, an empty value is one.
    bool has_value() const noexcept { return value_ != nullptr; }
    /// The stored bytes, undecoded. Costs nothing.
    std::string_view bytes() const noexcept { return {value_, value_size_}; }
    /// The format word that was stored with the value.
    std::uint32_t flags() const noexcept { return flags_; }

    /// The value as text: a JSON string without its quotes and escapes, everything else as it is stored.
    /// Errors: ValueFormatError when it is not what its flags say, or in a format that this client does not read.
    std::string text() const;

    /// The value as an unsigned number: what a counter gives, or any value of decimal digits.
    /// Errors: ValueFormatError when it is not one.
    std::uint64_t number() const;

    /// The value as a JSON document; stored text becomes a string. Needs <txcouchbase/json.hpp>.
    /// Errors: ValueFormatError when it is not valid, or was stored as bytes.
    nlohmann::json json() const;

    /// The value as a T that nlohmann/json converts to. Needs <txcouchbase/json.hpp>.
    /// Errors: as json(); also ValueFormatError, with the inner cause, when the document is no T. Of an integral T the
    /// number must be one exactly: neither too large nor with a fraction. (Numbers inside a T are its own business.)
    template <class T>
    T value() const;

    /// For the machinery: the accessors take the value as it is stored (no_format, data_passthrough).
    void mark_raw() noexcept { is_raw_ = true; }
    bool is_raw() const noexcept { return is_raw_; }

private:
    const char* value_ = nullptr;
    std::uint32_t value_size_ = 0;
    std::uint32_t flags_ = 0;
};

/// What one node knows of a document.
struct ObserveInfo {
    enum class State : std::uint8_t {
        found = 0x00,
        persisted = 0x01,
        not_found = 0x80,
        logically_deleted = 0x81
    };

    State flags = State::found;
    bool from_master = false;
    std::uint64_t cas = 0;
};
/// What every node that has the document says of it, in the order of their answers.
class ObserveResult : public Result {
public:
    std::vector<ObserveInfo> nodes;
};

/// The version text of every node, by node ("host:port").
using VersionResult = std::map<std::string, std::string>;
/// Every statistic's value on every node: name, node, value.
using StatsResult = std::map<std::string, std::map<std::string, std::string>>;
/// How long every node took to answer.
using PingResult = std::map<std::string, std::chrono::microseconds>;

/// Print a result for people, abridged and with control bytes escaped. Never throw.
std::ostream& operator<<(std::ostream& out, const Result& result);
std::ostream& operator<<(std::ostream& out, const OperationResult& result);
std::ostream& operator<<(std::ostream& out, const ValueResult& result);

}  // namespace txcouchbase
