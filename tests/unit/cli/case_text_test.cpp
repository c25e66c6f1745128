#include "server/cli/case_text.hpp"

#include <gtest/gtest.h>

namespace hotline::cli {
namespace {

/// Texts of one phone, with the flags that the server gave each.
class CaseText : public ::testing::Test {
 protected:
  void text(std::initializer_list<boost::json::value_ref> flags) {
    OpenedReport report;
    report.row.channel = storage::Channel::sms;
    report.content = {{"flags", boost::json::array(flags)}, {"sms", {{"gateway", "demo"}, {"from", "+5016000000"}, {"to", "+1"}}}};
    thread_.reports.push_back(std::move(report));
  }
  PhoneBack phone() const { return phone_of(thread_).value(); }

  Thread thread_;
};

TEST_F(CaseText, APhoneThatIsNotSafeStaysSoUntilThePersonTakesItBack) {
  text({});
  EXPECT_FALSE(phone().not_safe);
  text({"not-safe"});
  text({});   // a server that was started anew knows nothing of it
  EXPECT_TRUE(phone().not_safe);
  text({"safe-again"});
  EXPECT_FALSE(phone().not_safe);
  text({"not-safe"});
  text({"opt-in"});
  EXPECT_TRUE(phone().not_safe) << "asked for texts, and was not asked yet whether they are safe";
  text({"safe-again", "not-safe"});
  EXPECT_TRUE(phone().not_safe) << "in doubt it is not";
}

TEST_F(CaseText, OnlyAStartWithoutDoubtEndsAStop) {
  text({"opt-out"});
  for (const char* doubt : {"late", "repeated-field", "cut", "unreadable"}) {
    text({"opt-in", doubt});
    EXPECT_TRUE(phone().silenced) << doubt << ": it may be older than STOP";
  }
  text({"opt-in", "text-repaired"});
  EXPECT_FALSE(phone().silenced);
  text({"opt-out", "late"});
  EXPECT_TRUE(phone().silenced) << "silence is believed";
}

}  // namespace
}  // namespace hotline::cli
