#include "server/intake/language.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hotline::intake {
namespace {

const std::vector<std::string> available{"en", "es", "pt-BR"};

std::string choose(std::string_view path, std::string_view query, std::string_view accept) {
  return choose_language({path, query, accept}, available, "en");
}

TEST(Language, ThePathComesFirstThenTheQueryThenTheHeader) {
  EXPECT_EQ(choose("es", "en", "en"), "es");
  EXPECT_EQ(choose("", "es", "en"), "es");
  EXPECT_EQ(choose("", "", "es"), "es");
  EXPECT_EQ(choose("", "", ""), "en");
  EXPECT_EQ(choose("xx", "yy", "es"), "es");
  EXPECT_EQ(choose("tell", "", "es"), "es");
}

TEST(Language, HeaderTable) {
  const struct {
    std::string_view accept, language;
  } table[] = {
      {"es", "es"},
      {"ES", "es"},
      {"es-BZ", "es"},
      {"es-419,es;q=0.9,en;q=0.8", "es"},
      {"fr, es;q=0.5", "es"},
      {"en;q=0.5, es;q=0.9", "es"},
      {"en;q=0.5,es;q=0.5", "en"},              // the first of equals
      {"es;q=0, en;q=0.1", "en"},
      {"es;q=0", "en"},
      {"*", "en"},
      {"*, es;q=0.5", "es"},
      {"pt-br", "pt-BR"},
      {"pt", "en"},                             // look-up never goes from the broad to the narrow
      {"pt-BR-x-private", "pt-BR"},
      {" \tes \t; \tq=0.7 , en;q=0.6", "es"},
      {"en;q=0.600,es;q=0.601", "es"},
      {"es;Q=1.000", "es"},
      {"es;q=1.001", "en"},                     // broken parts are skipped
      {"es;q=2", "en"},
      {"es;q=0.1234", "en"},
      {"es;q=.5", "en"},
      {"es;q=-1", "en"},
      {"es;q", "en"},
      {"es;level=1", "en"},
      {"es;q=nan, es;q=0.4", "es"},
      {",,,es,,", "es"},
      {";q=1", "en"},
      {"-", "en"},
      {"es_BZ", "en"},
  };
  for (const auto& row : table) EXPECT_EQ(choose("", "", row.accept), row.language) << row.accept;
}

TEST(Language, AHostileHeaderIsBounded) {
  std::string many;
  for (int i = 0; i < 10000; ++i) many += "x-y;q=0.1,";
  EXPECT_EQ(choose("", "", many + "es"), "en");
  EXPECT_EQ(choose("", "", std::string(100000, 'a')), "en");
  std::string dashes = "es";
  for (int i = 0; i < 10000; ++i) dashes += "-a";
  EXPECT_EQ(choose("", "", dashes), "en");
  EXPECT_EQ(choose("", "", std::string("es\0,es", 6)), "es");
}

TEST(Language, IsReadFromTheQuery) {
  EXPECT_EQ(language_of_query("lang=es"), "es");
  EXPECT_EQ(language_of_query("a=1&lang=es&b"), "es");
  EXPECT_EQ(language_of_query("xlang=es"), "");
  EXPECT_EQ(language_of_query("lang"), "");
  EXPECT_EQ(language_of_query(""), "");
  EXPECT_EQ(language_of_query("&&&"), "");
}

}  // namespace
}  // namespace hotline::intake
