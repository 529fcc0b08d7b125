// The codec benchmark: frames read and built in memory, with no socket and no client around them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace txcouchbase::bench {

/// `txcb-bench codec ...`, given the arguments behind `codec`; the exit status: 0, or 64 for usage.
int codec_main(int argc, const char* const* argv);

}  // namespace txcouchbase::bench
