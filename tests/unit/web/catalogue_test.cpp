#include "web/catalogue.hpp"

#include "tests/support/catalogue_image.hpp"
#include "web/resources.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace hotline::web {
namespace {

using tests::catalogue_image;
const std::pair<std::string, std::string> header = tests::catalogue_header;

TEST(Catalogue, ReadsBothByteOrders) {
  for (const bool big_endian : {false, true}) {
    const ByteVector image = catalogue_image({header, {"a", "first"}, {"b", "second"}}, big_endian);
    const auto catalogue = Catalogue::parse(image);
    ASSERT_TRUE(catalogue);
    EXPECT_EQ(catalogue->text("a"), "first");
    EXPECT_EQ(catalogue->text("b"), "second");
    EXPECT_EQ(catalogue->keys().size(), 2u);
  }
}

TEST(Catalogue, FallsBackThenToTheKey) {
  const ByteVector english_image = catalogue_image({header, {"a", "one"}, {"b", "two"}});
  const ByteVector other_image = catalogue_image({header, {"a", "uno"}, {"b", ""}});
  const auto english = Catalogue::parse(english_image);
  auto other = Catalogue::parse(other_image);
  ASSERT_TRUE(english && other);
  other->fall_back_to(*english);
  EXPECT_EQ(other->text("a"), "uno");
  EXPECT_EQ(other->text("b"), "two");
  EXPECT_EQ(other->text("c"), "c");
  EXPECT_FALSE(other->find("b"));
}

TEST(Catalogue, TakesTheFirstOfPluralForms) {
  const ByteVector image = catalogue_image({header, {std::string("n\0ns", 4), std::string("one\0many", 8)}});
  const auto catalogue = Catalogue::parse(image);
  ASSERT_TRUE(catalogue);
  EXPECT_EQ(catalogue->text("n"), "one");
}

TEST(Catalogue, WantsUtf8AndAKnownRevision) {
  EXPECT_EQ(Catalogue::parse(catalogue_image({{"", "charset=ISO-8859-1\n"}, {"a", "b"}})).error(), Errc::unsupported);
  EXPECT_EQ(Catalogue::parse(catalogue_image({{"a", "b"}})).error(), Errc::unsupported);
  EXPECT_EQ(Catalogue::parse(catalogue_image({header}, false, 2U << 16)).error(), Errc::unsupported);
  EXPECT_TRUE(Catalogue::parse(catalogue_image({header}, false, 1U << 16)));
}

TEST(Catalogue, RefusesEveryCutImage) {
  const ByteVector image = catalogue_image({header, {"a", "first"}, {"b", "second"}});
  for (std::size_t size = 0; size < image.size(); ++size) {
    const ByteVector cut(image.begin(), image.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(Catalogue::parse(cut).error(), Errc::malformed) << size;
  }
}

TEST(Catalogue, StaysInsideAnImageWithAnyByteChanged) {
  const ByteVector image(as_bytes(resource("es.mo")).begin(), as_bytes(resource("es.mo")).end());
  for (std::size_t at = 0; at < 512; ++at) {
    for (const Byte value : {Byte{0}, Byte{0x7f}, Byte{0xff}}) {
      ByteVector changed = image;
      changed[at] = value;
      const auto catalogue = Catalogue::parse(changed);
      if (catalogue) {
        for (const auto key : catalogue->keys()) {
          const std::string_view text = *catalogue->find(key);
          EXPECT_GE(text.data(), reinterpret_cast<const char*>(changed.data()));
          EXPECT_LE(text.data() + text.size(), reinterpret_cast<const char*>(changed.data() + changed.size()));
        }
      }
    }
  }
}

TEST(Catalogues, EveryLanguageIsCompleteAndSaysTheSameNumbers) {
  const Catalogues catalogues;
  const Catalogue* english = catalogues.find("en");
  ASSERT_NE(english, nullptr);
  const auto braces = [](std::string_view text) {
    std::vector<std::string> names;
    for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
      names.emplace_back(text.substr(at, text.find('}', at) - at + 1));
    }
    std::ranges::sort(names);
    return names;
  };
  for (const std::string& language : catalogues.languages()) {
    const Catalogue* catalogue = catalogues.find(language);
    for (const auto key : english->keys()) {
      ASSERT_TRUE(catalogue->find(key)) << language << " lacks " << key;
      EXPECT_EQ(braces(*catalogue->find(key)), braces(*english->find(key))) << language << " " << key;
      EXPECT_EQ(catalogue->find(key)->find_first_of("<>&"), std::string_view::npos) << "texts are not markup: " << key;
    }
    EXPECT_EQ(catalogue->keys(), english->keys()) << language << " has keys that English does not know";
  }
  EXPECT_EQ(catalogues.find("xx"), nullptr);
}

}  // namespace
}  // namespace hotline::web
