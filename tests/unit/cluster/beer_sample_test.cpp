// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/sample/beer_sample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace txcouchbase::cluster {
namespace {

using Json = nlohmann::json;
/// Keys of beer/brewery_beers are arrays of one or two strings.
using RowKey = std::vector<std::string>;

const std::vector<SampleDocument>& sample() {
    static const std::vector<SampleDocument> documents = beer_sample();
    return documents;
}

struct Parsed {
    std::string key;
    Json json;
};
const std::vector<Parsed>& parsed() {
    static const std::vector<Parsed> documents = [] {
        std::vector<Parsed> all;
        for (const SampleDocument& document : sample())
            all.push_back({document.key, Json::parse(document.json)});
        return all;
    }();
    return documents;
}

/// A string as it collates: of the sample's keys ICU knows only '_' before '-' before digits before letters. What
/// the original's tests call the end of all strings, U+0FFF, stands behind every letter.
std::string collation_of(const std::string& text) {
    static const std::string order = "_-0123456789abcdefghijklmnopqrstuvwxyz";
    std::string collation;
    for (const char c : text) {
        const std::size_t place = order.find(c);
        EXPECT_NE(place, std::string::npos) << "a key with another character: " << text;
        collation += static_cast<char>(place + 1);
    }
    return collation;
}

RowKey collation_of(const RowKey& key) {
    RowKey collation;
    for (const std::string& text : key) collation.push_back(collation_of(text));
    return collation;
}

/// beer/brewery_beers, by hand: [brewery] of breweries and [brewery, beer] of beers.
std::vector<RowKey> brewery_beers() {
    std::vector<RowKey> rows;
    for (const auto& [key, json] : parsed()) {
        if (json.at("type") == "brewery") rows.push_back(collation_of(RowKey{key}));
        if (json.at("type") == "beer")
            rows.push_back(collation_of(RowKey{json.at("brewery_id").get<std::string>(), key}));
    }
    return rows;
}

/// Rows from `start` to `end`, both included; `end_of_strings` is appended to the last string of `end`.
std::ptrdiff_t count_rows(RowKey start, RowKey end, const std::string& end_of_strings = "") {
    start = collation_of(start);
    end = collation_of(end);
    end.back() += end_of_strings;
    const std::vector<RowKey> rows = brewery_beers();
    return std::count_if(rows.begin(), rows.end(),
                         [&](const RowKey& key) { return !(key < start) && !(end < key); });
}

TEST(BeerSample, has_as_many_documents_as_it_says_each_under_a_key_of_its_own) {
    std::set<std::string> keys;
    for (const SampleDocument& document : sample()) keys.insert(document.key);
    EXPECT_EQ(sample().size(), 7345u);
    EXPECT_EQ(keys.size(), sample().size());
    EXPECT_LT(std::max_element(keys.begin(), keys.end(),
                               [](const auto& a, const auto& b) { return a.size() < b.size(); })
                  ->size(),
              250u);
}

TEST(BeerSample, gives_the_range_tests_of_the_original_their_counts) {
    EXPECT_EQ(count_rows({"abbaye_de_maredsous"}, {"abbaye_de_maredsous", ""}, "\x7f"), 4);
    EXPECT_EQ(count_rows({"u"}, {"v"}), 88);
    EXPECT_EQ(count_rows({"u"}, {"uppper"}, "\x7f"), 56);
    EXPECT_EQ(brewery_beers().size(), 7345u) << "every document has its row, more than 7,000 in all";
}

TEST(BeerSample, gives_the_key_tests_of_the_original_their_rows) {
    EXPECT_EQ(count_rows({"abbaye_de_maredsous"}, {"abbaye_de_maredsous"}), 1);
    const RowKey beer{"abbaye_de_maredsous", "abbaye_de_maredsous-8"};
    EXPECT_EQ(count_rows(beer, beer), 1);
}

TEST(BeerSample, has_breweries_and_beers_with_every_member_that_people_know) {
    const std::set<std::string> of_a_brewery = {"name",    "city",        "state",   "code",
                                                "country", "phone",       "website", "type",
                                                "updated", "description", "address", "geo"};
    const std::set<std::string> of_a_beer = {"name",        "abv",   "ibu",        "srm",
                                             "upc",         "type",  "brewery_id", "updated",
                                             "description", "style", "category"};
    std::set<std::string> breweries;
    for (const auto& [key, json] : parsed()) {
        std::set<std::string> members;
        for (const auto& [name, value] : json.items()) members.insert(name);
        const bool is_brewery = json.at("type") == "brewery";
        ASSERT_EQ(members, is_brewery ? of_a_brewery : of_a_beer) << key;
        if (is_brewery) breweries.insert(key);
    }
    EXPECT_EQ(breweries.size(), 1431u);
}

TEST(BeerSample, has_no_beer_without_its_brewery) {
    std::set<std::string> keys;
    for (const SampleDocument& document : sample()) keys.insert(document.key);
    for (const auto& [key, json] : parsed()) {
        if (json.at("type") != "beer") continue;
        const std::string brewery = json.at("brewery_id");
        EXPECT_TRUE(keys.contains(brewery)) << key;
        EXPECT_EQ(key.rfind(brewery + "-", 0), 0u) << key;
    }
}

TEST(BeerSample, tells_every_brewery_where_it_stands) {
    std::map<std::string, int> by_country;
    for (const auto& [key, json] : parsed()) {
        if (json.at("type") != "brewery") continue;
        ++by_country[json.at("country")];
        EXPECT_NE(json.at("city"), "");
        EXPECT_NE(json.at("state"), "");
        EXPECT_LE(std::abs(json.at("geo").at("lat").get<double>()), 90);
    }
    EXPECT_GT(by_country.size(), 10u);
    EXPECT_GT(by_country["United States"], 400);
}

TEST(BeerSample, is_the_same_each_time) {
    const std::vector<SampleDocument> again = beer_sample();
    ASSERT_EQ(again.size(), sample().size());
    for (std::size_t i = 0; i < again.size(); ++i) {
        ASSERT_EQ(again[i].key, sample()[i].key);
        ASSERT_EQ(again[i].json, sample()[i].json);
    }
}

}  // namespace
}  // namespace txcouchbase::cluster
