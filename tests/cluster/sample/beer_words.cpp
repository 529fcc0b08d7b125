// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/sample/beer_words.hpp"

namespace txcouchbase::cluster {
namespace {

constexpr Place all_places[] = {
    {"San Francisco", "California", "United States", 37.7749, -122.4194},
    {"San Diego", "California", "United States", 32.7157, -117.1611},
    {"Sacramento", "California", "United States", 38.5816, -121.4944},
    {"Portland", "Oregon", "United States", 45.5152, -122.6784},
    {"Bend", "Oregon", "United States", 44.0582, -121.3153},
    {"Seattle", "Washington", "United States", 47.6062, -122.3321},
    {"Spokane", "Washington", "United States", 47.6588, -117.4260},
    {"Denver", "Colorado", "United States", 39.7392, -104.9903},
    {"Boulder", "Colorado", "United States", 40.0150, -105.2705},
    {"Austin", "Texas", "United States", 30.2672, -97.7431},
    {"Houston", "Texas", "United States", 29.7604, -95.3698},
    {"Milwaukee", "Wisconsin", "United States", 43.0389, -87.9065},
    {"Madison", "Wisconsin", "United States", 43.0731, -89.4012},
    {"Chicago", "Illinois", "United States", 41.8781, -87.6298},
    {"Saint Paul", "Minnesota", "United States", 44.9537, -93.0900},
    {"Kalamazoo", "Michigan", "United States", 42.2917, -85.5872},
    {"Grand Rapids", "Michigan", "United States", 42.9634, -85.6681},
    {"Cleveland", "Ohio", "United States", 41.4993, -81.6944},
    {"Pittsburgh", "Pennsylvania", "United States", 40.4406, -79.9959},
    {"Brooklyn", "New York", "United States", 40.6782, -73.9442},
    {"Boston", "Massachusetts", "United States", 42.3601, -71.0589},
    {"Burlington", "Vermont", "United States", 44.4759, -73.2121},
    {"Asheville", "North Carolina", "United States", 35.5951, -82.5515},
    {"Toronto", "Ontario", "Canada", 43.6532, -79.3832},
    {"Montreal", "Quebec", "Canada", 45.5017, -73.5673},
    {"Vancouver", "British Columbia", "Canada", 49.2827, -123.1207},
    {"Bruges", "West-Vlaanderen", "Belgium", 51.2093, 3.2247},
    {"Ghent", "Oost-Vlaanderen", "Belgium", 51.0543, 3.7174},
    {"Namur", "Namur", "Belgium", 50.4674, 4.8720},
    {"Munich", "Bayern", "Germany", 48.1351, 11.5820},
    {"Bamberg", "Bayern", "Germany", 49.8988, 10.9028},
    {"Cologne", "Nordrhein-Westfalen", "Germany", 50.9375, 6.9603},
    {"Berlin", "Berlin", "Germany", 52.5200, 13.4050},
    {"Plzen", "Plzensky kraj", "Czech Republic", 49.7384, 13.3736},
    {"Vienna", "Wien", "Austria", 48.2082, 16.3738},
    {"London", "London", "United Kingdom", 51.5074, -0.1278},
    {"York", "North Yorkshire", "United Kingdom", 53.9600, -1.0873},
    {"Edinburgh", "Edinburgh", "United Kingdom", 55.9533, -3.1883},
    {"Dublin", "Dublin", "Ireland", 53.3498, -6.2603},
    {"Utrecht", "Utrecht", "Netherlands", 52.0907, 5.1214},
    {"Copenhagen", "Hovedstaden", "Denmark", 55.6761, 12.5683},
    {"Lille", "Nord", "France", 50.6292, 3.0573},
    {"Bologna", "Emilia-Romagna", "Italy", 44.4949, 11.3426},
    {"Kyoto", "Kansai", "Japan", 35.0116, 135.7681},
    {"Melbourne", "Victoria", "Australia", -37.8136, 144.9631},
    {"Wellington", "Wellington", "New Zealand", -41.2866, 174.7756},
    {"Oaxaca", "Oaxaca", "Mexico", 17.0732, -96.7266},
};

constexpr BeerStyle all_styles[] = {
    {"American-Style Pale Ale", "North American Ale", 4.5, 5.6},
    {"American-Style India Pale Ale", "North American Ale", 6.3, 7.6},
    {"Imperial or Double India Pale Ale", "North American Ale", 7.9, 10.5},
    {"American-Style Amber/Red Ale", "North American Ale", 4.5, 6.0},
    {"American-Style Brown Ale", "North American Ale", 4.0, 6.4},
    {"American-Style Stout", "North American Ale", 5.7, 8.8},
    {"American-Style Imperial Stout", "North American Ale", 7.0, 12.0},
    {"American-Style Barley Wine Ale", "North American Ale", 8.4, 12.2},
    {"Golden or Blonde Ale", "North American Ale", 4.0, 5.0},
    {"American-Style Lager", "North American Lager", 3.8, 5.0},
    {"American-Style Cream Ale or Lager", "North American Lager", 4.2, 5.6},
    {"Light American Wheat Ale or Lager", "Other Style", 3.5, 5.5},
    {"Classic English-Style Pale Ale", "British Ale", 4.5, 5.5},
    {"Ordinary Bitter", "British Ale", 3.0, 4.1},
    {"Special Bitter or Best Bitter", "British Ale", 4.1, 4.8},
    {"Extra Special Bitter", "British Ale", 4.8, 5.8},
    {"English-Style Pale Mild Ale", "British Ale", 3.2, 4.0},
    {"English-Style Dark Mild Ale", "British Ale", 3.2, 4.0},
    {"Old Ale", "British Ale", 6.0, 9.0},
    {"Scotch Ale", "British Ale", 6.2, 8.0},
    {"Sweet Stout", "Irish Ale", 3.0, 6.0},
    {"Oatmeal Stout", "British Ale", 3.8, 6.1},
    {"Robust Porter", "Irish Ale", 5.1, 6.6},
    {"Classic Irish-Style Dry Stout", "Irish Ale", 3.8, 5.0},
    {"Irish-Style Red Ale", "Irish Ale", 4.0, 4.5},
    {"Belgian-Style Dubbel", "Belgian and French Ale", 6.2, 7.6},
    {"Belgian-Style Tripel", "Belgian and French Ale", 7.0, 10.0},
    {"Belgian-Style White", "Belgian and French Ale", 4.8, 5.2},
    {"Belgian-Style Fruit Lambic", "Belgian and French Ale", 5.0, 7.0},
    {"French & Belgian-Style Saison", "Belgian and French Ale", 4.5, 8.5},
    {"South German-Style Hefeweizen", "German Ale", 4.9, 5.5},
    {"German-Style Brown Ale/Altbier", "German Ale", 4.3, 5.0},
    {"Kellerbier - Ale", "German Ale", 4.0, 5.5},
    {"German-Style Pilsener", "German Lager", 4.0, 5.0},
    {"German-Style Doppelbock", "German Lager", 6.5, 8.0},
    {"German-Style Oktoberfest", "German Lager", 5.1, 6.0},
    {"Traditional German-Style Bock", "German Lager", 6.3, 7.5},
    {"Bamberg-Style Bock Rauchbier", "Other Lager", 6.3, 7.5},
    {"Porter", "Irish Ale", 4.5, 6.0},
    {"Pumpkin Beer", "Other Style", 4.0, 8.0},
    {"Winter Warmer", "British Ale", 5.5, 8.0},
};

constexpr const char* all_first_words[] = {
    "Amber",   "Anvil",   "Badger",   "Barley", "Basalt", "Beacon",  "Birch",  "Bramble", "Bridge",
    "Canal",   "Cedar",   "Chestnut", "Cobble", "Copper", "Crane",   "Dale",   "Delta",   "Dune",
    "Eagle",   "Ember",   "Falcon",   "Fern",   "Flint",  "Foundry", "Gable",  "Garnet",  "Granite",
    "Harbor",  "Hazel",   "Heron",    "Hill",   "Hollow", "Iron",    "Island", "Juniper", "Kettle",
    "Lantern", "Larch",   "Linden",   "Marsh",  "Meadow", "Mill",    "Moor",   "North",   "Nutmeg",
    "Oak",     "Orchard", "Osprey",   "Pebble", "Pine",   "Quarry",  "Quill",  "Raven",   "Ridge",
    "River",   "Saddle",  "Saffron",  "Silver", "Slate",  "Spruce",  "Stone",  "Thistle", "Timber",
    "Valley",  "Vesper",  "Walnut",   "Water",  "Willow", "Winter",  "Yarrow", "Zephyr",
};

constexpr const char* all_second_words[] = {
    "Bear",  "Bend",   "Bell", "Brook", "Cask",  "Cat",   "Cliff", "Creek", "Crow", "Dog",
    "Door",  "Field",  "Fish", "Ford",  "Forge", "Gate",  "Goat",  "Grove", "Hand", "Hare",
    "Hound", "Key",    "Lake", "Light", "Moon",  "Owl",   "Point", "Road",  "Rock", "Rose",
    "Sky",   "Spring", "Star", "Tower", "Trail", "Wagon", "Wheel", "Wolf",  "Wood", "Yard",
};

constexpr const char* all_house_words[] = {
    "Brewing Company", "Brewery",       "Brewpub",   "Beer Works", "Brewing",
    "Brauhaus",        "Craft Brewers", "Brewhouse", "Ales",       "Brewery & Restaurant",
};

constexpr const char* all_beer_words[] = {
    "Autumn", "Backyard", "Bosun's",  "Captain's", "Daybreak", "Evening",    "Farmhouse", "Festival",
    "Gentle", "Golden",   "Hop Yard", "Lazy",      "Lucky",    "Midnight",   "Noble",     "Old",
    "Paper",  "Quiet",    "Red",      "Restless",  "Rusty",    "Shepherd's", "Smoky",     "Spare",
    "Tall",   "Twelfth",  "Velvet",   "Wander",    "Wild",
};

constexpr const char* all_street_words[] = {
    "Main Street",  "Station Road", "Mill Lane",   "Market Square", "Front Street",
    "Canal Street", "High Street",  "Bridge Road", "Harbour Way",   "Depot Avenue",
};

constexpr ChosenBrewery all_chosen[] = {
    {"21st Amendment Brewery Cafe", {"San Francisco", "California", "United States", 37.7825, -122.393}, 10},
    {"Abbaye de Maredsous", {"Denee", "Namur", "Belgium", 50.3044, 4.7722}, 3},
    // 56 rows up to what begins with "uppper"...
    {"Ubley Mill Brewery", {"Bristol", "Avon", "United Kingdom", 51.4545, -2.5879}, 9},
    {"Ullswick Brewing", {"Penrith", "Cumbria", "United Kingdom", 54.6641, -2.7527}, 11},
    {"Umberfield Beer Works", {"Guelph", "Ontario", "Canada", 43.5448, -80.2482}, 9},
    {"Underhill Brewing Company", {"Burlington", "Vermont", "United States", 44.4759, -73.2121}, 12},
    {"Upper Ford Brewery", {"Madison", "Wisconsin", "United States", 43.0731, -89.4012}, 10},
    // ...and 32 behind them, before ["v"].
    {"Upstream Hollow Brewing", {"Lincoln", "Nebraska", "United States", 40.8136, -96.7026}, 8},
    {"Urban Orchard Brewpub", {"Malmo", "Skane", "Sweden", 55.6050, 13.0038}, 6},
    {"Ushaw Moor Brewery", {"Durham", "County Durham", "United Kingdom", 54.7753, -1.5849}, 7},
    {"Uttermost Brewing", {"Dunedin", "Otago", "New Zealand", -45.8788, 170.5028}, 7},
};

}  // namespace

std::span<const Place> places() noexcept {
    return all_places;
}
std::span<const BeerStyle> beer_styles() noexcept {
    return all_styles;
}
std::span<const char* const> first_words() noexcept {
    return all_first_words;
}
std::span<const char* const> second_words() noexcept {
    return all_second_words;
}
std::span<const char* const> house_words() noexcept {
    return all_house_words;
}
std::span<const char* const> beer_words() noexcept {
    return all_beer_words;
}
std::span<const char* const> street_words() noexcept {
    return all_street_words;
}
std::span<const ChosenBrewery> chosen_breweries() noexcept {
    return all_chosen;
}

}  // namespace txcouchbase::cluster
