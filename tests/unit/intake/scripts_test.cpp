#include "server/intake/scripts.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <set>

namespace hotline::intake {
namespace {

TEST(Scripts, AreNamedAndAllowedByTheirHashes) {
  const Scripts scripts(Questionnaire::built_in());
  const std::string policy = Scripts::content_security_policy();
  std::set<std::string> paths;
  for (const ScriptFile& script : scripts.files()) {
    EXPECT_GT(script.source.size(), 1000U);
    EXPECT_EQ(script.integrity, "sha256-" + crypto::to_base64(crypto::sha256(as_bytes(script.source)), crypto::Base64::standard));
    EXPECT_NE(policy.find("'" + script.integrity + "'"), std::string::npos);
    EXPECT_TRUE(script.path.starts_with("/s/") && script.path.ends_with(".js"));
    paths.insert(script.path);
  }
  EXPECT_EQ(paths.size(), 3U);
  EXPECT_EQ(policy.find("unsafe-inline"), std::string::npos);
  EXPECT_EQ(policy.find("'unsafe-eval'"), std::string::npos);
  EXPECT_TRUE(policy.starts_with("default-src 'none'; "));
}

TEST(Scripts, KnowEveryQuestionAndRule) {
  const auto data = boost::json::parse(Questionnaire::built_in().script_data()).as_object();
  const auto& questions = data.at("questions").as_array();
  const Questionnaire questionnaire = Questionnaire::built_in();
  ASSERT_EQ(questions.size(), questionnaire.questions().size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto& entry = questions[i].as_object();
    EXPECT_EQ(std::string_view(entry.at("key").as_string()), questionnaire.questions()[i].key);
    EXPECT_EQ(entry.contains("sign"), !questionnaire.questions()[i].sign.empty());
  }
  EXPECT_GT(data.at("rules").as_array().size(), 10U);
}

TEST(Scripts, ChangeTheAddressOfWhatTheyKnowWhenItChanges) {
  const auto other = Questionnaire::parse("[[question]]\nkey = \"q_story\"\nkind = \"text\"\nsection = \"words\"\n[[rule]]\nlevel = 3\ntext = true\n");
  ASSERT_TRUE(other) << other.error().line;
  EXPECT_NE(Scripts(*other).questions_path(), Scripts(Questionnaire::built_in()).questions_path());
  EXPECT_EQ(other->script_data(), R"({"questions":[{"key":"q_story","kind":"text"}],"rules":[{"level":3,"text":true}]})");
}

}  // namespace
}  // namespace hotline::intake
