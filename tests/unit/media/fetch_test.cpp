#include "server/media/fetch.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace hotline::media {
namespace {

/// What can be seen without a network; the rest is tried from outside, in tests/integration/media.test.mjs.
Failure failure_of(const std::string& url, std::vector<std::string> hosts, const std::vector<std::string>& origins) {
  sms::MediaFields fields;
  fields.hosts = std::move(hosts);
  const FetchRules rules{AllowedHosts(fields, origins), crypto::LockedKey::create({}).value(), 1024, std::chrono::seconds(2), std::chrono::seconds(2)};
  const auto sink = [](Bytes) -> Result<void> { return {}; };
  return fetch(*parse_media_url(url), rules, sink, {}).failure;
}

TEST(Fetch, ANameThatIsAllowedDoesNotLeadIntoAPrivateNetwork) {
  for (const std::string host : {"localhost", "127.0.0.1", "[::1]", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
                                 "[::ffff:127.0.0.1]", "[fd00::1]", "[fe80::1]"}) {
    EXPECT_EQ(failure_of("https://" + host + "/x", {host}, {}), Failure::not_allowed) << host;
  }
}

TEST(Fetch, UnlessTheOperatorNamesIt) {
  // Port 1 of this machine: nobody answers there, but it was asked.
  EXPECT_EQ(failure_of("http://127.0.0.1:1/x", {}, {"http://127.0.0.1:1"}), Failure::no_answer);
  EXPECT_EQ(failure_of("http://127.0.0.1:2/x", {}, {"http://127.0.0.1:1"}), Failure::not_allowed);
}

}  // namespace
}  // namespace hotline::media
