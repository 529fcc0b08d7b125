// The cluster-map benchmark: a map as large as those of big clusters, read and put into use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace txcouchbase::bench {

/// `txcb-bench map ...`, given the arguments behind `map`; the exit status: 0, 1 above the bar, 64 for usage.
int map_main(int argc, const char* const* argv);

}  // namespace txcouchbase::bench
