#include "server/calling/call_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hotline::test {
namespace {

using calling::call_message;
using calling::Grade;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view console = "https://console.example.org";

TEST(CallMessage, SaysNowOrSoonInTheLanguageAndNothingElse) {
  EXPECT_EQ(call_message("en", Grade::now, console).text(), "Something is waiting at the desk. Please look now. https://console.example.org");
  EXPECT_EQ(call_message("es", Grade::soon, console).text(), "Hay algo pendiente. Por favor, revise pronto. https://console.example.org");
  EXPECT_EQ(call_message("fr", Grade::now, console).sentence, call_message("en", Grade::now, console).sentence);
  std::set<std::string> sentences;
  for (const char* language : {"en", "es"}) {
    for (const Grade grade : {Grade::soon, Grade::now, Grade::test}) {
      const auto message = call_message(language, grade, console);
      sentences.insert(message.sentence);
      const std::string all = message.subject + message.sentence;
      EXPECT_TRUE(std::all_of(all.begin(), all.end(), [](char c) { return c >= ' ' && c <= '~' && (c < '0' || c > '9'); })) << all;
      for (const char* word : {"report", "danger", "hotline", "traffick", "denunc", "peligro"}) EXPECT_THAT(all, Not(HasSubstr(word)));
    }
  }
  EXPECT_EQ(sentences.size(), 6U);
}

TEST(CallMessage, IsAMailAsMailServersTakeIt) {
  ByteArray<16> unique;
  unique.fill(0xab);
  const std::string mail = mail_of(call_message("en", Grade::soon, console), "hotline@example.org", "ana@example.net", 1'796'054'700, unique);
  EXPECT_EQ(mail,
            "Date: Mon, 30 Nov 2026 16:05:00 +0000\r\n"
            "From: hotline@example.org\r\n"
            "To: ana@example.net\r\n"
            "Message-ID: <abababababababababababababababab@example.org>\r\n"
            "Subject: Something is waiting\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=us-ascii\r\n"
            "\r\n"
            "Something is waiting at the desk. Please look soon.\r\n"
            "https://console.example.org\r\n");
}

}  // namespace
}  // namespace hotline::test
