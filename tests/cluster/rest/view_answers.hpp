// What the views service says. There is no view engine yet: nobody has a design document.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster/rest/routes.hpp"

namespace txcouchbase::cluster {

/// The management port's list of a bucket's design documents.
Answer design_documents(const Call& call);
Answer design_document(const Call& call);
Answer view_query(const Call& call);

}  // namespace txcouchbase::cluster
