#include "server/http/router.hpp"

#include <gtest/gtest.h>

namespace hotline::http {
namespace {

Handler nothing() {
  return [](Request&) -> Awaitable<Response> { co_return Response{}; };
}

Router make_router() {
  Router router([](int status, const Request*, std::uint64_t) { return text_response(status, "error"); });
  router.add(Method::get, "/{lang}/tell", {}, nothing());
  router.add(Method::post, "/{lang}/tell", {100, true}, nothing());
  router.add(Method::get, "/", {1, true}, nothing());
  router.add(Method::get, "/{lang}/", {2, true}, nothing());
  router.add(Method::get, "/api/v1/desk", {3, true}, nothing());
  router.add(Method::get, "/api/{version}/{name}", {4, true}, nothing());
  router.add(Method::get, "/{lang}", {5, true}, nothing());
  router.add(Method::get, "/exit", {6, true}, nothing());
  return router;
}

Router::Match find(const Router& router, Method method, std::string path, std::vector<std::string>* captured = nullptr) {
  Request request;
  request.method = method;
  request.path = std::move(path);
  Router::Match match = router.find(request);
  if (captured != nullptr) *captured = request.captured;
  return match;
}

TEST(Router, CapturesSegments) {
  const Router router = make_router();
  std::vector<std::string> captured;
  EXPECT_NE(find(router, Method::get, "/en/tell", &captured).handler, nullptr);
  EXPECT_EQ(captured, std::vector<std::string>{"en"});
  EXPECT_NE(find(router, Method::get, "/api/v2/thing", &captured).handler, nullptr);
  EXPECT_EQ(captured, (std::vector<std::string>{"v2", "thing"}));
}

TEST(Router, LiteralsWinOverCaptures) {
  const Router router = make_router();
  EXPECT_EQ(find(router, Method::get, "/api/v1/desk").limits.body_bytes_max, 3U);
  EXPECT_EQ(find(router, Method::get, "/api/v1/desks").limits.body_bytes_max, 4U);
  EXPECT_EQ(find(router, Method::get, "/exit").limits.body_bytes_max, 6U);
  EXPECT_EQ(find(router, Method::get, "/es").limits.body_bytes_max, 5U);
}

TEST(Router, TellsASlashAtTheEndApart) {
  const Router router = make_router();
  EXPECT_EQ(find(router, Method::get, "/").limits.body_bytes_max, 1U);
  EXPECT_EQ(find(router, Method::get, "/en/").limits.body_bytes_max, 2U);
  EXPECT_EQ(find(router, Method::get, "/en/tell/").status, 404);
}

TEST(Router, HeadFindsGet) {
  const Router router = make_router();
  EXPECT_NE(find(router, Method::head, "/en/tell").handler, nullptr);
}

TEST(Router, NamesWhatIsAllowed) {
  const Router router = make_router();
  const Router::Match match = find(router, Method::put, "/en/tell");
  EXPECT_EQ(match.status, 405);
  EXPECT_EQ(match.allow, "GET, HEAD, POST");
  EXPECT_EQ(find(router, Method::other, "/").status, 405);
}

TEST(Router, ACaptureIsNeverEmpty) {
  const Router router = make_router();
  EXPECT_EQ(find(router, Method::get, "//tell").status, 404);
  EXPECT_EQ(find(router, Method::get, "/nothing/like/this/here").status, 404);
}

TEST(Router, RefusesAWrongPattern) {
  Router router([](int status, const Request*, std::uint64_t) { return text_response(status, ""); });
  EXPECT_THROW(router.add(Method::get, "tell", {}, nothing()), std::logic_error);
  EXPECT_THROW(router.add(Method::head, "/tell", {}, nothing()), std::logic_error);
}

}  // namespace
}  // namespace hotline::http
