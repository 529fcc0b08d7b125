// The bucket beer-sample: breweries and beers that nobody brews, shaped like those of the well-known sample.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tests/cluster/sample/sample_document.hpp"

namespace txcouchbase::cluster {

/**
 * 1,431 breweries ("some_brewery"), each followed by its beers ("some_brewery-some_beer"): 7,345 documents, the same
 * ones each time.
 *
 * Shape: {"name", "city", "state", "code", "country", "phone", "website", "type": "brewery", "updated",
 *        "description", "address": [...], "geo": {"accuracy", "lat", "lon"}} and {"name", "abv", "ibu", "srm", "upc",
 *        "type": "beer", "brewery_id", "updated", "description", "style", "category"}.
 * Order: of the keys [brewery] and [brewery, beer] of the view beer/brewery_beers, 4 begin with
 *        "abbaye_de_maredsous", 88 lie from ["u"] to ["v"], and 56 of these before what begins with "uppper": the
 *        counts that the original's range tests demand.
 * Cost:  some 60 ms when optimised, and 3 MiB.
 */
std::vector<SampleDocument> beer_sample();

}  // namespace txcouchbase::cluster
