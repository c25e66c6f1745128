#include "server/http/cookies.hpp"

#include <gtest/gtest.h>

namespace hotline::http {
namespace {

std::optional<std::string> read(std::string header, std::string_view name) {
  Request request;
  request.headers = {{"cookie", std::move(header)}};
  const auto value = cookie_value(request, name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

TEST(Cookies, FindsAValue) {
  EXPECT_EQ(read("__Host-session=abc", "__Host-session"), "abc");
  EXPECT_EQ(read("a=1; b=2; c=", "b"), "2");
  EXPECT_EQ(read("a=1; b=2; c=", "c"), "");
  EXPECT_EQ(read("a=x=y", "a"), "x=y");
  EXPECT_EQ(read("a=1", "A"), std::nullopt);
}

TEST(Cookies, AMalformedHeaderHoldsNone) {
  for (const char* header : {"", "a", "a=1;b=2", "a=1; ", "a=1;", "a=1; b", "=1", "a b=1", "a=1 2", "a=\"1", "a=1,b=2", "a=1;  b=2", "a=\\", "a=\xc3\xa9"}) {
    EXPECT_EQ(read(header, "a"), std::nullopt) << header;
  }
}

TEST(Cookies, ADoubledOneCountsAsNone) {
  EXPECT_EQ(read("a=1; a=2", "a"), std::nullopt);
  Request request;
  request.headers = {{"cookie", "a=1"}, {"cookie", "b=2"}};
  EXPECT_EQ(cookie_value(request, "a"), std::nullopt);
}

TEST(Cookies, SetsWithAllGuards) {
  EXPECT_EQ(*to_set_cookie({"__Host-session", "abc", true, {}}), "__Host-session=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(*to_set_cookie({"s", "", false, std::chrono::seconds(0)}), "s=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  EXPECT_FALSE(to_set_cookie({"s", "a;b", true, {}}));
  EXPECT_FALSE(to_set_cookie({"s", "a\r\nb", true, {}}));
  EXPECT_FALSE(to_set_cookie({"s p", "a", true, {}}));
}

}  // namespace
}  // namespace hotline::http
