#include "server/http/multipart.hpp"

#include <gtest/gtest.h>

#include <random>

namespace hotline::http {
namespace {

struct Part {
  std::string name;
  std::optional<std::string> filename;
  std::string content_type = "text/plain";
  std::string data;
  bool operator==(const Part&) const = default;
};
using Parts = std::vector<Part>;

constexpr std::string_view form_type = "multipart/form-data; boundary=XX";

Result<Parts> parse(std::string_view body, std::vector<std::size_t> cuts = {}, std::string_view type = form_type, MultipartLimits limits = {}) {
  auto parser = MultipartParser::create(type, limits);
  if (!parser) return parser.error();
  Parts parts;
  bool open = false;
  std::size_t at = 0;
  cuts.push_back(body.size());
  for (const std::size_t cut : cuts) {
    Bytes input = as_bytes(body.substr(at, cut - at));
    at = cut;
    for (;;) {
      const auto event = parser->next(input);
      if (!event) return event.error();
      if (event->kind == MultipartParser::Kind::need_more || event->kind == MultipartParser::Kind::end) {
        EXPECT_TRUE(input.empty());
        break;
      }
      if (event->kind == MultipartParser::Kind::part_begin) {
        EXPECT_FALSE(open);
        open = true;
        parts.push_back({parser->part().name, parser->part().filename, parser->part().content_type, ""});
      } else if (event->kind == MultipartParser::Kind::data) {
        EXPECT_TRUE(open);
        EXPECT_FALSE(event->data.empty());
        parts.back().data.append(as_text(event->data));
      } else {
        EXPECT_TRUE(open);
        open = false;
      }
    }
  }
  if (const auto finished = parser->finish(); !finished) return finished.error();
  EXPECT_FALSE(open);
  return parts;
}

std::string part(std::string_view headers, std::string_view data) {
  return "--XX\r\n" + std::string(headers) + "\r\n\r\n" + std::string(data) + "\r\n";
}
const std::string plain = "Content-Disposition: form-data; name=\"a\"";

TEST(Multipart, ReadsFieldsAndFiles) {
  const std::string body = part(plain, "hello") +
                           part("content-disposition: FORM-DATA; name=file; filename=\"me & \\\"you\\\".jpg\"\r\nContent-Type: Image/JPEG; x=y",
                                std::string("\r\n--X\0\r\n--XY", 12)) +
                           part("Content-Disposition: form-data; name=\"\"", "") + "--XX--\r\n";
  EXPECT_EQ(*parse(body), (Parts{{"a", {}, "text/plain", "hello"},
                                 {"file", "me & \"you\".jpg", "image/jpeg", std::string("\r\n--X\0\r\n--XY", 12)},
                                 {"", {}, "text/plain", ""}}));
}

TEST(Multipart, IgnoresWhatStandsBeforeAndBehind) {
  EXPECT_EQ(parse("preamble\r\n--X\r\n--XXno? " + std::string("\r\n") + part(plain, "d") + "--XX--").error(), make_error_code(Errc::malformed));
  EXPECT_EQ(parse("preamble --XX\r\n--X\r\n" + part(plain, "d") + "--XX--\r\nepilogue\r\n--XX\r\n")->size(), 1U);
  EXPECT_EQ(parse("\r\n" + part(plain, "d") + "--XX-- \t\r\n")->size(), 1U);
  EXPECT_EQ(parse("--XX--")->size(), 0U);
}

TEST(Multipart, AllowsPaddingBehindTheBoundary) {
  EXPECT_EQ(parse("--XX \t \r\n" + plain + "\r\n\r\nd\r\n--XX--")->front().data, "d");
}

TEST(Multipart, APartMayHaveNoData) {
  EXPECT_EQ(parse("--XX\r\n" + plain + "\r\n\r\n--XX--")->front().data, "");
  EXPECT_EQ(parse("--XX\r\n" + plain + "\r\n\r\n\r\n--XX--")->front().data, "");
  EXPECT_EQ(parse("--XX\r\n" + plain + "\r\n\r\n\r\n\r\n--XX--")->front().data, "\r\n");
}

TEST(Multipart, UnfoldsLongHeaderLines) {
  EXPECT_EQ(parse(part("Content-Disposition: form-data;\r\n name=\"a\";\r\n\tfilename=\"b\"", "d") + "--XX--")->front().filename, "b");
}

TEST(Multipart, ReadsExtendedFileNames) {
  const auto filename = [](std::string_view parameters) {
    return parse(part("Content-Disposition: form-data; name=a; " + std::string(parameters), "") + "--XX--");
  };
  EXPECT_EQ(filename("filename=\"e.jpg\"; filename*=UTF-8''%C3%A9.jpg")->front().filename, "\xc3\xa9.jpg");
  EXPECT_EQ(filename("filename*=utf-8'en'a%20b")->front().filename, "a b");
  EXPECT_EQ(filename("filename=\"%22.jpg\"")->front().filename, "%22.jpg");
  for (const char* bad : {"filename*=latin1''a", "filename*=UTF-8''%ff", "filename*=UTF-8''%4", "filename*=a", "filename*=UTF-8'a"}) {
    EXPECT_FALSE(filename(bad)) << bad;
  }
}

TEST(Multipart, RefusesWhatIsMalformed) {
  const std::string end = "--XX--\r\n";
  for (const std::string& body : {
           std::string(""), std::string("--XX"), std::string("--XX\r\n"), std::string("--XX-"), std::string("--XX-x"), std::string("nothing at all"),
           part(plain, "d"),                                                   // no last boundary
           "--XX\r\n" + plain + "\r\n\r\nd\n--XX--",                           // a boundary behind a bare LF is data
           "--XX\n" + plain + "\r\n\r\nd\r\n" + end,                           // bare LF behind the boundary
           "--XXY\r\n" + plain + "\r\n\r\nd\r\n" + end,                        // more behind the boundary
           part("", "d") + end,                                                // no header
           part("Content-Type: text/plain", "d") + end,                        // no disposition
           part("Content-Disposition: form-data", "d") + end,                  // no name
           part("Content-Disposition: attachment; name=a", "d") + end,
           part("Content-Disposition: form-data; name=a; name=b", "d") + end,
           part("Content-Disposition: form-data; name=\"a", "d") + end,
           part(plain + "\r\n" + plain, "d") + end,                            // twice
           part(plain + "\r\nContent-Type: a/b\r\nContent-Type: a/c", "d") + end,
           part(plain + "\r\nContent-Type: ", "d") + end,
           part(plain + "\r\nno colon", "d") + end,
           part(plain + "\r\n: no name", "d") + end,
           part(plain + "\r\nna me: x", "d") + end,
           part(plain + "\nX: y", "d") + end,                                  // bare LF in a header
           part(plain + "\rX: y", "d") + end,                                  // bare CR
           part(plain + "\r\nX: \x01", "d") + end,
           part(" " + plain, "d") + end,
       }) {
    EXPECT_EQ(parse(body).error(), make_error_code(Errc::malformed)) << body;
  }
  EXPECT_EQ(parse(part(plain + "\r\nContent-Transfer-Encoding: base64", "d") + end).error(), make_error_code(Errc::unsupported));
  EXPECT_TRUE(parse(part(plain + "\r\nContent-Transfer-Encoding: Binary", "d") + end));
}

TEST(Multipart, ReadsTheBoundary) {
  const std::string seventy(70, 'b');
  EXPECT_TRUE(parse("--" + seventy + "--", {}, "multipart/form-data; boundary=" + seventy));
  EXPECT_TRUE(parse("--a b--", {}, "Multipart/Form-Data; charset=utf-8; Boundary=\"a b\""));
  for (const std::string& type : {std::string("multipart/form-data"), std::string("multipart/form-data; boundary="), std::string("multipart/form-data; boundary=\"\""),
                                  "multipart/form-data; boundary=" + seventy + "b", std::string("multipart/form-data; boundary=\"a \""),
                                  std::string("multipart/form-data; boundary=\"a\\\"\""), std::string("multipart/form-data; boundary=a; boundary=b"), std::string("")}) {
    EXPECT_EQ(MultipartParser::create(type).error(), make_error_code(Errc::malformed)) << type;
  }
  EXPECT_EQ(MultipartParser::create("application/x-www-form-urlencoded").error(), make_error_code(Errc::unsupported));
}

TEST(Multipart, HoldsItsLimitsFromBothSides) {
  const std::string two = part(plain, "1") + part(plain, "2") + "--XX--";
  EXPECT_TRUE(parse(two, {}, form_type, {2, 100}));
  EXPECT_EQ(parse(two, {}, form_type, {1, 100}).error(), make_error_code(Errc::too_large));
  const std::size_t header = plain.size() + 4;
  EXPECT_TRUE(parse(two, {}, form_type, {2, header}));
  EXPECT_EQ(parse(two, {}, form_type, {2, header - 1}).error(), make_error_code(Errc::too_large));
}

TEST(Multipart, EverySplitGivesTheSame) {
  const std::string body = "pre\r\n--XX \r\n" + plain + "\r\n\r\none\r\n-\r\n--\r\n--X\r\r\n\r\n--XX\r\n" + plain +
                           "; filename=f\r\nContent-Type: a/b\r\n\r\n\r\n--XX\r\n" + plain + "\r\n\r\n--XX--\r\npost";
  const Parts whole = *parse(body);
  ASSERT_EQ(whole.size(), 3U);
  EXPECT_EQ(whole[0].data, "one\r\n-\r\n--\r\n--X\r\r\n");
  for (std::size_t a = 0; a <= body.size(); ++a) {
    for (std::size_t b = a; b <= body.size(); ++b) ASSERT_EQ(*parse(body, {a, b}), whole) << a << ' ' << b;
  }
}

TEST(Multipart, AnyDataComesBack) {
  std::mt19937 random(5);
  for (int round = 0; round < 1000; ++round) {
    Parts parts;
    std::string body;
    for (std::size_t i = random() % 4; i > 0; --i) {
      std::string data;
      for (std::size_t length = random() % 60; length > 0; --length) data.push_back("\r\n-Xa"[random() % 5]);
      while (("\r\n" + data + "\r\n").find("\r\n--XX") != std::string::npos) data.replace(data.find("--XX"), 4, "y");
      body += part(plain, data);
      parts.push_back({"a", {}, "text/plain", data});
    }
    body += "--XX--";
    std::vector<std::size_t> cuts;
    for (std::size_t at = random() % 9; at < body.size(); at += 1 + random() % 9) cuts.push_back(at);
    ASSERT_EQ(*parse(body, cuts), parts) << body;
  }
}

}  // namespace
}  // namespace hotline::http
