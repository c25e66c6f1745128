#include "server/sms/number.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <string>

namespace {

using hotline::sms::normalise_number;

struct Case {
  const char *in, *out;
};

void expect_all(std::span<const Case> cases, std::string_view region = hotline::sms::home_region) {
  for (const auto& [in, out] : cases) {
    const auto once = normalise_number(in, region);
    EXPECT_EQ(once.reveal_text(), out) << '"' << in << '"';
    EXPECT_EQ(normalise_number(once.reveal_text(), region).reveal_text(), out) << '"' << in << "\", twice";
  }
}

TEST(Number, WithItsCountryCodeIsMadeAlike) {
  const Case cases[] = {
      {"+5016001234", "+5016001234"},
      {"+501 600-1234", "+5016001234"},
      {"(+501) 600.1234", "+5016001234"},
      {"[501] 622/1234", "+5016221234"},
      {"tel:+501-600-1234", "+5016001234"},
      {"TEL:+5016001234;ext=2", "+5016001234"},
      {"tel:622-1234;phone-context=+501", "+5016221234"},
      {"tel:6221234;ext=1;Phone-Context=+501", "+5016221234"},
      {"tel:622-1234;phone-context=example.bz", "+5016221234"},
      {"sms:+5016221234", "+5016221234"},
      {"005016001234", "+5016001234"},
      {"00 501 (600) 1234", "+5016001234"},
      {"+005016001234", "+5016001234"},
      {"011 501 622 1234", "+5016221234"},
      {" 5016001234", "+5016001234"},       // a "+" that was not escaped in a form
      {" 50 25 123 4567", "+50251234567"},
      {"5016001234", "+5016001234"},        // as Plivo writes it
      {"15005550006", "+15005550006"},
      {"50251234567", "+50251234567"},      // Guatemala
      {"525512345678", "+525512345678"},    // Mexico
      {"+44 (0)20 7946 0000", "+442079460000"},
      {"+501\u00a0622\u20111234", "+5016221234"},
      {"\u202a+501 622 1234\u202c", "+5016221234"},
      {"\uff0b\uff15\uff10\uff11\uff16\uff12\uff12\uff11\uff12\uff13\uff14", "+5016221234"},
      {"\uff15\uff10\uff11 \uff16\uff12\uff12\u30001\uff12\uff13\uff19", "+5016221239"},
  };
  expect_all(cases);
}

TEST(Number, OfTheRegionGetsItsCountryCode) {
  const Case cases[] = {{"622-1234", "+5016221234"}, {"6001234", "+5016001234"}, {" 622 1234 ", "+5016221234"}, {"tel:6221234", "+5016221234"},
                        {"6441234", "+5016441234"}};   // of a block that the tables may not know yet
  expect_all(cases);
  const Case others[] = {{"5512 3456", "+50255123456"}, {"5016221234", "+5016221234"}};
  expect_all(others, "GT");
  const Case british[] = {{"0113 496 0000", "+441134960000"}, {"020 7946 0000", "+442079460000"}};
  expect_all(british, "GB");
  const Case nowhere[] = {{"622-1234", "622-1234"}, {"+5016221234", "+5016221234"}, {"5016221234", "+5016221234"}};
  expect_all(nowhere, "");
}

TEST(Number, AfterAChannelIsMadeAlikeAndTheChannelStays) {
  const Case cases[] = {{"whatsapp:+5016001234", "whatsapp:+5016001234"}, {"WhatsApp:501 600-1234", "whatsapp:+5016001234"},
                        {"whatsapp: 5016001234", "whatsapp:+5016001234"}, {"whatsapp:BELTEL", "whatsapp:BELTEL"},
                        {"messenger:5016001234", "messenger:5016001234"}};
  expect_all(cases);
}

TEST(Number, InDoubtStaysAsItIs) {
  const Case cases[] = {
      {" 6001", "6001"},
      {"0099", "0099"},                     // a short code
      {"911", "911"},
      {"tel:6001", "6001"},
      {"tel:6001;phone-context=+501", "6001;phone-context=+501"},
      {"tel:whatsapp:501 600 1234", "whatsapp:+5016001234"},
      {"BELTEL", "BELTEL"},
      {"Bel Tel-1", "Bel Tel-1"},
      {"1-800-FLOWERS", "1-800-FLOWERS"},
      {"+", "+"},
      {"", ""},
      {"tel:", ""},
      {"anonymous", "anonymous"},
      {"99999999999", "99999999999"},       // as long as a free number of the region, and no number of any
      {"+99912345678", "+99912345678"},
      {"+501 622", "+501 622"},
      {"++5016221234", "++5016221234"},
      {"+501622123456789012345", "+501622123456789012345"},
      {"+811550141250165014", "+811550141250165014"},
      {"811550141250165014", "811550141250165014"},
      {"6221234/6221235", "6221234/6221235"},
      {"6221234 x 12", "6221234 x 12"},
      {"\xff\xfe", "\xff\xfe"},
      {"\xef\xbc", "\xef\xbc"},
  };
  expect_all(cases);
  const std::string longest(1000, '5');
  EXPECT_EQ(normalise_number(longest).reveal_text(), longest);
}

TEST(Number, NothingOfItIsPrinted) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  hotline::sms::load_number_tables();
  for (const char* odd : {"+5016221234", "+99912345678", "+0000000000", "00000000000", "+", "tel:;phone-context=+", "+501622", "\xef\xbc\x8b\xff",
                          "999999999999999999", "+80012345678", "+9790123456789"}) {
    normalise_number(odd);
    normalise_number(odd, "");
    normalise_number(odd, "no region");
  }
  std::fflush(nullptr);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Number, CostsLittle) {   // printed, not judged
  const char* const some[] = {"+5016221234", "5016221234", "622-1234", "15005550006", "BELTEL"};
  constexpr int rounds = 2000;
  for (const char* one : some) {
    const auto since = std::chrono::steady_clock::now();
    for (int i = 0; i < rounds; ++i) normalise_number(one);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - since;
    std::printf("  %-14s %6.1f us\n", one, took.count() / rounds);
  }
}

}  // namespace
