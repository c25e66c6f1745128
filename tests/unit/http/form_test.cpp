#include "server/http/form.hpp"

#include <gtest/gtest.h>

#include <random>

namespace hotline::http {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Feeds the text in pieces that end at the given places.
Result<Pairs> parse(std::string_view text, std::vector<std::size_t> cuts = {}, std::size_t fields_max = 100, std::size_t bytes_max = 1000) {
  FormParser parser(fields_max, bytes_max);
  std::size_t at = 0;
  cuts.push_back(text.size());
  for (const std::size_t cut : cuts) {
    if (const auto fed = parser.feed(as_bytes(text.substr(at, cut - at))); !fed) return fed.error();
    at = cut;
  }
  const auto fields = parser.finish();
  if (!fields) return fields.error();
  Pairs pairs;
  for (const FormField& field : *fields) pairs.emplace_back(field.name, std::string(field.value.reveal_text()));
  return pairs;
}

TEST(Form, DecodesFields) {
  EXPECT_EQ(*parse("q_story=help+me%21&empty=&bare&=noname&a=b=c&&x=%00%ff"),
            (Pairs{{"q_story", "help me!"}, {"empty", ""}, {"bare", ""}, {"", "noname"}, {"a", "b=c"}, {"x", std::string("\0\xff", 2)}}));
  EXPECT_EQ(*parse(""), Pairs{});
  EXPECT_EQ(*parse("&&"), Pairs{});
  EXPECT_EQ(*parse("a+b=1&%61=2"), (Pairs{{"a b", "1"}, {"a", "2"}}));
}

TEST(Form, RefusesBrokenEscapes) {
  for (const char* text : {"%", "a=%", "a=%4", "a=%g1", "a=%1g", "a=%%41", "a=%4&b=1", "%+1=a"}) {
    EXPECT_EQ(parse(text).error(), make_error_code(Errc::malformed)) << text;
  }
}

TEST(Form, HoldsItsLimitsFromBothSides) {
  EXPECT_TRUE(parse("a=1&b=2", {}, 2));
  EXPECT_EQ(parse("a=1&b=2&c", {}, 2).error(), make_error_code(Errc::too_large));
  EXPECT_EQ(parse("a=1&b=2&=", {}, 2).error(), make_error_code(Errc::too_large));
  EXPECT_TRUE(parse("ab=%63%64e", {}, 9, 5));
  EXPECT_EQ(parse("ab=%63%64ef", {}, 9, 5).error(), make_error_code(Errc::too_large));
}

TEST(Form, EverySplitGivesTheSame) {
  const std::string_view text = "q_story=a%20b+c%C3%A9&&x=%2B%26%3D&y&=z&last=1";
  const Pairs whole = *parse(text);
  for (std::size_t a = 0; a <= text.size(); ++a) {
    for (std::size_t b = a; b <= text.size(); ++b) EXPECT_EQ(*parse(text, {a, b}), whole) << a << ' ' << b;
  }
}

TEST(Form, EncodedFieldsComeBack) {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    Pairs pairs;
    std::string text;
    for (std::size_t i = random() % 5; i > 0; --i) {
      std::string name(1 + random() % 5, '\0');
      std::string value(random() % 20, '\0');
      for (char& c : name) c = static_cast<char>(random());
      for (char& c : value) c = static_cast<char>(random());
      const auto encode = [&](const std::string& in) {
        for (const char c : in) {
          static constexpr std::string_view digits = "0123456789abcdef";
          const auto byte = static_cast<unsigned char>(c);
          if (byte >= 'a' && byte <= 'z') text.push_back(c);
          else text.append("%").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
        }
      };
      if (!text.empty()) text.push_back('&');
      encode(name);
      text.push_back('=');
      encode(value);
      pairs.emplace_back(name, value);
    }
    EXPECT_EQ(*parse(text), pairs);
  }
}

TEST(Form, FindsAField) {
  FormParser parser(10, 100);
  ASSERT_TRUE(parser.feed(as_bytes("a=1&a=2&b=3")));
  const auto fields = parser.finish();
  ASSERT_TRUE(fields);
  EXPECT_EQ(find_field(*fields, "a")->value.reveal_text(), "1");
  EXPECT_EQ(find_field(*fields, "c"), nullptr);
}

}  // namespace
}  // namespace hotline::http
