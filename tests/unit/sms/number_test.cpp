#include "server/sms/number.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Number, IsMadeAlike) {
  const struct {
    const char *in, *out;
  } cases[] = {
      {"+5016001234", "+5016001234"},
      {"+501 600-1234", "+5016001234"},
      {"tel:+501-600-1234", "+5016001234"},
      {"TEL:+5016001234;ext=2", "+5016001234"},
      {"005016001234", "+5016001234"},
      {"00 501 (600) 1234", "+5016001234"},
      {" 5016001234", "+5016001234"},       // a "+" that was not escaped in a form
      {"5016001234", "5016001234"},         // the desk's region is needed to know more
      {"6001234", "6001234"},
      {" 6001", "6001"},
      {"0099", "0099"},                     // a short code
      {"911", "911"},
      {"BELTEL", "BELTEL"},
      {"Bel Tel-1", "Bel Tel-1"},
      {"whatsapp:+5016001234", "whatsapp:+5016001234"},
      {"+", "+"},
      {"", ""},
      {"anonymous", "anonymous"},
  };
  for (const auto& c : cases) EXPECT_EQ(hotline::sms::normalise_number(c.in).reveal_text(), c.out) << c.in;
}

}  // namespace
