// The form that makes or changes a user, read and checked field by field.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/cluster/manager/bucket_form.hpp"
#include "tests/cluster/state.hpp"

namespace txcouchbase::cluster {

/**
 * The user that a form describes.
 *
 * Shape:  password (6 bytes or more; may be missing for a user who exists, whose password then stays), roles
 *         (comma-separated), name (a person's, forgotten), groups (there are none: must be empty).
 * Errors: every wrong or unknown field is in `errors`, and the user then means nothing.
 */
UserInfo read_user_form(std::string_view user, const UserInfo* existing, const Form& form,
                        FormErrors& errors);

}  // namespace txcouchbase::cluster
