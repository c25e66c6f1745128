#include "server/http/query.hpp"
#include "server/http/target.hpp"
#include "server/http/utf8.hpp"

#include <gtest/gtest.h>

#include <random>

namespace hotline::http {
namespace {

TEST(Utf8, TellsValidFromInvalid) {
  for (const std::string_view good : {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(valid_utf8(as_bytes(good))) << good;
  }
  for (const std::string_view bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe2\x82", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xfe"}) {
    EXPECT_FALSE(valid_utf8(as_bytes(bad))) << bad;
  }
}

std::string clean(std::string_view text) { return std::string(clean_text(as_bytes(text)).reveal_text()); }

TEST(CleanText, KeepsWordsAndLeavesControlsOut) {
  EXPECT_EQ(clean(std::string_view("a\0b\x01\x1f\x7f\x1b[31m", 11)), "ab[31m");
  EXPECT_EQ(clean("tab\tline\nend"), "tab\tline\nend");
  EXPECT_EQ(clean("a\r\nb\rc\n\rd\r"), "a\nb\nc\n\nd\n");
  EXPECT_EQ(clean("\xe1\x88\xb0\xe1\x88\x8b\xe1\x88\x9d \xd8\xb3\xd9\x84\xd8\xa7\xd9\x85"), "\xe1\x88\xb0\xe1\x88\x8b\xe1\x88\x9d \xd8\xb3\xd9\x84\xd8\xa7\xd9\x85");
  EXPECT_EQ(clean("a\xff" "b"), "a\xef\xbf\xbd" "b");
}

TEST(CleanText, IsAlwaysValidAndStableForAnyBytes) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 40, '\0');
    for (char& c : text) c = static_cast<char>(random());
    const std::string once = clean(text);
    EXPECT_TRUE(valid_utf8(as_bytes(once)));
    EXPECT_EQ(clean(once), once);
  }
}

TEST(Query, DecodesPairs) {
  const auto pairs = parse_query("a=1&b=x+y%21&&c&=d&a=2");
  ASSERT_TRUE(pairs);
  EXPECT_EQ(*pairs, (QueryPairs{{"a", "1"}, {"b", "x y!"}, {"c", ""}, {"", "d"}, {"a", "2"}}));
  EXPECT_EQ(find_pair(*pairs, "a"), "1");
  EXPECT_EQ(find_pair(*pairs, "z"), std::nullopt);
}

TEST(Query, RefusesBrokenEscapesAndTooMany) {
  for (const char* text : {"a=%", "a=%1", "a=%zz", "%=a", "a=b&c=%g0"}) EXPECT_EQ(parse_query(text).error(), make_error_code(Errc::malformed)) << text;
  EXPECT_TRUE(parse_query("a&b", 2));
  EXPECT_EQ(parse_query("a&b&c", 2).error(), make_error_code(Errc::too_large));
}

TEST(Query, EncodesForATarget) {
  EXPECT_EQ(percent_encode("a b&c/\xc3\xa9~"), "a%20b%26c%2F%C3%A9~");
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  EXPECT_EQ((*parse_query(percent_encode(all) + "=")).front().first, all);
}

TEST(Target, DecodesAPath) {
  const auto target = parse_target("/en/t%65ll?lang=es&x=%20");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/en/tell");
  EXPECT_EQ(target->raw_path, "/en/t%65ll");
  EXPECT_EQ(target->raw_query, "lang=es&x=%20");
  EXPECT_EQ(parse_target("/caf%C3%A9")->path, "/caf\xc3\xa9");
  EXPECT_EQ(parse_target("/?")->raw_query, "");
  EXPECT_EQ(parse_target("/a?b?c/../d")->raw_query, "b?c/../d");
  for (const char* good : {"/", "/.well-known/x", "/a.b", "/...", "/a/..b", "/~a;b=c,d@e:f!$&'()*+=", "/?a|b{c}^`\"<>\\[]"}) EXPECT_TRUE(parse_target(good)) << good;
}

TEST(Target, RefusesWhatProgramsDisagreeOn) {
  using namespace std::string_view_literals;
  for (const std::string_view bad :
       {""sv, "*"sv, "http://a/"sv, "a"sv, "//"sv, "//a"sv, "/a//b"sv, "/a//"sv, "/."sv, "/.."sv, "/./a"sv, "/a/.."sv, "/a/../b"sv, "/%2e"sv, "/%2e%2e/a"sv,
        "/a/%2E./b"sv, "/%00"sv, "/a%00b"sv, "/%0a"sv, "/%7f"sv, "/%1f"sv, "/%2f"sv, "/a%2Fb"sv, "/%5c"sv, "/a\\b"sv, "/%"sv, "/%4"sv, "/%zz"sv,
        "/a?%"sv, "/a?%g0"sv, "/a#b"sv, "/a?b#c"sv, "/a b"sv, "/\xc3\xa9"sv, "/%ff"sv, "/%c0%ae"sv, "/a\tb"sv, "/a\0b"sv, "/?a\x7f"sv, "/<"sv, "/a|b"sv, "/\""sv}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

}  // namespace
}  // namespace hotline::http
