#include "web/sheet.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace hotline::web {
namespace {

TEST(HtmlWriter, EscapesWhatCouldEndTextOrAQuotedAttribute) {
  EXPECT_EQ(escape_html("<b>\"it's\" & more</b>"), "&lt;b&gt;&quot;it&#39;s&quot; &amp; more&lt;/b&gt;");
  EXPECT_EQ(escape_html("line\r\nline\ttab"), "line\r\nline\ttab");
  EXPECT_EQ(escape_html("¿Está?"), "¿Está?");
  EXPECT_EQ(escape_html(std::string_view("a\0b\x1b\x7f", 5)), "a\xEF\xBF\xBD" "b\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(escape_html(""), "");
}

TEST(HtmlWriter, CountsWhatItWouldWrite) {
  HtmlWriter count;
  std::string page;
  HtmlWriter writer(&page);
  for (HtmlWriter* to : {&count, &writer}) {
    to->markup("<p>");
    to->text("a < b & c");
    to->markup("</p>");
  }
  EXPECT_EQ(count.size(), page.size());
  EXPECT_EQ(page, "<p>a &lt; b &amp; c</p>");
}

TEST(Sheet, FillsGapsInOrderIntoMemoryAskedForOnce) {
  const Sheet sheet("<p>" + gap("one") + "</p><p>" + gap("two") + "</p>");
  const std::string page = sheet.fill([](std::string_view name, HtmlWriter& to) { to.text(name == "one" ? "<1>" : "2"); });
  EXPECT_EQ(page, "<p>&lt;1&gt;</p><p>2</p>");
  EXPECT_LE(page.capacity(), page.size() + 15);
}

TEST(Sheet, KeepsGapsThatAreNotDecidedYet) {
  const Sheet sheet(gap("a") + "-" + gap("b") + "-" + gap("a"));
  const Sheet half = sheet.with([](std::string_view name, HtmlWriter& to) {
    if (name != "a") return false;
    to.text("x");
    return true;
  });
  EXPECT_EQ(half.fill([](std::string_view name, HtmlWriter& to) { to.text(name); }), "x-b-x");
  EXPECT_THROW(half.finish(), std::logic_error);
  EXPECT_EQ(Sheet("whole").finish(), "whole");
}

TEST(Sheet, RefusesAGapWithoutEnd) {
  EXPECT_THROW(Sheet("a\x02" "b"), std::logic_error);
}

TEST(Sheet, AWordThatLooksLikeAGapStaysAWord) {
  const Sheet sheet(gap("words"));
  const std::string page = sheet.fill([](std::string_view, HtmlWriter& to) { to.text(gap("words") + "{{words}}"); });
  EXPECT_EQ(page, "\xEF\xBF\xBDwords\xEF\xBF\xBD{{words}}");
}

}  // namespace
}  // namespace hotline::web
