#include "crypto/secret_json.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace {

using hotline::crypto::SecretJson;

std::string finish(SecretJson&& json) { return std::string(std::move(json).finish().reveal_text()); }

TEST(SecretJson, WritesNestedValuesInOrder) {
  SecretJson json;
  json.begin_object().number("v", 1).string("type", "sms").key("flags").begin_array().string("a").string("b").end_array();
  json.key("none").begin_array().end_array().key("deep").begin_object().boolean("yes", true).boolean("no", false).end_object();
  json.key("list").begin_array().number(INT64_MIN).begin_object().end_object().end_array().end_object();
  EXPECT_EQ(finish(std::move(json)),
            R"({"v":1,"type":"sms","flags":["a","b"],"none":[],"deep":{"yes":true,"no":false},)"
            R"("list":[-9223372036854775808,{}]})");
}

TEST(SecretJson, EscapesWhatMustBeEscaped) {
  SecretJson json;
  json.string(std::string_view("\"\\/\b\f\n\r\t\0\x1f\x7f", 11));
  EXPECT_EQ(finish(std::move(json)), "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0000\\u001f\x7f\"");
}

TEST(SecretJson, KeepsUtf8AndReplacesWhatIsNot) {
  const struct {
    std::string_view in, out;
  } cases[] = {
      {"Señor 👩‍👧 ¿dónde?", "Señor 👩‍👧 ¿dónde?"},
      {"a\xFFz", "a\xEF\xBF\xBDz"},
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                          // overlong
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},          // surrogate
      {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xF0\x9F\x91", "\xEF\xBF\xBD"},                                  // cut off: one for the maximal part
      {"\xE2\x82", "\xEF\xBF\xBD"},
      {"\xE2\x82\"", "\xEF\xBF\xBD\\\""},
      {"\xF0\x9F\x91x", "\xEF\xBF\xBDx"},
      {"\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
  };
  for (const auto& c : cases) {
    SecretJson json;
    json.string(c.in);
    EXPECT_EQ(finish(std::move(json)), "\"" + std::string(c.out) + "\"");
  }
}

TEST(SecretJson, AnotherParserReadsEveryByteBack) {
  std::string all;
  for (int c = 0; c < 0x80; ++c) all.push_back(static_cast<char>(c));
  SecretJson json;
  json.begin_object().string(all, all).end_object();
  const auto read = boost::json::parse(finish(std::move(json)));
  EXPECT_EQ(read.at(all).as_string(), all);
}

TEST(SecretJsonDeathTest, UseOutOfOrderEndsTheProcess) {
  EXPECT_DEATH(SecretJson().begin_object().string("value without key"), "");
  EXPECT_DEATH(SecretJson().begin_array().end_object(), "");
  EXPECT_DEATH(SecretJson().begin_object().key("a").end_object(), "");
  EXPECT_DEATH(SecretJson().number(1).number(2), "");
  EXPECT_DEATH(static_cast<void>(std::move(SecretJson().begin_object()).finish()), "");
}

}  // namespace
