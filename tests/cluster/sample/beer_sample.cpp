// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/sample/beer_sample.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/cluster/sample/beer_words.hpp"

namespace txcouchbase::cluster {
namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned ordinary_breweries = 1'420;
/// How many beers the next ordinary brewery has, over and over; no more than there are styles.
constexpr unsigned beers_in_turn[] = {1, 9, 4, 2, 6, 3, 5, 4, 2, 5};
/// A brewery whose beers go by number, as an abbey's do.
constexpr std::string_view numbering_brewery = "Abbaye de Maredsous";
constexpr const char* numbers[] = {"8", "10", "6"};

/// The same numbers each time (splitmix64): samples are data, and data do not change from run to run.
class Dice {
public:
    std::uint64_t roll(std::uint64_t sides) {
        std::uint64_t x = state_ += 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return (x ^ (x >> 31)) % sides;
    }
    /// From `low` to `high`, with one digit after the point.
    double tenths(double low, double high) {
        const std::int64_t first = std::llround(low * 10);
        const auto steps = static_cast<std::uint64_t>(std::llround(high * 10) - first) + 1;
        return static_cast<double>(first + static_cast<std::int64_t>(roll(steps))) / 10;
    }
    template <class Word>
    const Word& one_of(std::span<const Word> words) {
        return words[roll(words.size())];
    }

private:
    std::uint64_t state_ = 2010;
};

std::string key_of(std::string_view name) {
    std::string key;
    for (const char c : name) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (is_upper) key += static_cast<char>(c - 'A' + 'a');
        if (is_plain) key += c;
        if (!is_upper && !is_plain && !key.empty() && key.back() != '_') key += '_';
    }
    return key;
}

std::string digits(Dice& dice, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += static_cast<char>('0' + dice.roll(10));
    return text;
}

std::string updated(Dice& dice) {
    const std::uint64_t day = 10 + dice.roll(19);
    return "2010-07-" + std::to_string(day) + " 20:00:" + std::to_string(10 + dice.roll(50));
}

class Sample {
public:
    std::vector<SampleDocument> make() {
        for (const ChosenBrewery& chosen : chosen_breweries()) add(chosen.name, chosen.place, chosen.beers);
        for (unsigned i = 0; i < ordinary_breweries; ++i)
            add(ordinary_name(i), dice_.one_of(places()), beers_in_turn[i % std::size(beers_in_turn)]);
        return std::move(documents_);
    }

private:
    /// Another one for each index: the pairs of words come once each.
    std::string ordinary_name(unsigned index) {
        const auto firsts = first_words();
        const auto seconds = second_words();
        const std::string first = firsts[index % firsts.size()];
        const std::string second =
            seconds[(index / firsts.size() + index % firsts.size() * 3) % seconds.size()];
        return first + " " + second + " " + dice_.one_of(house_words());
    }

    void add(const std::string& name, const Place& place, unsigned beers) {
        const std::string key = key_of(name);
        documents_.push_back({key, brewery(name, key, place).dump()});
        const std::size_t first_style = dice_.roll(beer_styles().size());
        for (unsigned i = 0; i < beers; ++i) {
            const BeerStyle& style = beer_styles()[(first_style + i) % beer_styles().size()];
            const std::string beer_name =
                name == numbering_brewery ? numbers[i] : dice_.one_of(beer_words()) + (" " + kind_of(style));
            documents_.push_back({key + "-" + key_of(beer_name), beer(beer_name, key, style).dump()});
        }
    }

    /// "American-Style Pale Ale" is sold as a Pale Ale.
    static std::string kind_of(const BeerStyle& style) {
        const std::string_view name = style.style;
        constexpr std::string_view mark = "-Style ";
        const std::size_t at = name.find(mark);
        return std::string{at == std::string_view::npos ? name : name.substr(at + mark.size())};
    }

    Json brewery(const std::string& name, const std::string& key, const Place& place) {
        const auto nearby = [&](double centre) {
            return (std::round(centre * 1e4) + static_cast<double>(dice_.roll(801)) - 400) / 1e4;
        };
        return {{"name", name},
                {"city", place.city},
                {"state", place.state},
                {"code", digits(dice_, 5)},
                {"country", place.country},
                {"phone", "1-555-" + digits(dice_, 3) + "-" + digits(dice_, 4)},
                {"website", "http://" + key + ".example/"},
                {"type", "brewery"},
                {"updated", updated(dice_)},
                {"description", name + " of " + place.city + " brews for the neighbourhood since " +
                                    std::to_string(1850 + dice_.roll(160)) + "."},
                {"address", Json::array({std::to_string(1 + dice_.roll(2000)) + " " +
                                         std::string{dice_.one_of(street_words())}})},
                {"geo",
                 {{"accuracy", "APPROXIMATE"},
                  {"lat", nearby(place.latitude)},
                  {"lon", nearby(place.longitude)}}}};
    }

    Json beer(const std::string& name, const std::string& brewery, const BeerStyle& style) {
        return {{"name", name},
                {"abv", dice_.tenths(style.weakest, style.strongest)},
                {"ibu", dice_.roll(90)},
                {"srm", dice_.roll(40)},
                {"upc", 0},
                {"type", "beer"},
                {"brewery_id", brewery},
                {"updated", updated(dice_)},
                {"description", "A " + std::string{style.category} + " of the kind " + style.style + "."},
                {"style", style.style},
                {"category", style.category}};
    }

    Dice dice_;
    std::vector<SampleDocument> documents_;
};

}  // namespace

std::vector<SampleDocument> beer_sample() {
    return Sample{}.make();
}

}  // namespace txcouchbase::cluster
