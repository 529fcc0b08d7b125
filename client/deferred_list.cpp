// SPDX-License-Identifier: Apache-2.0
#include "client/deferred_list.hpp"

namespace txcouchbase::detail {

void SuccessCollector::on_failure(std::size_t index, const Failure& failure) {
    failures_[index].emplace(failure);
    if (--missing_ != 0) return;
    std::vector<Failure> all;
    all.reserve(failures_.size());
    for (auto& each : failures_) all.push_back(*std::move(each));
    fail(FailureGroup(std::move(all)));
}

}  // namespace txcouchbase::detail
