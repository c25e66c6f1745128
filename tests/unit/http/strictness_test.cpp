#include "server/http/strictness.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hotline::http {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Framing check(const Headers& headers, std::string_view target = "/", int version = 11, std::string_view method = "GET") {
  return check_request({method, target, version, headers});
}

TEST(Strictness, AcceptsPlainRequests) {
  const Framing framing = check({{"host", "a"}});
  EXPECT_EQ(framing.refused, 0);
  EXPECT_TRUE(framing.keep_alive);
  EXPECT_FALSE(framing.has_body());
  EXPECT_FALSE(framing.content_length);
}

TEST(Strictness, ReadsTheFraming) {
  EXPECT_EQ(check({{"host", "a"}, {"content-length", "0005"}}).content_length, 5U);
  EXPECT_TRUE(check({{"host", "a"}, {"content-length", "5"}}).has_body());
  EXPECT_FALSE(check({{"host", "a"}, {"content-length", "0"}}).has_body());
  EXPECT_TRUE(check({{"host", "a"}, {"transfer-encoding", "Chunked"}}).chunked);
  EXPECT_TRUE(check({{"host", "a"}, {"transfer-encoding", "chunked"}}).has_body());
}

TEST(Strictness, DecidesOnKeepAlive) {
  EXPECT_FALSE(check({{"host", "a"}, {"connection", "x, Close"}}).keep_alive);
  EXPECT_FALSE(check({{"host", "a"}}, "/", 10).keep_alive);
  EXPECT_TRUE(check({{"connection", "Keep-Alive"}}, "/", 10).keep_alive);
  EXPECT_FALSE(check({{"connection", "keep-alive"}, {"connection", "close"}}, "/", 10).keep_alive);
}

TEST(Strictness, HonoursAnExpectationOnlyBeforeABody) {
  EXPECT_TRUE(check({{"host", "a"}, {"expect", "100-Continue"}, {"content-length", "5"}}).expects_continue);
  EXPECT_FALSE(check({{"host", "a"}, {"expect", "100-continue"}}).expects_continue);
  EXPECT_FALSE(check({{"expect", "100-continue"}, {"content-length", "5"}}, "/", 10).expects_continue);
  EXPECT_EQ(check({{"host", "a"}, {"expect", "x"}}).refused, 417);
}

TEST(Strictness, Refuses) {
  const Headers host{{"host", "a"}};
  const std::vector<std::pair<const char*, Framing>> cases = {
      {"no host", check({})},
      {"two hosts", check({{"host", "a"}, {"host", "a"}})},
      {"two hosts in 1.0", check({{"host", "a"}, {"host", "a"}}, "/", 10)},
      {"bad host in 1.0", check({{"host", "a b"}}, "/", 10)},
      {"length twice", check({{"host", "a"}, {"content-length", "1"}, {"content-length", "1"}})},
      {"length list", check({{"host", "a"}, {"content-length", "1, 1"}})},
      {"length signed", check({{"host", "a"}, {"content-length", "+1"}})},
      {"length empty", check({{"host", "a"}, {"content-length", ""}})},
      {"length huge", check({{"host", "a"}, {"content-length", "1234567890123456789"}})},
      {"encoding and length", check({{"host", "a"}, {"content-length", "1"}, {"transfer-encoding", "chunked"}})},
      {"encoding twice", check({{"host", "a"}, {"transfer-encoding", "chunked"}, {"transfer-encoding", "chunked"}})},
      {"encoding in 1.0", check({{"host", "a"}, {"transfer-encoding", "chunked"}}, "/", 10)},
      {"encoding other", check({{"host", "a"}, {"transfer-encoding", "gzip, chunked"}})},
      {"encoding with semicolon", check({{"host", "a"}, {"transfer-encoding", "chunked;"}})},
      {"encoding empty", check({{"host", "a"}, {"transfer-encoding", ""}})},
      {"upgrade", check({{"host", "a"}, {"upgrade", "h2c"}})},
      {"two types", check({{"host", "a"}, {"content-type", "a/b"}, {"content-type", "a/b"}})},
      {"version 1.2", check(host, "/", 12)},
      {"version 2", check(host, "/", 20)},
      {"absolute form", check(host, "http://a/")},
      {"asterisk form", check(host, "*", 11, "OPTIONS")},
      {"authority form", check(host, "a:80", 11, "CONNECT")},
      {"connect", check(host, "/", 11, "CONNECT")},
      {"no method", check(host, "/", 11, "")},
  };
  for (const auto& [name, framing] : cases) {
    EXPECT_EQ(framing.refused, 400) << name;
    EXPECT_FALSE(framing.keep_alive) << name;
  }
}

TEST(Strictness, KnowsHosts) {
  for (const char* host : {"a", "a.b", "localhost:8080", "127.0.0.1", "[::1]", "[::1]:80", "[2001:db8::1.2.3.4]", "a:", "xn--e1afmkfd.x", "under_score", "a:65535"}) {
    EXPECT_TRUE(valid_host(host)) << host;
  }
  for (const char* host : {"", ":80", "a b", "a,b", "u@a", "a/b", "a:65536", "a:x", "[::1", "[]", "[x]", "[::1]x", "::1", "a:80:80", "a%20", "\xc3\xa9"}) {
    EXPECT_FALSE(valid_host(host)) << host;
  }
}

HeaderScan::State scan(std::string_view text, std::size_t* size = nullptr) {
  HeaderScan scan;
  const auto state = scan.feed(text);
  if (size != nullptr) *size = scan.size();
  return state;
}

TEST(HeaderScan, FindsTheEnd) {
  std::size_t size = 0;
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\tc \xff\r\n\r\nrest\n", &size), HeaderScan::State::complete);
  EXPECT_EQ(size, 28U);
  EXPECT_EQ(scan("GET / HTTP/1.1\r\nA: b\r\n\r"), HeaderScan::State::need_more);
  EXPECT_EQ(scan(""), HeaderScan::State::need_more);
}

TEST(HeaderScan, RefusesAtOnce) {
  using namespace std::string_view_literals;
  for (const std::string_view bad : {"\r\n"sv, " "sv, "\t"sv, "\n"sv, "A\n"sv, "A\rB"sv, "A\tB"sv, "A\0"sv, "A\x7f"sv, "A\r\n B"sv, "A\r\n\tB"sv, "A\r\nB: \x01"sv, "A\r\nB: c\r\r"sv, "\x16\x03"sv}) {
    EXPECT_EQ(scan(bad), HeaderScan::State::malformed) << bad;
  }
}

TEST(HeaderScan, EverySplitGivesTheSame) {
  for (const std::string_view text : {"GET / HTTP/1.1\r\nA: b\r\nC: d\r\n\r\nrest", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n"}) {
    const HeaderScan::State whole = scan(text);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      HeaderScan pieces;
      pieces.feed(text.substr(0, cut));
      EXPECT_EQ(pieces.feed(text), whole);
    }
  }
}

}  // namespace
}  // namespace hotline::http
