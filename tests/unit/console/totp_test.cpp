#include "server/console/totp.hpp"

#include "server/console/qr_rows.hpp"

#include <gtest/gtest.h>

namespace hotline::test {
namespace {

using namespace console;

const Bytes rfc_secret = as_bytes("12345678901234567890");

// RFC 6238, appendix B, SHA-1.
TEST(Totp, AnswersOfTheStandard) {
  const std::pair<std::int64_t, const char*> known[] = {{59, "94287082"},          {1111111109, "07081804"},  {1111111111, "14050471"},
                                                        {1234567890, "89005924"},  {2000000000, "69279037"},  {20000000000, "65353130"}};
  for (const auto& [seconds, code] : known) EXPECT_EQ(totp_code(rfc_secret, seconds / totp_step_seconds, 8), code) << seconds;
  EXPECT_EQ(totp_code(rfc_secret, 1), "287082");
}

// RFC 4226, appendix D.
TEST(Totp, AnswersOfTheCounterStandard) {
  const char* known[] = {"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"};
  for (std::int64_t count = 0; count < 10; ++count) EXPECT_EQ(totp_code(rfc_secret, count), known[count]);
}

TEST(Totp, TakesTheStepBeforeAndAfter) {
  const std::int64_t now = 1111111109;
  const std::int64_t step = now / totp_step_seconds;
  for (const std::int64_t off : {-1, 0, 1}) EXPECT_EQ(totp_match(rfc_secret, totp_code(rfc_secret, step + off), now, 0), step + off);
  for (const std::int64_t off : {-2, 2}) EXPECT_FALSE(totp_match(rfc_secret, totp_code(rfc_secret, step + off), now, 0));
}

TEST(Totp, ACodeIsGoodOnce) {
  const std::int64_t now = 1111111109;
  const std::int64_t step = now / totp_step_seconds;
  EXPECT_FALSE(totp_match(rfc_secret, totp_code(rfc_secret, step), now, step));
  EXPECT_FALSE(totp_match(rfc_secret, totp_code(rfc_secret, step - 1), now, step)) << "nor one of before it";
  EXPECT_EQ(totp_match(rfc_secret, totp_code(rfc_secret, step + 1), now, step), step + 1);
}

TEST(Totp, TakesBlanksAndNothingElse) {
  const std::int64_t now = 59;
  EXPECT_TRUE(totp_match(rfc_secret, "287 082", now, 0));
  for (const char* wrong : {"", "28708", "2870822", "287083", "28708a", "-87082", "287-082"}) EXPECT_FALSE(totp_match(rfc_secret, wrong, now, 0)) << wrong;
}

// RFC 4648, section 10, without padding.
TEST(Totp, Base32) {
  const std::pair<const char*, const char*> known[] = {{"", ""},           {"f", "MY"},         {"fo", "MZXQ"},      {"foo", "MZXW6"},
                                                       {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
  for (const auto& [plain, text] : known) EXPECT_EQ(to_base32(as_bytes(plain)), text);
}

TEST(Totp, UriNamesTheMember) {
  EXPECT_EQ(totp_uri(rfc_secret, "señora x"), "otpauth://totp/Console:se%C3%B1ora%20x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Console");
}

TEST(QrRows, AreASquareWithItsThreeMarks) {
  const auto rows = qr_rows(totp_uri(rfc_secret, std::string(64, 'x')));
  ASSERT_GE(rows.size(), 21u);
  EXPECT_EQ((rows.size() - 17) % 4, 0u);
  for (const std::string& row : rows) EXPECT_EQ(row.size(), rows.size());
  const std::string mark = "1111111";
  EXPECT_EQ(rows.front().substr(0, 7), mark);
  EXPECT_EQ(rows.front().substr(rows.size() - 7), mark);
  EXPECT_EQ(rows.back().substr(0, 7), mark);
  EXPECT_NE(rows.back().substr(rows.size() - 7), mark);
}

}  // namespace
}  // namespace hotline::test
