#include "server/http/precompressed.hpp"

#include <brotli/decode.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>

namespace hotline::http {
namespace {

std::string gunzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);   // checks the CRC and the length
  EXPECT_EQ(stream.avail_in, 0U);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string unbrotli(const std::string& text) {
  std::string out(1 << 20, '\0');
  std::size_t size = out.size();
  EXPECT_EQ(BrotliDecoderDecompress(text.size(), reinterpret_cast<const std::uint8_t*>(text.data()), &size, reinterpret_cast<std::uint8_t*>(out.data())),
            BROTLI_DECODER_RESULT_SUCCESS);
  out.resize(size);
  return out;
}

Request asking(std::string accept) {
  Request request;
  if (!accept.empty()) request.headers.emplace_back("accept-encoding", std::move(accept));
  return request;
}

std::string page() {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "<p>Line " + std::to_string(i) + " of a page</p>";
  return text;
}

std::string coding(const Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "Content-Encoding") return value;
  }
  return "";
}

const std::string& body(const Response& response) { return *std::get<Response::Shared>(response.body); }

TEST(AcceptedCodings, FollowsTheHeader) {
  struct Case {
    const char* header;
    bool brotli;
    bool gzip;
  };
  for (const Case& one : {Case{"", false, false}, Case{"gzip, deflate, br, zstd", true, true}, Case{"GZIP", false, true}, Case{"br;q=0, gzip", false, true},
                          Case{"br;q=0.000, gzip;q=0.001", false, true}, Case{"*", true, true}, Case{"*;q=0", false, false}, Case{"identity", false, false},
                          Case{"br;q=1.0,*;q=0", true, false}, Case{" br ; q=0.5 ", true, false}, Case{",,;q=0,", false, false}, Case{"brr, xgzip", false, false}}) {
    const AcceptedCodings accepted = accepted_codings(asking(one.header));
    EXPECT_EQ(accepted.brotli, one.brotli) << one.header;
    EXPECT_EQ(accepted.gzip, one.gzip) << one.header;
  }
}

TEST(Precompressed, GivesTheSmallestThatIsTaken) {
  const Precompressed pre(page());
  const Response brotli = pre.page(asking("gzip, br"));
  EXPECT_EQ(coding(brotli), "br");
  EXPECT_EQ(unbrotli(body(brotli)), page());
  const Response gzip = pre.page(asking("gzip"));
  EXPECT_EQ(coding(gzip), "gzip");
  EXPECT_EQ(gunzip(body(gzip)), page());
  EXPECT_LT(body(brotli).size(), page().size() / 3);
  const Response plain = pre.page(asking(""));
  EXPECT_EQ(coding(plain), "");
  EXPECT_EQ(body(plain), page());
  for (const Response* response : {&brotli, &gzip, &plain}) {
    EXPECT_TRUE(std::ranges::any_of(response->headers, [](const auto& header) { return header.first == "Vary"; }));
  }
}

TEST(Precompressed, LeavesAloneWhatDoesNotShrink) {
  const Precompressed tiny(std::string("x"));
  EXPECT_EQ(coding(tiny.page(asking("gzip, br"))), "");
}

TEST(GzipTemplate, FillsThePlaceAndNothingElse) {
  const GzipTemplate pages(page() + "<input value=\"", "\">" + page());
  std::string long_middle(65535, 'a');
  for (const std::string& middle : {std::string(), std::string("x"), std::string("K7QX-2M9P"), long_middle}) {
    EXPECT_EQ(gunzip(pages.fill(middle)), page() + "<input value=\"" + middle + "\">" + page());
  }
  EXPECT_EQ(pages.fill("aaaaaaaa").size(), pages.fill("q8Zk1-_p").size());
  EXPECT_THROW(pages.fill(std::string(65536, 'a')), std::length_error);
  EXPECT_EQ(gunzip(GzipTemplate("", "").fill("")), "");
}

}  // namespace
}  // namespace hotline::http
