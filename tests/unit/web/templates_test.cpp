#include "web/templates.hpp"

#include "web/catalogue.hpp"
#include "web/resources.hpp"
#include "web/sheet.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace hotline::web {
namespace {

std::string upper_key(std::string_view key) { return "<" + std::string(key) + ">"; }

TEST(Templates, EscapeDataTextsAndPartials) {
  Templates templates({{"page", "{{>inner}} {{_ a.key}} {{#list}}{{name}}{{/list}}"}, {"inner", "[{{name}}]"}});
  Data item;
  item.set("name", "<i>");
  Data data;
  data.set("name", "<o>");
  data.set("list", DataList{item});
  EXPECT_EQ(templates.draw("page", data, upper_key), "[&lt;o&gt;] &lt;a.key&gt; &lt;i&gt;");
}

TEST(Templates, LetGapsThrough) {
  Templates templates({{"page", "<p title=\"{{name}}\">"}});
  Data data;
  data.set("name", "<" + gap("x") + ">");
  EXPECT_EQ(templates.draw("page", data, upper_key), "<p title=\"&lt;" + gap("x") + "&gt;\">");
}

TEST(Templates, RefuseUnescapedTags) {
  for (const char* source : {"{{{x}}}", "{{&x}}", "{{& x}}", "{{ &x}}", "{{=<% %>=}}"}) {
    EXPECT_THROW(Templates({{"page", source}}), std::logic_error) << source;
  }
}

TEST(Templates, RefuseWhatCannotBeParsedOrIsNotThere) {
  EXPECT_THROW(Templates({{"page", "{{#open}}"}}), std::logic_error);
  Templates templates({{"page", "{{unknown}}"}, {"outer", "{{>missing}}"}});
  EXPECT_THROW(templates.draw("page", Data(), upper_key), std::logic_error);
  EXPECT_THROW(templates.draw("outer", Data(), upper_key), std::logic_error);
  EXPECT_THROW(templates.draw("nothing", Data(), upper_key), std::logic_error);
}

TEST(Templates, BuiltInOnesUseOnlyTextsThatExist) {
  const Catalogues catalogues;
  std::size_t used = 0;
  for (const std::string_view name : resource_names("reporter/", ".mustache")) {
    const std::string_view source = resource(name);
    const std::string_view start = "{{_ ";
    for (std::size_t at = source.find(start); at != std::string_view::npos; at = source.find(start, at + 1)) {
      const std::size_t key_start = at + start.size();
      const std::string_view key = source.substr(key_start, source.find("}}", key_start) - key_start);
      for (const std::string& language : catalogues.languages()) {
        EXPECT_TRUE(catalogues.find(language)->find(key)) << name << " uses " << key << ", which " << language << " lacks";
      }
      ++used;
    }
  }
  EXPECT_GT(used, 50u);
}

}  // namespace
}  // namespace hotline::web
