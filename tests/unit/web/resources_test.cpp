#include "web/resources.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace hotline::web {
namespace {

TEST(Resources, HoldWhatWasBuiltIn) {
  EXPECT_TRUE(resource("reporter/head.mustache").starts_with("<!doctype html>"));
  EXPECT_TRUE(resource("reporter/head.mustache").ends_with("\n"));
  EXPECT_EQ(resource("en.mo").substr(0, 4), "\xde\x12\x04\x95");
}

TEST(Resources, RefuseANameThatIsNotThere) {
  EXPECT_THROW(resource("reporter/nothing.mustache"), std::logic_error);
  EXPECT_THROW(resource(""), std::logic_error);
}

TEST(Resources, AreListedByName) {
  const auto catalogues = resource_names("", ".mo");
  EXPECT_TRUE(std::ranges::find(catalogues, "en.mo") != catalogues.end());
  EXPECT_TRUE(std::ranges::find(catalogues, "es.mo") != catalogues.end());
  EXPECT_TRUE(resource_names("reporter/", ".png").empty());
}

}  // namespace
}  // namespace hotline::web
