#include "server/http/parameters.hpp"

#include <gtest/gtest.h>

namespace hotline::http {
namespace {

TEST(Parameters, ReadsTokensQuotedStringsAndEscapes) {
  const auto parsed = parse_parameterized(R"(Form-Data; name="a\"b\\c"; FileName="C:\photo.jpg" ; x=y)");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->value, "form-data");
  EXPECT_EQ(parsed->parameter("name"), "a\"b\\c");
  EXPECT_EQ(parsed->parameter("filename"), "C:\\photo.jpg");
  EXPECT_EQ(parsed->parameter("x"), "y");
  EXPECT_EQ(parsed->parameter("z"), std::nullopt);
}

TEST(Parameters, RefusesWhatIsNotOne) {
  for (const char* text : {"", ";", "a b", "a; b", "a; =c", "a; b=", "a; b=\"c", "a; b=c d", "a; b=c; b=d", "a; b=c; B=d", "a; b=\"c\"d",
                           "a; b=\"\x01\"", "a; b =c"}) {
    EXPECT_FALSE(parse_parameterized(text)) << text;
  }
}

TEST(Parameters, BoundsTheirNumber) {
  std::string text = "a/b";
  for (int i = 0; i < 16; ++i) text += "; p" + std::to_string(i) + "=v";
  EXPECT_TRUE(parse_parameterized(text));
  EXPECT_FALSE(parse_parameterized(text + "; q=v"));
}

TEST(Parameters, AllowsAnEmptyOneAtTheEnd) { EXPECT_TRUE(parse_parameterized("text/plain;")); }

}  // namespace
}  // namespace hotline::http
