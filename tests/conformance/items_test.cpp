// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "tests/conformance/fixture.hpp"

namespace txcouchbase::test {
namespace {

std::shared_ptr<Item> item(std::string key) {
    return std::make_shared<Item>(std::move(key));
}
std::shared_ptr<Item> item(std::string key, const Encodable& value) {
    return std::make_shared<Item>(std::move(key), value);
}

template <class Face>
class Items : public OneFace<Face> {};
TYPED_TEST_SUITE(Items, Faces, FaceNames);

TYPED_TEST(Items, KeyValueCasAndFlagsCanBeSetAndRead) {
    Item one;
    one.key = "k";
    one.set_value("v");
    one.cas = 7;
    one.flags = 9;
    EXPECT_EQ(one.key, "k");
    EXPECT_EQ(one.value().text(), "v");
    EXPECT_EQ(one.cas + one.flags, 16U);
    one.clear_value();
    EXPECT_FALSE(one.has_value());
    const std::unordered_set<std::shared_ptr<Item>> known{item("k"), item("k")};
    EXPECT_EQ(known.size(), 2U) << "an Item is known by who it is, not by what is in it";
}

TYPED_TEST(Items, ResultsLeadToTheVeryItemsWhichAreKeptUpToDate) {
    auto& face = this->cb;
    const std::vector<std::shared_ptr<Item>> items{item("a", "1"), item("b", "2")};
    const ItemSequence sequence{items};
    const MultiResult set = this->ok(face.set_multi(sequence));
    for (const auto& one : items) {
        EXPECT_EQ(set.item(one->key), one);
        EXPECT_NE(one->cas, 0U);
        EXPECT_EQ(one->cas, set[one->key].cas());
        one->clear_value();
    }
    const MultiResult got = this->ok(face.get_multi(sequence));
    EXPECT_EQ(got.item("b"), items[1]);
    EXPECT_EQ(items[0]->value().text() + items[1]->value().text(), "12");
    EXPECT_EQ(items[0]->flags, 0x0200'0000U);
    EXPECT_TRUE(this->ok(face.replace_multi(sequence)).all_ok());
    EXPECT_EQ(this->stored_bytes("a"), "\"1\"");
    EXPECT_EQ(this->stored("a")->cas(), items[0]->cas);
    this->put("b", "changed");
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(face.replace_multi(sequence))))
        << "the CAS is honoured";
    EXPECT_EQ(items[1]->rc, errc::key_exists);
    this->ok(face.get_multi(sequence));
    EXPECT_EQ(items[1]->rc, errc::success) << "and a later success is told as well";
    EXPECT_TRUE(this->ok(face.remove_multi(sequence)).all_ok());
    EXPECT_TRUE(failed_with<NotFoundError>(this->end_of(face.get_multi(sequence))));
    EXPECT_EQ(items[0]->rc, errc::not_found);
}

TYPED_TEST(Items, FragmentsAreAddedThereAndHere) {
    auto& face = this->cb;
    const auto one = item("a", "middle");
    const auto two = item("b", "middle");
    this->ok(face.set_multi(ItemSequence{{one, two}}, {.format = Format::utf8}));
    ItemOptionDict items{{one, ItemOptions{.fragment = "1"}}, {two, ItemOptions{.fragment = "2"}}};
    EXPECT_TRUE(this->ok(face.append_items(items)).all_ok());
    EXPECT_EQ(one->value().text(), "middle1");
    EXPECT_EQ(this->stored_bytes("a"), "middle1");
    EXPECT_EQ(this->stored("b")->cas(), two->cas);
    EXPECT_TRUE(this->ok(face.prepend_items(items)).all_ok());
    EXPECT_EQ(two->value().text(), "2middle2");
    EXPECT_EQ(this->stored_bytes("b"), "2middle2");
    this->put("b", "changed");
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(face.append_items(items))));
    EXPECT_EQ(one->value().text(), "1middle11") << "that of the one that succeeded";
    EXPECT_EQ(two->value().text(), "2middle2") << "and not of the one that failed";
}

TYPED_TEST(Items, AFragmentThatIsNoTextDoesNotHarmAnItemThatIs) {
    const auto one = item("a", "text");
    this->ok(this->cb.set_multi(ItemSequence{one}, {.format = Format::utf8}));
    const ItemOptionDict items{{one, ItemOptions{.format = Format::bytes, .fragment = "\xff"}}};
    EXPECT_TRUE(this->ok(this->cb.append_items(items)).all_ok());
    EXPECT_EQ(one->value().bytes(), "text\xff");
    EXPECT_THROW(one->value().text(), ValueFormatError) << "as whoever reads the server's value finds";
    EXPECT_EQ(this->stored_bytes("a"), "text\xff");
}

TYPED_TEST(Items, AnItemKeepsItsCasUnlessItIsToldToIgnoreIt) {
    auto& face = this->cb;
    const auto one = item("a", "1");
    this->ok(face.set_multi(ItemSequence{one}));
    const std::uint64_t first = one->cas;
    EXPECT_EQ(first, this->stored("a")->cas());
    this->put("a", "changed");
    EXPECT_TRUE(failed_with<KeyExistsError>(this->end_of(face.set_multi(ItemSequence{one}))));
    EXPECT_EQ(one->cas, first);
    EXPECT_EQ(this->stored_bytes("a"), "changed");
    this->ok(face.set_multi(ItemOptionDict{{one, ItemOptions{.ignore_cas = true}}}));
    EXPECT_EQ(one->cas, this->stored("a")->cas());
    EXPECT_EQ(this->stored_bytes("a"), "\"1\"");
}

TYPED_TEST(Items, AnItemWhoseValueIsNothingIsStoredAndOneItemIsACollection) {
    const auto one = item("a", nullptr);
    this->ok(this->cb.set_multi(ItemSequence{one}));
    EXPECT_EQ(this->stored_bytes("a"), "null");
    this->put("a", "changed");
    this->ok(this->cb.set_multi(ItemOptionDict{{one, ItemOptions{.ignore_cas = true}}}));
    EXPECT_EQ(this->stored_bytes("a"), "null");
    EXPECT_TRUE(this->ok(this->cb.get_multi(ItemSequence{one}))["a"].json().is_null());
}

TYPED_TEST(Items, OptionsOfAnItemGoBeforeThoseOfTheCall) {
    const auto one = item("a", "1");
    const auto two = item("b", "2");
    const ItemOptionDict items{{one, ItemOptions{.format = Format::utf8}}, {two, {}}};
    this->ok(this->cb.set_multi(items, {.format = Format::json}));
    EXPECT_EQ(this->stored_bytes("a") + this->stored_bytes("b"), "1\"2\"");
}

TYPED_TEST(Items, AnItemMayCarryMoreAlong) {
    struct Entry : Item {
        using Item::Item;
        int mine = 42;
    };
    const auto one = std::make_shared<Entry>("a", "1");
    const MultiResult set = this->ok(this->cb.set_multi(ItemSequence{one}));
    const auto found = std::dynamic_pointer_cast<Entry>(set.item("a"));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->mine, 42);
}

TYPED_TEST(Items, CountersAndTouchesKeepThemUpToDateToo) {
    const auto one = item("a");
    this->put("a", "10");
    this->ok(this->cb.arithmetic_multi(ItemSequence{one}, {.delta = 5}));
    EXPECT_EQ(one->value().number(), 15U);
    EXPECT_EQ(one->cas, this->stored("a")->cas());
    this->ok(this->cb.touch_multi(ItemSequence{one}, std::chrono::seconds{100}));
    EXPECT_EQ(one->value().number(), 15U) << "a touch gives no value, and takes none away";
}

class ItemArguments : public BothFaces {};

TEST_F(ItemArguments, AFormatThatCannotHoldTheValueIsAValueFormatError) {
    const auto one = item("a", nlohmann::json{{"x", 1}});
    const ItemOptionDict items{{one, ItemOptions{.format = Format::bytes}}};
    EXPECT_TRUE(is_refused_with<ValueFormatError>([&](auto& c) { return c.set_multi(items); }));
    EXPECT_EQ(one->rc, errc::success);
    EXPECT_EQ(one->cas, 0U);
}

TEST_F(ItemArguments, FragmentsBelongToAppendAndPrependWhichNeedThem) {
    const auto one = item("a", "1");
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) {
        return c.append_items(ItemOptionDict{{one, {}}});
    }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) {
        return c.prepend_items(ItemOptionDict{{one, ItemOptions{.ignore_cas = true}}});
    }));
    const ItemOptionDict with_fragment{{one, ItemOptions{.fragment = "x"}}};
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.set_multi(with_fragment); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.get_multi(with_fragment); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.remove_multi(with_fragment); }));
}

TEST_F(ItemArguments, AnItemNeedsAKeyAndToBeStoredAValue) {
    EXPECT_TRUE(
        is_refused_with<ArgumentError>([](auto& c) { return c.set_multi(ItemSequence{item("", "v")}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.get_multi(ItemSequence{item("")}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>([](auto& c) { return c.set_multi(ItemSequence{item("a")}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>(
        [](auto& c) { return c.set_multi(ItemSequence{std::shared_ptr<Item>{}}); }));
    EXPECT_TRUE(is_refused_with<ArgumentError>(
        [](auto& c) { return c.remove_multi(ItemSequence{std::shared_ptr<Item>{}}); }));
}

TEST_F(ItemArguments, AValueThatASubclassKeepsForItselfIsNotSeen) {
    struct Shadowing : Item {
        using Item::Item;
        std::string value = "mine";
    };
    const auto one = std::make_shared<Shadowing>("a");
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.set_multi(ItemSequence{one}); }));
}

TEST_F(ItemArguments, AddingAnItemThatHasACasIsAnArgumentError) {
    const auto one = item("a", "1");
    one->cas = 5;
    EXPECT_TRUE(is_refused_with<ArgumentError>([&](auto& c) { return c.add_multi(ItemSequence{one}); }));
    EXPECT_TRUE(ok(cb.add_multi(ItemOptionDict{{one, ItemOptions{.ignore_cas = true}}})).all_ok());
}

}  // namespace
}  // namespace txcouchbase::test
