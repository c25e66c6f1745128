#include "server/cli/passphrase_rules.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include <fstream>
#include <iterator>

namespace hotline::cli {
namespace {

namespace json = boost::json;

/// As the console in the browser says it too: tests/console/passphrases.test.mjs.
TEST(PassphraseRules, ShortAndCommonOnesAreToldFromGoodOnes) {
  std::ifstream file(HOTLINE_SOURCE_DIR "/tests/vectors/formats/passphrases.json");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const json::object given = json::parse(text).as_object();
  const std::string name(given.at("name").as_string());
  const auto why_not = [&](const json::value& one) {
    const auto fit = may_be_passphrase(crypto::SecretBuffer(as_bytes(std::string_view(one.as_string()))), name);
    return fit ? std::string("good") : fit.error().line;
  };
  for (const json::value& one : given.at("short").as_array()) EXPECT_THAT(why_not(one), testing::HasSubstr("short")) << one;
  for (const json::value& one : given.at("common").as_array()) EXPECT_THAT(why_not(one), testing::HasSubstr("too many people")) << one;
  for (const json::value& one : given.at("good").as_array()) EXPECT_EQ(why_not(one), "good") << one;
}

}  // namespace
}  // namespace hotline::cli
