// Everything public, in one header.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <txcouchbase/connection.hpp>
#include <txcouchbase/deferred.hpp>
#include <txcouchbase/deferred_list.hpp>
#include <txcouchbase/deferred_sync.hpp>
#include <txcouchbase/exceptions.hpp>
#include <txcouchbase/multi.hpp>
