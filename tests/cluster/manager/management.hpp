// Management over HTTP, the manager's side: requests that change the cluster, and the real server's answers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster/manager/manager.hpp"

namespace txcouchbase::cluster {

/**
 * Does what a node passed on; the node has checked who asks.
 *
 * Shape:  POST /pools/default/buckets (form), DELETE /pools/default/buckets/<bucket>,
 *         POST /pools/default/buckets/<bucket>/controller/doFlush, PUT (form) and DELETE
 *         /settings/rbac/users/local/<user>. Anything else is a 404.
 * Errors: 400 {"errors": {"<field>": "<words>"}} for a form, with "summaries" too for a bucket's; 404 for a bucket or
 *         user that is not there; what the manager refuses with its own status.
 */
ManagementReply manage(Manager& manager, const ManagementRequest& request);

}  // namespace txcouchbase::cluster
