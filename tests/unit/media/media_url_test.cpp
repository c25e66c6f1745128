#include "server/media/allowed_hosts.hpp"
#include "server/media/media_document.hpp"
#include "server/media/media_url.hpp"

#include <gtest/gtest.h>

namespace hotline::media {
namespace {

std::string read(std::string_view text) {
  const auto url = parse_media_url(text);
  return url ? url->origin() + " " + url->target : "-";
}

TEST(MediaUrl, AddressesAreTakenApart) {
  EXPECT_EQ(read("https://api.twilio.com/2010/Media/ME1?a=b"), "https://api.twilio.com /2010/Media/ME1?a=b");
  EXPECT_EQ(read("HTTPS://Api.Twilio.COM/A"), "https://api.twilio.com /A");
  EXPECT_EQ(read("https://a.org"), "https://a.org /");
  EXPECT_EQ(read("https://a.org?x"), "https://a.org /?x");
  EXPECT_EQ(read("https://a.org/#part"), "https://a.org /");
  EXPECT_EQ(read("https://a.org:443/"), "https://a.org /");
  EXPECT_EQ(read("https://a.org:0443/"), "https://a.org /");
  EXPECT_EQ(read("https://a.org:8443/"), "https://a.org:8443 /");
  EXPECT_EQ(read("http://a.org:80/"), "http://a.org /");
  EXPECT_EQ(read("http://[::1]:8080/x"), "http://[::1]:8080 /x");
}

TEST(MediaUrl, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "a", "a.org/x", "//a.org/x", "ftp://a.org/", "file:///etc/passwd", "https:/a.org", "https://", "https:///x", "https://?x", "https://user@a.org/",
        "https://user:pass@a.org/", "https://a.org@b.org/", "https://a.org:0/", "https://a.org:65536/", "https://a.org:8a/", "https://a.org:-1/", "https://a b.org/",
        "https://a.org/ x", "https://a.org/\r\nX: y", "https://a.org/\t", "https://a.org\\@b.org/", "https://a.org/\x7f", "https://\xc3\xa1.org/", "https://[::1/", "javascript:alert(1)"}) {
    EXPECT_EQ(read(text), "-") << text;
  }
  EXPECT_EQ(read("https://a.org/" + std::string(4096, 'x')), "-");
}

TEST(MediaUrl, LocationsAreFollowedFromWhereTheyStand) {
  const MediaUrl base = *parse_media_url("https://a.org/one/two?q=1");
  const auto to = [&](std::string_view location) {
    const auto url = follow_location(base, location);
    return url ? url->origin() + " " + url->target : "-";
  };
  EXPECT_EQ(to("https://b.org/x"), "https://b.org /x");
  EXPECT_EQ(to("//b.org/x"), "https://b.org /x");
  EXPECT_EQ(to("/x?y"), "https://a.org /x?y");
  EXPECT_EQ(to("x"), "https://a.org /one/x");
  EXPECT_EQ(to("?z"), "https://a.org /one/two?z");
  EXPECT_EQ(to("#f"), "https://a.org /one/two");
  EXPECT_EQ(to("http://a.org/x"), "http://a.org /x") << "whether it may is for the list to say";
  for (const char* text : {"", "javascript:x", "https://u@b.org/", "//u@b.org/", "/a b", "\\\\b.org\\x", "mailto:a@b.org", "https:b.org"}) EXPECT_EQ(to(text), "-") << text;
}

class Hosts : public testing::Test {
 protected:
  Hosts() {
    fields.hosts = {"api.vendor.com", "*.media.vendor.com"};
    fields.redirect_hosts = {"cdn.vendor.net"};
  }
  static MediaUrl url(std::string_view text) { return *parse_media_url(text); }
  sms::MediaFields fields;
};

using Reach = AllowedHosts::Reach;

TEST_F(Hosts, OnlyThoseOfTheListByHttpsAndItsPort) {
  const AllowedHosts hosts(fields, {});
  for (const char* good : {"https://api.vendor.com/x", "https://API.vendor.com:443/x", "https://eu.media.vendor.com/", "https://a.b.media.vendor.com/"}) {
    EXPECT_EQ(hosts.first(url(good)), Reach::internet) << good;
  }
  for (const char* bad : {"http://api.vendor.com/x", "https://api.vendor.com:8443/x", "https://vendor.com/", "https://xapi.vendor.com/", "https://media.vendor.com/", "https://.media.vendor.com/",
                          "https://evilmedia.vendor.com/", "https://api.vendor.com.evil.org/", "https://api.vendor.com./", "https://cdn.vendor.net/", "https://127.0.0.1/", "https://[::1]/"}) {
    const auto parsed = parse_media_url(bad);
    if (parsed) EXPECT_EQ(hosts.first(*parsed), Reach::none) << bad;
  }
}

TEST_F(Hosts, SomeOnlyAfterARedirect) {
  const AllowedHosts hosts(fields, {});
  EXPECT_EQ(hosts.redirected(url("https://cdn.vendor.net/x")), Reach::internet);
  EXPECT_EQ(hosts.redirected(url("https://api.vendor.com/x")), Reach::internet);
  EXPECT_EQ(hosts.redirected(url("http://cdn.vendor.net/x")), Reach::none);
  EXPECT_EQ(hosts.redirected(url("https://evil.org/x")), Reach::none);
  EXPECT_EQ(hosts.first(url("https://cdn.vendor.net/x")), Reach::none);
}

TEST_F(Hosts, TheOperatorMayNameOriginsAtWhateverAddress) {
  const AllowedHosts hosts(fields, {"http://10.0.0.7:8080", "https://media.example.org"});
  EXPECT_EQ(hosts.first(url("http://10.0.0.7:8080/x")), Reach::anywhere);
  EXPECT_EQ(hosts.first(url("https://Media.example.org/x")), Reach::anywhere);
  EXPECT_EQ(hosts.redirected(url("https://media.example.org:443/x")), Reach::anywhere);
  for (const char* bad : {"http://10.0.0.7/x", "https://10.0.0.7:8080/x", "http://media.example.org/x", "https://a.media.example.org/"}) EXPECT_EQ(hosts.first(url(bad)), Reach::none) << bad;
  EXPECT_EQ(hosts.first(url("https://api.vendor.com/x")), Reach::internet);
}

TEST(MediaType, OnlyTheTypeIsKept) {
  EXPECT_EQ(plain_type("Image/JPEG; charset=x"), "image/jpeg");
  for (const char* bad : {"", "image", "image/jpeg/x", "a b/c", "image/jp\"eg", "<x>/y"}) EXPECT_EQ(plain_type(bad), "") << bad;
  EXPECT_EQ(name_for("image/jpeg"), "picture.jpg");
  EXPECT_EQ(name_for("x/y"), "file");
}

}  // namespace
}  // namespace hotline::media
