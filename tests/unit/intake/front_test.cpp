#include "server/intake/front.hpp"

#include "tests/unit/intake/pages_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace hotline::intake {
namespace {

http::Response failed(http::Method method, const std::string& path, int status = 500) {
  http::Request request;
  request.method = method;
  request.path = path;
  return reporter_error_page(pages())(status, &request, 0);
}

std::string text_of(const http::Response& response) {
  const auto* page = std::get_if<http::Response::Shared>(&response.body);
  return page != nullptr ? **page : std::get<std::string>(response.body);
}

TEST(Front, AfterAFaultOfOursNobodySaysThatNothingWasSent) {
  EXPECT_NE(text_of(failed(http::Method::post, "/en/tell")).find("We cannot say that it was sent."), std::string::npos);
  EXPECT_EQ(text_of(failed(http::Method::post, "/en/tell")).find("Nothing was sent."), std::string::npos);
  EXPECT_NE(text_of(failed(http::Method::get, "/en/tell")).find("Nothing was sent."), std::string::npos);
  EXPECT_NE(text_of(failed(http::Method::post, "/en/tell", 503)).find("Nothing was sent."), std::string::npos);
  EXPECT_NE(text_of(failed(http::Method::post, "/api/v1/reports")).find("It may have been stored."), std::string::npos);
  EXPECT_NE(text_of(failed(http::Method::post, "/api/v1/reports", 503)).find("Nothing was stored."), std::string::npos);
}

}  // namespace
}  // namespace hotline::intake
