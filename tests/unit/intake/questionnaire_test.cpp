#include "server/intake/questionnaire.hpp"

#include "web/catalogue.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <set>

namespace hotline::intake {
namespace {

using Given = std::vector<std::pair<std::string_view, std::string_view>>;

Answers answers_of(const Given& given) {
  Answers answers;
  for (const auto& [key, value] : given) answers.emplace_back(key, crypto::SecretBuffer(value));
  return answers;
}

const Questionnaire& built_in() {
  static const Questionnaire questionnaire = Questionnaire::built_in();
  return questionnaire;
}

TEST(Questionnaire, HoldsTheFixedFieldsInTheirOrder) {
  // interfaces: the form's fields. Others may stand between; none may go or change places.
  const std::vector<std::string_view> fixed{
      "q_safe_now", "q_watched", "q_who", "q_child", "q_leave", "q_threat", "q_police_threat", "q_docs", "q_debt", "q_pay",
      "q_hours", "q_lied", "q_alone", "q_live", "q_sex", "q_photos", "q_drugs", "q_crime", "q_where", "q_who_does", "q_when",
      "q_story", "q_want", "q_contact", "q_police", "q_share"};
  std::size_t found = 0;
  for (const Question& question : built_in().questions()) {
    if (found < fixed.size() && question.key == fixed[found]) ++found;
  }
  EXPECT_EQ(found, fixed.size()) << "missing or out of order: " << (found < fixed.size() ? fixed[found] : "");
  ASSERT_NE(built_in().find("file"), nullptr);
  EXPECT_EQ(built_in().find("file")->kind, QuestionKind::files);
}

TEST(Questionnaire, TheLimitOfSecrecyStandsBeforeTheChild) {
  ASSERT_NE(built_in().find("q_child"), nullptr);
  EXPECT_EQ(built_in().find("q_child")->before, std::vector<std::string>{"help.h5"});
}

TEST(Questionnaire, SixQuestionsAreForTheSelfCheck) {
  std::set<std::string> keys;
  for (const Question& question : built_in().questions()) {
    if (question.self_check) keys.insert(question.key);
  }
  EXPECT_EQ(keys, (std::set<std::string>{"q_leave", "q_threat", "q_docs", "q_debt", "q_pay", "q_sex"}));
}

TEST(Questionnaire, ConsentsAreEachGivenOnTheirOwn) {
  EXPECT_EQ(built_in().find("q_police")->kind, QuestionKind::consent);
  EXPECT_EQ(built_in().find("q_share")->kind, QuestionKind::consents);
  EXPECT_EQ(built_in().find("q_share")->options,
            (std::vector<std::string>{"police", "labour_department", "social_services", "iom", "statistics"}));
}

TEST(Questionnaire, EveryTextExistsInEveryLanguage) {
  const web::Catalogues catalogues;
  for (const std::string& language : catalogues.languages()) {
    const web::Catalogue& catalogue = *catalogues.find(language);
    const auto expect = [&](const std::string& key) { EXPECT_TRUE(catalogue.find(key)) << language << " lacks " << key; };
    for (const Question& question : built_in().questions()) {
      expect(question.key);
      expect("section." + question.section);
      for (const std::string& key : question.before) expect(key);
      if (!question.hint.empty()) expect(question.hint);
      const bool common = question.kind == QuestionKind::yes_no_unsure || question.kind == QuestionKind::consent;
      for (const std::string& option : question.options) expect((common ? "answer" : question.key) + "." + option);
    }
    for (const char* key : {"problem.option", "problem.nothing"}) expect(key);
  }
}

TEST(Questionnaire, PriorityTable) {
  const struct {
    Given given;
    std::size_t files;
    int level;
  } table[] = {
      {{}, 0, 4},
      {{{"q_who", "me"}}, 0, 4},
      {{{"q_safe_now", "yes"}, {"q_watched", "no"}, {"q_child", "no"}, {"q_leave", "yes"}}, 0, 4},
      {{{"q_story", " \r\n\t "}}, 0, 4},
      {{{"unknown", "words"}}, 0, 4},
      // some signs, or someone took the trouble
      {{{"q_pay", "yes"}}, 0, 3},
      {{{"q_docs", "yes"}}, 0, 3},
      {{{"q_story", "x"}}, 0, 3},
      {{{"q_where", "x"}}, 0, 3},
      {{}, 1, 3},
      {{{"q_safe_now", "unsure"}}, 0, 3},
      {{{"q_child", "unsure"}}, 0, 3},
      // two strong signs; act, means and purpose
      {{{"q_docs", "yes"}, {"q_debt", "yes"}}, 0, 2},
      {{{"q_hours", "yes"}, {"q_pay", "yes"}}, 0, 3},
      {{{"q_lied", "yes"}, {"q_hours", "yes"}}, 0, 2},
      {{{"q_live", "yes"}, {"q_alone", "yes"}, {"q_pay", "yes"}}, 0, 2},
      {{{"q_live", "yes"}, {"q_pay", "yes"}}, 0, 3},
      {{{"q_watched", "yes"}, {"q_story", "x"}}, 0, 2},
      // crisis
      {{{"q_child", "yes"}}, 0, 1},
      {{{"q_threat", "yes"}}, 0, 1},
      {{{"q_safe_now", "no"}}, 0, 1},
      {{{"q_watched", "yes"}}, 0, 1},
      {{{"q_watched", "yes"}, {"q_story", "\n"}}, 0, 1},
      {{{"q_watched", "yes"}, {"q_who", "me"}}, 0, 1},
      {{{"q_needs", "talk"}, {"q_needs", "shelter"}}, 0, 1},
      {{{"q_needs", "leave"}}, 0, 1},
      {{{"q_needs", "doctor"}}, 0, 1},
      {{{"q_needs", "talk"}}, 0, 4},
      // danger now
      {{{"q_safe_now", "no"}, {"q_threat", "yes"}}, 0, 0},
      {{{"q_threat", "yes"}, {"q_safe_now", "no"}}, 0, 0},
      {{{"q_safe_now", "no"}, {"q_leave", "no"}}, 0, 0},
      {{{"q_leave", "no"}, {"q_threat", "yes"}}, 0, 0},
      {{{"q_safe_now", "no"}, {"q_child", "yes"}}, 0, 0},
      {{{"q_child", "yes"}, {"q_sex", "yes"}}, 0, 0},
      {{{"q_child", "yes"}, {"q_photos", "yes"}}, 0, 0},
      {{{"q_safe_now", "no"}, {"q_needs", "doctor"}}, 0, 0},
      // what is said later never lowers
      {{{"q_safe_now", "no"}, {"q_threat", "yes"}, {"q_story", "x"}, {"q_child", "no"}, {"q_police", "no"}}, 2, 0},
      // only the exact value counts
      {{{"q_safe_now", "NO"}}, 0, 4},
      {{{"q_child", "yes "}}, 0, 4},
  };
  for (std::size_t i = 0; i < std::size(table); ++i) {
    EXPECT_EQ(built_in().priority(answers_of(table[i].given), table[i].files), table[i].level) << "row " << i;
  }
}

TEST(Questionnaire, NoFurtherAnswerLowersTheUrgency) {
  // All pairs of answers, but for writing something, which ends "watched and silent".
  std::vector<std::pair<std::string_view, std::string_view>> all;
  for (const Question& question : built_in().questions()) {
    for (const std::string& option : question.options) all.emplace_back(question.key, option);
  }
  for (const auto& first : all) {
    const auto alone = built_in().priority(answers_of({first}));
    for (const auto& second : all) {
      EXPECT_LE(built_in().priority(answers_of({first, second})), alone) << first.first << " then " << second.first;
    }
  }
}

TEST(Questionnaire, ValidateTable) {
  const struct {
    Given given;
    std::size_t files;
    std::string_view problem, question;
  } table[] = {
      {{{"q_safe_now", "yes"}}, 0, "", ""},
      {{{"q_safe_now", "unsure"}, {"q_story", "words"}, {"unknown", "x"}, {"t", "token"}}, 0, "", ""},
      {{{"q_share", "police"}, {"q_share", "iom"}}, 0, "", ""},
      {{{"q_story", "one"}, {"q_story", "two"}}, 0, "", ""},
      {{{"q_safe_now", ""}, {"q_story", "words"}}, 0, "", ""},
      {{}, 1, "", ""},
      {{}, 0, "problem.nothing", ""},
      {{{"q_safe_now", ""}, {"q_story", " \n"}, {"unknown", "x"}, {"file", "x"}}, 0, "problem.nothing", ""},
      {{{"q_safe_now", "maybe"}}, 0, "problem.option", "q_safe_now"},
      {{{"q_safe_now", "Yes"}}, 0, "problem.option", "q_safe_now"},
      {{{"q_safe_now", "yes"}, {"q_safe_now", "no"}}, 0, "problem.option", "q_safe_now"},
      {{{"q_story", "words"}, {"q_who", "nobody"}}, 0, "problem.option", "q_who"},
      {{{"q_share", "police"}, {"q_share", "everyone"}}, 0, "problem.option", "q_share"},
  };
  for (std::size_t i = 0; i < std::size(table); ++i) {
    const auto objection = built_in().validate(answers_of(table[i].given), table[i].files);
    EXPECT_EQ(objection ? objection->problem : "", table[i].problem) << "row " << i;
    EXPECT_EQ(objection ? objection->question : "", table[i].question) << "row " << i;
  }
}

TEST(Questionnaire, KeepsAnswersToQuestionsOnly) {
  const Answers kept = built_in().keep(answers_of({{"t", "token"}, {"q_who", "me"}, {"x", "y"}, {"q_story", ""}, {"q_where", "here"}}));
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept[0].first, "q_who");
  EXPECT_EQ(kept[1].first, "q_where");
  EXPECT_EQ(kept[1].second.reveal_text(), "here");
}

TEST(Questionnaire, RefusesWhatDoesNotFitAndNamesTheLine) {
  const std::string question = "[[question]]\nkey = \"q_a\"\nkind = \"yes_no_unsure\"\nsection = \"s\"\n";
  const std::string rule = "[[rule]]\nlevel = 3\nsigns_min = 1\n";
  ASSERT_TRUE(Questionnaire::parse(question + rule));
  for (const std::string& broken : std::initializer_list<std::string>{
           "", question, rule, "x = 1\n" + question + rule, "[[question", question + "colour = 1\n" + rule,
           question + question + rule, question + "options = [\"a\"]\n" + rule, question + "sign = \"maybe\"\n" + rule,
           question + "strong = true\n" + rule, question + "strong = \"yes\"\n" + rule, question + "before = \"help\"\n" + rule,
           question + "sign = \"yes\"\ntouches = [\"nothing\"]\n" + rule, question + "[[rule]]\nlevel = 5\nsigns_min = 1\n",
           question + "[[rule]]\nlevel = 1\n", question + "[[rule]]\nlevel = 1\nall = { q_b = \"yes\" }\n",
           question + "[[rule]]\nlevel = 1\nall = { q_a = \"maybe\" }\n", question + "[[rule]]\nlevel = 1\nsigns_min = -1\n",
           "[[question]]\nkey = \"q_a\"\nkind = \"song\"\nsection = \"s\"\n" + rule,
           "[[question]]\nkey = \"q_a\"\nkind = \"choice\"\nsection = \"s\"\n" + rule}) {
    const auto outcome = Questionnaire::parse(broken);
    ASSERT_FALSE(outcome) << broken;
    EXPECT_TRUE(outcome.error().line.starts_with("questionnaire")) << outcome.error().line;
  }
  EXPECT_EQ(Questionnaire::parse(question + "colour = 1\n" + rule).error().line, "questionnaire:5: colour is not known here");
}

}  // namespace
}  // namespace hotline::intake
