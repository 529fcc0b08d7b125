// The words that the beer sample is put together from.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace txcouchbase::cluster {

/// Where a brewery stands.
struct Place {
    const char* city;
    const char* state;
    const char* country;
    double latitude;
    double longitude;
};

struct BeerStyle {
    const char* style;
    const char* category;
    double weakest;  ///< alcohol by volume, percent
    double strongest;
};

/// A brewery whose name and number of beers are not left to chance, since tests count them.
struct ChosenBrewery {
    const char* name;
    Place place;
    unsigned beers;
};

std::span<const Place> places() noexcept;
std::span<const BeerStyle> beer_styles() noexcept;
/// None begins with a U: the chosen breweries alone do.
std::span<const char* const> first_words() noexcept;
std::span<const char* const> second_words() noexcept;
std::span<const char* const> house_words() noexcept;
/// What a beer is called besides its style.
std::span<const char* const> beer_words() noexcept;
std::span<const char* const> street_words() noexcept;
std::span<const ChosenBrewery> chosen_breweries() noexcept;

}  // namespace txcouchbase::cluster
