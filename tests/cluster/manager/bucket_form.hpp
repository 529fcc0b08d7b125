// The form that creates a bucket, read and checked field by field.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "tests/cluster/options.hpp"
#include "tests/cluster/rest/url.hpp"

namespace txcouchbase::cluster {

/// What is wrong, by field, in ns_server's words.
using FormErrors = std::map<std::string, std::string>;

/**
 * The bucket that a form describes.
 *
 * Shape:  name, bucketType (membase, couchbase, memcached), ramQuotaMB (100 or more), replicaNumber (0 to 3),
 *         flushEnabled (0, 1), numVBuckets (1 to 1,024). The settings of a real bucket that mean nothing here
 *         (evictionPolicy, compressionMode, replicaIndex...) are checked and forgotten; those that would change what
 *         clients see (maxTTL, durabilityMinLevel) must be what this cluster does.
 * Errors: every wrong or unknown field is in `errors`, and the options then mean nothing.
 */
BucketOptions read_bucket_form(const Form& form, FormErrors& errors);

}  // namespace txcouchbase::cluster
