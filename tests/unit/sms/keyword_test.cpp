#include "server/sms/keyword.hpp"
#include "server/sms/segments.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hotline::sms {
namespace {

TEST(Keyword, IsAWordAloneHoweverItIsWritten) {
  for (const char* text : {"STOP", "stop", " Stop. ", "¡ALTO!", "no más", "NO MAS", "Pare", "unsubscribe"}) EXPECT_EQ(keyword_of(text), Keyword::stop) << text;
  for (const char* text : {"START", "Inicio", "unstop"}) EXPECT_EQ(keyword_of(text), Keyword::start) << text;
  for (const char* text : {"Sí", "SI", "1", "1.", "yes", "Y"}) EXPECT_EQ(keyword_of(text), Keyword::yes) << text;
  for (const char* text : {"2", "No.", "NO", "N", "n."}) EXPECT_EQ(keyword_of(text), Keyword::no) << text;
  for (const char* text : {"ayuda", "HELP"}) EXPECT_EQ(keyword_of(text), Keyword::help) << text;
}

TEST(Keyword, IsNoneWhenMoreIsSaid) {
  for (const char* text : {"please make him stop", "stop it now please", "", " ", "¿", "no me dejan salir", "STOPP", "11", "\xc3"}) EXPECT_EQ(keyword_of(text), Keyword::none) << text;
  EXPECT_EQ(keyword_of(std::string(100'000, 'S')), Keyword::none);
}

TEST(Segments, AreCountedAsPhonesDo) {
  EXPECT_EQ(segments_of(""), 1u);
  EXPECT_EQ(segments_of(std::string(160, 'x')), 1u);
  EXPECT_EQ(segments_of(std::string(161, 'x')), 2u);
  EXPECT_EQ(segments_of(std::string(306, 'x')), 2u);
  EXPECT_EQ(segments_of(std::string(307, 'x')), 3u);
  std::string euros;
  for (int i = 0; i < 80; ++i) euros += "€";
  EXPECT_EQ(segments_of(euros), 1u) << "two septets each";
  EXPECT_EQ(segments_of(euros + "x"), 2u);
  std::string accents;
  for (int i = 0; i < 70; ++i) accents += "á";
  EXPECT_EQ(segments_of(accents), 1u);
  EXPECT_EQ(segments_of(accents + "x"), 2u);
  std::string smiles;
  for (int i = 0; i < 35; ++i) smiles += "🙂";
  EXPECT_EQ(segments_of(smiles), 1u);
  EXPECT_EQ(segments_of(smiles + "🙂"), 2u);
  EXPECT_TRUE(fits_gsm7("¿Ñ à É @ £ ¥ {x} Δ"));
  EXPECT_FALSE(fits_gsm7("í"));
  EXPECT_FALSE(fits_gsm7("`"));
  EXPECT_FALSE(fits_gsm7("\xff"));
}

}  // namespace
}  // namespace hotline::sms
