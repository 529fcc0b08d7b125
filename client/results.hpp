// What operations give: results that own what they show.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <txcouchbase/detail/pin.hpp>
#include <txcouchbase/error.hpp>

namespace txcouchbase {

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
          key_size_(static_cast<std::uint32_t>(key.size())),
          rc_(rc) {}

private:
    detail::Pin pin_;
    const char* key_ = nullptr;
    std::uint32_t key_size_ = 0;
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

private:
    std::uint64_t cas_ = 0;
};

/// The result of a retrieval or a counter.
class ValueResult : public OperationResult {
public:
    ValueResult() = default;
    ValueResult(detail::Pin pin, std::string_view key, std::uint64_t cas, std::string_view value,
                std::uint32_t flags) noexcept
        : OperationResult(std::move(pin), key, cas),
          value_(value.data()),
          value_size_(static_cast<std::uint32_t>(value.size())),
          flags_(flags) {}

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

private:
    const char* value_ = nullptr;
    std::uint32_t value_size_ = 0;
    std::uint32_t flags_ = 0;
};

/// The version text of every node, by node ("host:port").
using VersionResult = std::map<std::string, std::string>;
/// Every statistic's value on every node: name, node, value.
using StatsResult = std::map<std::string, std::map<std::string, std::string>>;

/// Print a result for people, abridged. Never throw.
std::ostream& operator<<(std::ostream& out, const OperationResult& result);
std::ostream& operator<<(std::ostream& out, const ValueResult& result);

}  // namespace txcouchbase
