#include "server/sms/fields.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace hotline;
using namespace hotline::sms;

std::string flat(const Fields& fields) {
  std::string text;
  for (const auto& field : fields) text += field.name + "=" + std::string(field.value.reveal_text()) + "\n";
  return text;
}

TEST(Fields, FormKeepsOrderAndRepetition) {
  EXPECT_EQ(flat(parse_form_fields(as_bytes("b=1&a=%C3%A1+%2B&b=2&e=&n"), 10).value()), "b=1\na=á +\nb=2\ne=\nn=\n");
  EXPECT_EQ(parse_form_fields(as_bytes("a=%4"), 10).error(), Errc::malformed);
  EXPECT_EQ(parse_form_fields(as_bytes("a=1&b=2&c=3"), 2).error(), Errc::too_large);
}

TEST(Fields, JsonIsLaidFlat) {
  const auto fields = parse_json_fields(as_bytes(R"( {"data":{"to":[{"phone":"+501"},{"phone":2}],"ok":true,"none":null,"n":-1.50e3},
                                                  "list":[[1,[]],{},"x",null,false],"big":18446744073709551615,"":{"":"e"}} )"), 50);
  ASSERT_TRUE(fields);
  EXPECT_EQ(flat(*fields),
            "data.to.0.phone=+501\ndata.to.1.phone=2\ndata.ok=true\ndata.n=-1.50e3\nlist.0.0=1\nlist.2=x\nlist.4=false\n"
            "big=18446744073709551615\n=e\n");
}

TEST(Fields, JsonStringsAreUnescapedWhateverTheirLength) {
  std::string text(5000, 'a');
  const auto fields = parse_json_fields(as_bytes("{\"t\":\"" + text + "\\u00f1\\n\\ud83d\\ude00" + text + "\",\"u\":\"\"}"), 5);
  ASSERT_TRUE(fields);
  ASSERT_EQ(fields->size(), 2U);
  EXPECT_EQ(fields->front().value.reveal_text(), text + "ñ\n😀" + text);
  EXPECT_EQ((*fields)[1].name, "u");
}

TEST(Fields, JsonThatIsNoneIsRefused) {
  for (const char* bad : {"", " ", "{", "{\"a\":1}}", "{\"a\":1} {}", "{'a':1}", "{\"a\":01}", "nul", "{\"a\":\"\x01\"}", "[1,]", "// c\n{}"}) {
    EXPECT_EQ(parse_json_fields(as_bytes(bad), 10).error(), Errc::malformed) << bad;
  }
  EXPECT_EQ(parse_json_fields(as_bytes("[1,2,3]"), 2).error(), Errc::too_large);
  EXPECT_EQ(parse_json_fields(as_bytes(std::string(40, '[') + std::string(40, ']')), 2).error(), Errc::too_large);
}

TEST(Fields, JsonNamesAreBoundedTogether) {
  constexpr std::size_t values = 4096;
  const auto values_under = [](const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += "{\"" + name + "\":";
    text += "[";
    for (std::size_t i = 0; i < values; ++i) text += i == 0 ? "1" : ",1";
    return text + "]" + std::string(names.size(), '}');
  };
  const std::string hostile = values_under(std::vector<std::string>(31, std::string(1024, 'k')));
  EXPECT_LT(hostile.size(), 48 * 1024U);
  EXPECT_EQ(parse_json_fields(as_bytes(hostile), values).error(), Errc::too_large);
  // A batch of nothing but the longest name that a gateway writes.
  const auto honest = parse_json_fields(as_bytes(values_under({"entry", "changes", "value", "messages", "contacts", "addresses", "0.0.0.0.0.0.country_code", "0000"})), values);
  ASSERT_TRUE(honest);
  EXPECT_EQ(honest->size(), values);
}

TEST(Fields, JsonBytesThatAreNotUtf8Pass) {
  const auto fields = parse_json_fields(as_bytes("{\"a\":\"x\xFFy\"}"), 10);
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->front().value.reveal_text(), "x\xFFy");
}

}  // namespace
