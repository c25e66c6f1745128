// What people type, and what goes out to other programs: labels, times, tables.
#include "server/cli/csv.hpp"
#include "server/cli/due_time.hpp"
#include "server/cli/vocabulary.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace hotline::cli {
namespace {

TEST(Vocabulary, HoldsTheFieldsLists) {
  const Vocabulary& words = Vocabulary::built_in();
  std::set<std::string> keys;
  std::size_t ilo = 0;
  for (const auto& group : words.groups()) {
    for (const auto& label : group.labels) {
      EXPECT_TRUE(keys.insert(label.key).second) << label.key;
      EXPECT_FALSE(label.en.empty() || label.es.empty()) << label.key;
      EXPECT_LE(label.key.size(), 64U) << label.key;
      if (label.key.starts_with("ilo:")) ++ilo;
    }
  }
  EXPECT_EQ(ilo, 11U);
  EXPECT_TRUE(keys.contains("child"));
  EXPECT_TRUE(keys.contains("palermo:act:recruitment"));
  EXPECT_TRUE(keys.contains("htcds:exploitation:ForcedLabour"));
  for (const char* type : {"resolved", "referred", "no_further_contact", "unfounded", "duplicate", "wrong_number", "silent", "abusive", "not_ours"}) {
    EXPECT_TRUE(has_key(words.close_types(), type)) << type;
  }
  EXPECT_EQ(keys_of(words.police()), "trigger, when, whom, what, by");
}

TEST(Vocabulary, TakesAKeyItsEndOrTheDesksOwn) {
  const Vocabulary& words = Vocabulary::built_in();
  EXPECT_EQ(words.label("ilo:debt_bondage").value(), "ilo:debt_bondage");
  EXPECT_EQ(words.label("debt_bondage").value(), "ilo:debt_bondage");
  EXPECT_EQ(words.label("own:finca 7").value(), "own:finca 7");
  EXPECT_NE(words.label("deception").error().line.find("more than one"), std::string::npos);   // a sign of the ILO's, and a means of Palermo's
  for (const std::string& wrong : {std::string("nothing_of_ours"), std::string(), std::string("own:"), "own:" + std::string(65, 'x'), std::string("own:a\nb"),
                                   std::string("own:\xFF"), std::string("bondage")}) {
    EXPECT_FALSE(words.label(wrong)) << wrong;
  }
  EXPECT_EQ(words.label_words("ilo:debt_bondage", "es-BZ"), "Servidumbre por deudas");
  EXPECT_EQ(words.label_words("ilo:debt_bondage", "en"), "Debt bondage");
  EXPECT_EQ(words.label_words("own:finca 7", "en"), "finca 7");
}

TEST(DueTime, IsReadInItsFourForms) {
  const std::int64_t now = 494'000;
  EXPECT_EQ(due_hour_of("+3h", now).value(), now + 3);
  EXPECT_EQ(due_hour_of("+2d", now).value(), now + 48);
  EXPECT_EQ(due_hour_of("2026-12-01", now).value(), 20788LL * 24 + 23);
  EXPECT_EQ(due_hour_of("2026-12-01 14:00", now).value(), 20788LL * 24 + 14);
  EXPECT_EQ(due_hour_of("2026-12-01T14:30", now).value(), 20788LL * 24 + 14);
  for (const char* wrong : {"", "+", "+h", "+3", "+-3h", "3h", "+99999999999h", "+99999d", "tomorrow", "2026-13-01", "2026-02-30", "2026-12-01 24:00", "2026-12-01 14:60",
                            "2026-12-01x14:00", "26-12-01", "2026-12-1", "1969-12-01"}) {
    EXPECT_FALSE(due_hour_of(wrong, now)) << wrong;
  }
}

TEST(Csv, DoesNotCalculateOnTheDesksMachine) {
  const auto line = [](const std::string& field) { return csv_line(std::array{field}); };
  EXPECT_EQ(line("plain"), "\"plain\"\r\n");
  EXPECT_EQ(line("she said \"no\", twice"), "\"she said \"\"no\"\", twice\"\r\n");
  for (const char* formula : {"=1+1", "+5016000000", "-1", "@SUM(A1)", "  =cmd|' /C calc'!A0", "\t=1", "\r=1", "\n=1", "＝1", "|x", "%x"}) {
    EXPECT_TRUE(line(formula).starts_with("\"'")) << formula;
  }
  EXPECT_EQ(line("a\x1B[2J"), "\"a\uFFFD[2J\"\r\n");
  EXPECT_EQ(csv_line(std::array<std::string, 3>{"a", "", "c"}), "\"a\",\"\",\"c\"\r\n");
}

}  // namespace
}  // namespace hotline::cli
